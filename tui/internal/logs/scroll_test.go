package logs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
)

func TestPane_ScrollingUpPausesAndTheEndFollows(t *testing.T) {
	for _, tt := range []struct {
		keys   string
		follow bool
	}{
		{"", true},
		{"k", false},
		{"up", false},
		{"k j", false},
		{"k j j", true},
		{"k G", true},
		{"k end", true},
		{"k f", true},
		{"f", false},
		{"f f", true},
		{"ctrl+u", false},
		{"ctrl+u ctrl+d", false},
		{"ctrl+u ctrl+d ctrl+d", true},
		{"pgup pgdown pgdown", true},
		{"g g", false},
		{"j", true},
		{"pgdown", true},
		{"E", false},
		{"/ 'loss' enter", true},
		{"/ 'loss' enter N", false},
		{"n", true},
	} {
		p := newPane(t, 80, 20, Options{})
		p.Append(training(1, 300))
		press(p, tt.keys)
		if p.follow != tt.follow {
			t.Errorf("%q: follow is %t", tt.keys, p.follow)
		}
		if word := "following"; tt.follow != strings.Contains(titleOf(p), word) {
			t.Errorf("%q: the title is %q", tt.keys, titleOf(p))
		}
	}
}

func TestPane_NeverWrapsAround(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Prepend(training(1, 50), true)
	press(p, "g g k k k")
	if c := p.current(); c != 0 {
		t.Errorf("up from the first line led to %d", c)
	}
	first := p.View()
	press(p, "E N")
	if p.View() != first {
		t.Error("there is no error before the first, the view moved")
	}
	press(p, "G e n")
	if !p.follow {
		t.Error("there is nothing after the last line, the view paused")
	}
}

// stable is a row without its count of repeats, as far as that leaves it.
func stable(count *regexp.Regexp, row string) string {
	row = strings.TrimRight(count.ReplaceAllString(row, ""), " ")
	runes := []rune(row)
	return string(runes[:min(len(runes), 40)])
}

func TestPane_PausedRowsStayWhereTheyAre(t *testing.T) {
	count := regexp.MustCompile(`×[\d.,kM]+`)
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // a repeatable test
		p := newPane(t, 60+r.IntN(80), 8+r.IntN(20), Options{Lines: 400 + r.IntN(400)})
		p.Prepend(training(1000, 200), false)
		press(p, []string{"", "w", "L", "w L", "/ 'loss' enter", "w t", "/ 'loss"}[r.IntN(7)])
		if p.typing {
			press(p, "enter")
		}
		for range 1 + r.IntN(8) {
			press(p, []string{"k", "ctrl+u", "pgup", "E", "k k", "f"}[r.IntN(6)])
		}
		if p.follow {
			continue
		}
		next, before := 1200, 1000
		for step := range 30 {
			was, top := rowsOf(p), p.top.key
			switch r.IntN(6) {
			case 0:
				before -= 20
				p.Prepend(training(before, 20), before <= 900)
			case 1:
				for range r.IntN(20) {
					p.Append([]protocol.Event{event(next, "warning", "", "the same again")})
					next++
				}
			case 2:
				p.Append([]protocol.Event{event(next, "error", "", "one\ntwo\n"+strings.Repeat("three ", r.IntN(60)))})
				next++
			case 3:
				p.SetGap(1 + r.IntN(9))
			default:
				n := r.IntN(30)
				p.Append(training(next, n))
				next += n
			}
			if p.ring.at(p.ring.base).key.compare(top) >= 0 {
				break // what was in view was cut
			}
			now := rowsOf(p)
			for i := range was {
				if was[i] == "" || strings.HasPrefix(was[i], " ──") {
					continue
				}
				if got, want := stable(count, now[i]), stable(count, was[i]); got != want {
					t.Fatalf("seed %d, step %d: row %d was %q and is %q", seed, step, i, want, got)
				}
			}
		}
	}
}

func TestPane_CountsNewLinesBelow(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 100))
	press(p, "k")
	p.Append(training(101, 1204))
	if !strings.Contains(titleOf(p), "paused · 1,204 new below") {
		t.Error(titleOf(p))
	}
	press(p, "L L L")
	if want := fmt.Sprintf("+%d", 1304/37-100/37); !strings.Contains(titleOf(p), want[1:]+" new") {
		t.Errorf("of the errors there are %s: %s", want, titleOf(p))
	}
}

func TestPane_FilterLeavesThePlace(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 1000))
	press(p, "pgup pgup pgup k k")
	before := p.View()
	press(p, "L L L")
	press(p, "L")
	if p.View() != before {
		t.Errorf("another place after the filter:\n%s\nwas\n%s", p.View(), before)
	}
}

func TestPane_AsksForOlderLinesOncePerNeed(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Prepend(training(500, 100), false)
	if msg := press(p, "k"); msg != nil {
		t.Fatalf("asked for %v far from the top", msg)
	}
	want := OlderMsg{Project: "bert", Run: "r1", Before: 500}
	if msg := press(p, "g g"); msg != want {
		t.Fatalf("at the top: %v", msg)
	}
	if msg := press(p, "k"); msg != nil {
		t.Fatalf("asked twice: %v", msg)
	}
	p.Prepend(training(450, 50), false)
	if msg := press(p, "k"); msg != nil {
		t.Fatalf("asked for %v while there are lines above", msg)
	}
	want.Before = 450
	if msg := press(p, "home"); msg != want {
		t.Fatalf("at the new top: %v", msg)
	}
	p.Loading(true)
	p.Loading(false)
	if msg := press(p, "k"); msg != want {
		t.Fatalf("after a page that failed: %v", msg)
	}
	p.Prepend(nil, true)
	if msg := press(p, "k g g"); msg != nil {
		t.Fatalf("before the start of the log: %v", msg)
	}
}

func TestPane_APageThatDoesNotFillTheViewAsksForTheNext(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	cmd := p.Prepend(training(500, 5), false)
	if cmd == nil || cmd() != (OlderMsg{"bert", "r1", 500}) {
		t.Error("did not ask")
	}
}

func TestPane_ErrorsCanBeVisited(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 200))
	var seen []string
	for range 3 {
		press(p, "E")
		seen = append(seen, p.shown.line(p.current()).text)
	}
	press(p, "e")
	seen = append(seen, p.shown.line(p.current()).text)
	want := []string{
		"loss is nan at step 42850, skipping the batch", "loss is nan at step 42480, skipping the batch",
		"loss is nan at step 42110, skipping the batch", "loss is nan at step 42480, skipping the batch",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestPane_WheelScrollsThreeRows(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 100))
	before := rowsOf(p)
	wheel(p, tea.MouseButtonWheelUp)
	if diff := cmp.Diff(before[:15], clearMark(rowsOf(p))[3:]); diff != "" {
		t.Error(diff)
	}
	wheel(p, tea.MouseButtonWheelDown)
	if p.follow {
		t.Error("follows before the end was passed")
	}
	wheel(p, tea.MouseButtonWheelDown)
	if !p.follow {
		t.Error("does not follow at the end")
	}
}

// clearMark takes the cursor off, which scrolling leaves on the last row.
func clearMark(rows []string) []string {
	for i, r := range rows {
		rows[i] = strings.Replace(r, "▌", " ", 1)
	}
	return slices.Clip(rows)
}

func TestPane_WrappedLineTallerThanTheView(t *testing.T) {
	p := newPane(t, 60, 8, Options{})
	p.Append([]protocol.Event{event(1, "", "", "before"), event(2, "", "", strings.Repeat("word ", 300)), event(3, "", "", "after")})
	p.Prepend(nil, true)
	press(p, "w")
	for range 100 {
		press(p, "k")
	}
	if rows := rowsOf(p); !strings.Contains(rows[0], "start of the log") || !strings.HasPrefix(rows[1], "▌") {
		t.Errorf("100 lines up: %q", rows)
	}
	for range 100 {
		press(p, "j")
	}
	if !p.follow {
		t.Error("100 lines down do not lead to the end")
	}
}
