package line

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/tui/internal/text"
)

func TestArea_WrapsBetweenWordsAndShowsTheCursor(t *testing.T) {
	var a Area
	a.Set("# Why\n\nthe learning rate was raised\ntoolongforanyrowatall")
	want := []string{"# Why", "", "the learning ", "rate was ", "raised", "toolongforany", "rowatall▏"}
	if diff := cmp.Diff(want, a.View(15, 20, true, looks(t))); diff != "" {
		t.Error(diff)
	}
	if got := a.View(15, 2, true, looks(t)); got[1] != "rowatall▏" {
		t.Errorf("the rows around the cursor are %q", got)
	}
	if got := strings.Join(a.View(15, 20, false, looks(t)), "\n"); strings.Contains(got, "▏") {
		t.Errorf("an area without the focus shows a cursor:\n%s", got)
	}
}

func TestArea_KeysActOnTheLineOfTheCursor(t *testing.T) {
	var a Area
	a.Set("first\nsecond line\nx")
	a.Rows(40)
	for _, step := range []struct{ key, want string }{
		{"up", "first\ns|econd line\nx"},
		{"end", "first\nsecond line|\nx"},
		{"down", "first\nsecond line\nx|"},
		{"up", "first\nsecond line|\nx"},
		{"home", "first\n|second line\nx"},
		{"up", "|first\nsecond line\nx"},
		{"up", "|first\nsecond line\nx"},
		{"ctrl+k", "|\nsecond line\nx"},
		{"delete", "|second line\nx"},
		{"ctrl+right", "second| line\nx"},
		{"ctrl+u", "| line\nx"},
		{"pgdown", " line\n|x"},
		{"q", " line\nq|x"},
	} {
		if !a.Edit(keyOf(step.key)) {
			t.Errorf("%s was not taken", step.key)
		}
		if got := a.text[:a.at] + "|" + a.text[a.at:]; got != step.want {
			t.Fatalf("%s gives %q, want %q", step.key, got, step.want)
		}
	}
	if a.Edit(keyOf("enter")) || a.Edit(keyOf("tab")) {
		t.Error("enter or tab was taken")
	}
}

func FuzzArea(f *testing.F) {
	f.Add("a\n\nbb cc  dd 损失函数 👨‍👩‍👧 e\u0301\t\u202e x", 7, 3, "uu")
	f.Fuzz(func(t *testing.T, s string, w, h int, moves string) {
		w, h = 1+(w&0x3f), 1+(h&0xf)
		var a Area
		a.Set(s)
		before := a.Text()
		looks := looks(t)
		for _, m := range moves + "x" {
			lines := a.View(w, h, true, looks)
			if len(lines) > h {
				t.Fatalf("%d rows of %d", len(lines), h)
			}
			cursor := false
			for _, line := range lines {
				if text.Width(line) > w || !utf8.ValidString(line) {
					t.Fatalf("%q is wider than %d", line, w)
				}
				cursor = cursor || strings.Contains(line, "▏")
			}
			if w > 4 && !cursor {
				t.Fatalf("no cursor in %q", lines)
			}
			a.Edit(keyOf(map[rune]string{'u': "up", 'd': "down", 'l': "left", 'r': "right", 'h': "home", 'e': "end"}[m]))
		}
		var rebuilt strings.Builder
		for i, r := range a.rows() {
			if i > 0 && r.from > 0 && a.text[r.from-1] == '\n' {
				rebuilt.WriteByte('\n')
			}
			rebuilt.WriteString(a.text[r.from:r.to])
		}
		if rebuilt.String() != before {
			t.Fatalf("the rows hold %q of %q", rebuilt.String(), before)
		}
	})
}

func BenchmarkArea_LongNote(b *testing.B) {
	var a Area
	a.Set(strings.Repeat("the learning rate was raised after step 4,211\n", 1400))
	looks := looks(b)
	b.ReportAllocs()
	for b.Loop() {
		a.Edit(keyOf("x"))
		a.View(90, 18, true, looks)
		a.Edit(keyOf("backspace"))
	}
}
