package edit

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func start() time.Time { return time.Date(2026, 3, 4, 14, 20, 0, 0, time.UTC) }

func newOverlay(t testing.TB) *Overlay {
	t.Helper()
	o := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	o.SetSize(80, 24)
	o.SetNow(start())
	return o
}

func owl() protocol.RunInfo {
	return protocol.RunInfo{
		ID: "9e5be61b-c7ab", Project: "bert", Name: "red-owl-3", State: protocol.RunLost, Tags: []string{"good", "lr sweep"},
		Notes:  "# Why\n\nThe learning rate was *raised* after step 4,211, and it went well until the loss became NaN.\n\n- try clip 1.0\n- smaller batch",
		Counts: map[protocol.EventType]int64{protocol.EventLog: 1204, protocol.EventScalar: 88},
	}
}

func long() protocol.RunInfo {
	run := owl()
	run.Counts = map[protocol.EventType]int64{protocol.EventLog: 88_310}
	return run
}

func keyOf(s string) tea.KeyMsg {
	for t := tea.KeyType(-80); t < 128; t++ {
		if t != tea.KeyRunes && t.String() == s {
			return tea.KeyMsg{Type: t}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)}
}

// press sends keys by name; what is no name is typed, one character a key. It
// returns what the last key caused.
func press(o *Overlay, names ...string) tea.Msg {
	var msg tea.Msg
	send := func(k tea.KeyMsg) {
		msg = nil
		if cmd := o.Update(k); cmd != nil {
			msg = cmd()
		}
	}
	for _, name := range names {
		if k := keyOf(name); k.Type != tea.KeyRunes {
			send(k)
			continue
		}
		for _, r := range name {
			if r == ' ' {
				send(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}})
				continue
			}
			send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
	return msg
}

func paste(o *Overlay, s string) tea.Cmd {
	return o.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true})
}

func TestOverlay_AsksForWhatWasTyped(t *testing.T) {
	for _, test := range []struct {
		name string
		open func(*Overlay)
		keys []string
		want tea.Msg
	}{
		{"name", func(o *Overlay) { o.OpenName(owl()) }, []string{"b", "enter"}, SubmitMsg{"bert", "9e5be61b-c7ab", protocol.RunEdit{Name: new("red-owl-3b")}}},
		{"another name", func(o *Overlay) { o.OpenName(owl()) }, []string{"ctrl+u", " q? D ", "enter"}, SubmitMsg{"bert", "9e5be61b-c7ab", protocol.RunEdit{Name: new("q? D")}}},
		{"no name", func(o *Overlay) { o.OpenName(owl()) }, []string{"ctrl+u", "enter"}, SubmitMsg{"bert", "9e5be61b-c7ab", protocol.RunEdit{Name: new("")}}},
		{"the same name", func(o *Overlay) { o.OpenName(owl()) }, []string{"x", "backspace", "enter"}, CloseMsg{}},
		{"dropped", func(o *Overlay) { o.OpenName(owl()) }, []string{"x", "esc"}, CloseMsg{}},
		{"note by ctrl+d", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r", Project: "p"}) }, []string{"a", "enter", "b", "ctrl+d"}, SubmitMsg{"p", "r", protocol.RunEdit{Notes: new("a\nb")}}},
		{"note by the button", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r", Project: "p"}) }, []string{"a", "tab", "zz", "enter"}, SubmitMsg{"p", "r", protocol.RunEdit{Notes: new("a")}}},
		{"note, back from the button", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r", Project: "p"}) }, []string{"a", "tab", "shift+tab", "enter", "b", "ctrl+d"}, SubmitMsg{"p", "r", protocol.RunEdit{Notes: new("a\nb")}}},
		{"the same note", func(o *Overlay) { o.OpenNote(owl()) }, []string{"ctrl+d"}, CloseMsg{}},
		{"tags", func(o *Overlay) { o.OpenTags(owl()) }, []string{" #new good", "enter"}, SubmitMsg{"bert", "9e5be61b-c7ab", protocol.RunEdit{Tags: &[]string{"good", "lr sweep", "new"}}}},
		{"no tags", func(o *Overlay) { o.OpenTags(owl()) }, []string{"ctrl+u", "enter"}, SubmitMsg{"bert", "9e5be61b-c7ab", protocol.RunEdit{Tags: &[]string{}}}},
		{"tags with an open quote", func(o *Overlay) { o.OpenTags(owl()) }, []string{` "x`, "enter"}, nil},
		{"delete, yes", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"y"}, DeleteMsg{"bert", "9e5be61b-c7ab"}},
		{"delete, the other answer", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"tab", "enter"}, DeleteMsg{"bert", "9e5be61b-c7ab"}},
		{"delete, enter is no", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"enter"}, CloseMsg{}},
		{"delete, there and back", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"right", "left", "enter"}, CloseMsg{}},
		{"delete, no", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"n"}, CloseMsg{}},
		{"delete, the key again", func(o *Overlay) { o.OpenDelete(owl(), false) }, []string{"D"}, nil},
		{"delete by name", func(o *Overlay) { o.OpenDelete(long(), false) }, []string{"red-owl-3", "enter"}, DeleteMsg{"bert", "9e5be61b-c7ab"}},
		{"delete by another name", func(o *Overlay) { o.OpenDelete(long(), false) }, []string{"red-owl-4", "enter"}, nil},
		{"delete by name, y", func(o *Overlay) { o.OpenDelete(long(), false) }, []string{"y", "enter"}, nil},
		{"delete by name, nothing", func(o *Overlay) { o.OpenDelete(long(), false) }, []string{"enter"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOverlay(t)
			test.open(o)
			o.View()
			got := press(o, test.keys...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if _, submitted := test.want.(SubmitMsg); o.Visible() != (submitted || test.want == nil) {
				t.Errorf("open: %v", o.Visible())
			}
		})
	}
}

func TestOverlay_StaysUntilTheDaemonHasTakenIt(t *testing.T) {
	o := newOverlay(t)
	o.OpenNote(protocol.RunInfo{ID: "r", Project: "p"})
	if press(o, "abc", "ctrl+d") == nil {
		t.Fatal("nothing was sent")
	}
	if press(o, "x", "enter", "ctrl+d") != nil || o.area.Text() != "abc" {
		t.Errorf("typed while it is sent: %q", o.area.Text())
	}
	o.Saved("p", "another")
	o.Failed("p", "another", "no")
	if !o.Visible() || !o.sending {
		t.Fatal("the answer for another run ended the wait")
	}
	o.Failed("p", "r", "the disk is full")
	if !strings.Contains(o.View(), "the disk is full") || o.area.Text() != "abc" {
		t.Errorf("after an error:\n%s", o.View())
	}
	if _, again := press(o, "ctrl+d").(SubmitMsg); !again {
		t.Error("it can't be tried again")
	}
	o.Saved("p", "r")
	if o.Visible() {
		t.Error("still open though it is saved")
	}
}

func TestOverlay_EscClosesWhileItIsSent(t *testing.T) {
	o := newOverlay(t)
	o.OpenName(owl())
	press(o, "x", "enter")
	if press(o, "esc") != (CloseMsg{}) || o.Visible() {
		t.Error("esc left it open")
	}
	o.Failed("bert", "9e5be61b-c7ab", "late")
	if o.Visible() {
		t.Error("a late answer opened it")
	}
}

func TestOverlay_OpenedByItselfIsDeafAtFirst(t *testing.T) {
	o := newOverlay(t)
	o.OpenDelete(owl(), true)
	o.SetNow(start().Add(399 * time.Millisecond))
	if press(o, "y", "esc", "enter") != nil || !o.Visible() {
		t.Fatal("it took a key that was meant for something else")
	}
	o.SetNow(start().Add(400 * time.Millisecond))
	if press(o, "y") == nil {
		t.Error("it stays deaf")
	}
	o.OpenDelete(owl(), false)
	if press(o, "y") == nil {
		t.Error("a dialog that a person opened is deaf")
	}
}

func TestOverlay_LimitsAreTheDaemons(t *testing.T) {
	for _, test := range []struct {
		name    string
		open    func(*Overlay)
		content string
		taken   bool
	}{
		{"name of 200", func(o *Overlay) { o.OpenName(protocol.RunInfo{ID: "r"}) }, strings.Repeat("損", 200), true},
		{"name of 201", func(o *Overlay) { o.OpenName(protocol.RunInfo{ID: "r"}) }, strings.Repeat("x", 201), false},
		{"note of 65,536", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r"}) }, strings.Repeat("損", 65_536), true},
		{"note of 65,537", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r"}) }, strings.Repeat("x", 65_537), false},
		{"note of megabytes", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r"}) }, strings.Repeat("x", 1<<22), false},
		{"tag of 200", func(o *Overlay) { o.OpenTags(protocol.RunInfo{ID: "r"}) }, strings.Repeat("x", 200), true},
		{"tag of 201", func(o *Overlay) { o.OpenTags(protocol.RunInfo{ID: "r"}) }, strings.Repeat("x", 201), false},
		{"64 tags", func(o *Overlay) { o.OpenTags(protocol.RunInfo{ID: "r"}) }, numbers(64), true},
		{"65 tags", func(o *Overlay) { o.OpenTags(protocol.RunInfo{ID: "r"}) }, numbers(65), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOverlay(t)
			test.open(o)
			if paste(o, test.content) != nil {
				t.Error("a paste did something")
			}
			key := "enter"
			if o.Scope() == keys.Note {
				key = "ctrl+d"
			}
			if _, sent := press(o, key).(SubmitMsg); sent != test.taken {
				t.Errorf("sent: %v; %s", sent, o.problem())
			}
		})
	}
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("t" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + " ")
	}
	return b.String()
}

func TestSpelled_IsWhatAPersonSees(t *testing.T) {
	for name, want := range map[string]string{
		"red-owl-3": "red-owl-3", "": "9e5be61b", "a\x1b[2Jb": "9e5be61b", " padded ": "9e5be61b", "\u202egnp": "9e5be61b",
		strings.Repeat("x", 61): "9e5be61b", "損失函数": "損失函数",
	} {
		run := long()
		run.Name = name
		if got := spelled(run); got != want {
			t.Errorf("%q has to be typed as %q, want %q", name, got, want)
		}
	}
}

func TestEvents_NeverOverflow(t *testing.T) {
	run := protocol.RunInfo{Counts: map[protocol.EventType]int64{"a": 1 << 62, "b": 1 << 62, "c": -5}}
	if got := events(run); got <= manyEvents {
		t.Errorf("%d", got)
	}
}

func FuzzTags_SurviveTheLine(f *testing.F) {
	f.Add("good", `a "b" c`, "#x")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var tags []string
		for _, tag := range []string{a, b, c} {
			if tag != "" && !strings.ContainsAny(tag, "\r\n\t") && !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
		got, ok := tagsOf(tagLine(tags))
		if !ok || strings.Join(got, "\n") != strings.Join(tags, "\n") {
			t.Errorf("%q became %q, %v", tags, got, ok)
		}
	})
}
