package pane_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/pane"
)

func TestOverlay_ScreenKeepsItsSize(t *testing.T) {
	under := strings.TrimSuffix(strings.Repeat("\x1b[31m损失损失损失损失损失\x1b[0m\n", 8), "\n") // 20 x 8
	for _, box := range []string{"x", "ab\ncd", "損\n失", strings.Repeat("y", 40), strings.TrimSuffix(strings.Repeat("zz\n", 20), "\n")} {
		got := pane.Overlay(under, box, 20, 8)
		if w, h := lipgloss.Size(got); w != 20 || h != 8 {
			t.Errorf("box %.10q made the screen %dx%d", box, w, h)
		}
		for i, line := range strings.Split(got, "\n") {
			if lipgloss.Width(line) != 20 {
				t.Errorf("box %.10q: line %d is %d cells wide", box, i, lipgloss.Width(line))
			}
		}
	}
	if got := pane.Overlay("abcd\nefgh", "", 4, 2); got != "abcd\nefgh" {
		t.Errorf("no box changed the screen to %q", got)
	}
	if got := pane.Overlay("abcd\nefgh\nijkl", "XY", 4, 3); got != "abcd\neXYh\nijkl" {
		t.Errorf("drawn %q", got)
	}
}
