package sysinfo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCPUInfo_KeysByTheKernelsNumber(t *testing.T) {
	t.Parallel()
	text := "processor\t: 0\nmodel name\t: x\ncpu MHz\t\t: 2596.146\n\n" +
		"processor\t: 3\nBogoMIPS\t: 50.00\n\n" +
		"processor\t: x\ncpu MHz\t\t: 1\n\nno colon\n"
	got := parseCPUInfo(strings.NewReader(text))
	want := map[int]Frequency{0: {Current: 2596.146}, 3: {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
