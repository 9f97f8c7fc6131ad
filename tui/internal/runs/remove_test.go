package runs

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func TestRemove_SelectsTheNeighbour(t *testing.T) {
	for _, test := range []struct {
		name   string
		chosen string
		remove string
		want   string // the selected run then
		said   bool
	}{
		{"the next one", "r2", "r2", "r3", true},
		{"the last of its project: the one above", "9e5be61b-c7ab-472d-8c21-2e59d72270f4", "9e5be61b-c7ab-472d-8c21-2e59d72270f4", "r4", true},
		{"another than the selected one", "r2", "r3", "r2", false},
		{"one that is not there", "r2", "r9", "r2", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := full(t)
			p.SetSize(40, 20)
			p.Select("p1", test.chosen)
			p.View()
			line := p.at - p.top
			cmd := p.Remove("p1", test.remove)
			if got := selected(t, p); got != test.want {
				t.Errorf("selected %q, want %q", got, test.want)
			}
			if _, ok := p.Find("p1", test.remove); ok {
				t.Error("it is still known")
			}
			var want tea.Msg
			if test.said {
				want = SelectedMsg{"p1", test.want}
			}
			var got tea.Msg
			if cmd != nil {
				got = cmd()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if p.rows[p.at].run.info.ID != test.want {
				t.Errorf("the cursor is on %+v", p.rows[p.at])
			}
			if test.name == "the next one" && p.at-p.top != line {
				t.Errorf("the cursor went from line %d of the screen to %d", line, p.at-p.top)
			}
		})
	}
}

func TestRemove_TheLastRunOfAProjectLeavesTheProject(t *testing.T) {
	p := full(t)
	p.SetSize(40, 20)
	p.Select("p2", "m7")
	if cmd := p.Remove("p2", "m7"); cmd == nil {
		t.Fatal("nobody hears that another run is selected")
	}
	if view := p.View(); strings.Contains(view, "mesh-7") || !strings.Contains(view, "sim-cfd") {
		t.Errorf("the list:\n%s", view)
	}
	if got := selected(t, p); got == "" || got == "m7" {
		t.Errorf("selected %q", got)
	}
	if p.Online() != 2 || p.Len() != 5 {
		t.Errorf("%d runs, %d online", p.Len(), p.Online())
	}
	for _, id := range []string{"r1", "r2", "r3", "r4", "9e5be61b-c7ab-472d-8c21-2e59d72270f4"} {
		p.Remove("p1", id)
	}
	if _, ok := p.Selected(); ok || p.Len() != 0 {
		t.Error("a run is selected of none")
	}
	p.View()
	press(p, "j", "k", "D", "r", "enter")
}

func TestRemove_AllOfMany(t *testing.T) {
	p := many(t, 40)
	p.SetSize(40, 12)
	press(p, "j", "j", "j", "j")
	for p.Len() > 0 {
		ri, ok := p.Selected()
		if !ok {
			t.Fatalf("nothing is selected of %d", p.Len())
		}
		p.Remove("p", ri.ID)
		checkSize(t, "after a removal", p.View(), 40, 12)
	}
}

func TestUpdate_AsksToEditTheSelectedRun(t *testing.T) {
	p := full(t)
	got := press(p, "r", "e", "#", "D")
	want := []tea.Msg{RenameMsg{"p1", "r1"}, NoteMsg{"p1", "r1"}, TagsMsg{"p1", "r1"}, DeleteMsg{"p1", "r1"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func noted(t testing.TB) *Pane {
	p := newPane(t)
	projects, runs := usual()
	runs["p1"][0].Tags, runs["p1"][0].Notes = []string{"good", "a much longer tag than that", "x"}, "why"
	runs["p1"][1].Tags = []string{"\x1b[2Jred\u202e", "", "损失"}
	runs["p1"][2].Notes = "# why"
	p.SetSnapshot(projects, runs)
	return p
}

func TestView_NotesAndTags(t *testing.T) {
	var b strings.Builder
	for _, mode := range []theme.GlyphMode{theme.Braille, theme.ASCII} {
		p := noted(t)
		p.SetTheme(themetest.New(t, termenv.Ascii, mode))
		for _, w := range []int{28, 40, 60, 80, 120} {
			p.SetSize(w, 10)
			checkSize(t, "with tags", p.View(), w, 10)
			b.WriteString(p.View() + "\n")
		}
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestFilter_FindsTags(t *testing.T) {
	p := noted(t)
	press(p, "/", "#", "g", "o")
	if p.matching != 1 || selectedAt(p) != "r3" {
		t.Errorf("%d match, on %q", p.matching, selectedAt(p))
	}
}

func selectedAt(p *Pane) string { return p.rows[p.at].run.info.ID }

func TestDetails_NotesKeepTheirLines(t *testing.T) {
	ri := protocol.RunInfo{ID: "r", Notes: "# Why\n\n- one\x1b[2J\n- two\n\n" + strings.Repeat("x\n", 1000)}
	got := Details(ri, noon(), themetest.New(t, termenv.Ascii, theme.Braille), 40)
	all := strings.Join(got, "\n")
	if !strings.Contains(all, "note       # Why\n           \n           - one\n           - two") {
		t.Errorf("the note:\n%s", strings.Join(got[:12], "\n"))
	}
	if len(got) > 450 {
		t.Errorf("%d lines", len(got))
	}
}
