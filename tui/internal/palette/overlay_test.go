package palette

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

var start = time.Date(2026, 3, 4, 14, 20, 0, 0, time.UTC)

func newOverlay(t testing.TB) *Overlay {
	t.Helper()
	o := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	o.SetSize(80, 24)
	o.SetNow(start)
	return o
}

func spec(description string, blocking bool, args ...string) protocol.ActionSpec {
	s := protocol.ActionSpec{Description: description, Blocking: blocking, Args: map[string]string{}}
	for _, arg := range args {
		name, typ, _ := strings.Cut(arg, ":")
		s.ArgNames = append(s.ArgNames, name)
		s.Args[name] = typ
	}
	return s
}

func target() Target {
	return Target{
		Project: "bert-finetune", Run: "r1", RunName: "green-fox-12", Online: true,
		Actions: map[string]protocol.ActionSpec{
			"set_lr":          spec("Change the learning rate from the next step on.\n", false, "lr:float", "group:int", "note:str"),
			"save_checkpoint": spec("Write a checkpoint under the given tag.\nOlder ones stay.\n", false, "tag:str"),
			"evaluate":        spec("Run the evaluation loop on one split and log the scores.", true, "split:str", "limit:int"),
			"stop_training":   spec("Stop after this step.", false),
			"configure":       spec("Change settings while it runs.", false, "options:dict", "layers:list", "dry_run:bool", "seed:int", "extra:any"),
			"sample_images":   spec("", true, "n:int"),
		},
	}
}

func dashboard() []Command {
	return []Command{
		{"actions", "a", "call an action of the run", "actions"},
		{"zoom", "z", "give the focused pane the whole screen", "zoom"},
		{"follow", "f", "stay at the newest line, or stop", "follow"},
		{"next error", "e", "to the next error", "next-error"},
		{"theme", "T", "take the next theme", "theme"},
		{"help", "?", "show the keys that work here", "help"},
		{"leave", "q", "leave this view", "quit"},
	}
}

func keyOf(s string) tea.KeyMsg {
	for t := tea.KeyType(-80); t < 128; t++ {
		if t != tea.KeyRunes && t.String() == s {
			return tea.KeyMsg{Type: t}
		}
	}
	if s == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
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
		if k := keyOf(name); k.Type != tea.KeyRunes || len(k.Runes) == 1 {
			send(k)
			continue
		}
		for _, r := range name {
			if r == ' ' {
				send(keyOf("space"))
				continue
			}
			send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
	return msg
}

func paste(o *Overlay, s string) {
	if cmd := o.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}); cmd != nil {
		panic("a paste did something")
	}
}

type scene struct {
	name string
	show func(*Overlay)
}

func openForm(name string) func(*Overlay) {
	return func(o *Overlay) { o.OpenForm(target(), protocol.ActionCall{Name: name}, start, false) }
}

func scenes() []scene {
	with := func(change func(*Target)) func(*Overlay) {
		return func(o *Overlay) {
			t := target()
			change(&t)
			o.OpenActions(t, start, false)
		}
	}
	return []scene{
		{"actions", with(func(*Target) {})},
		{"actions filtered", func(o *Overlay) {
			o.OpenActions(target(), start, false)
			press(o, "sa", "down")
		}},
		{"actions none match", func(o *Overlay) {
			o.OpenActions(target(), start, false)
			press(o, "xyz")
		}},
		{"actions busy", func(o *Overlay) {
			o.SetBusy("evaluate")
			o.OpenActions(target(), start, false)
		}},
		{"offline", with(func(t *Target) { t.Online, t.Reason = false, "lost 41m ago" })},
		{"no actions", with(func(t *Target) { t.Actions = map[string]protocol.ActionSpec{} })},
		{"not announced", with(func(t *Target) { t.Actions = nil })},
		{"read only", with(func(t *Target) { t.ReadOnly = true })},
		{"form", func(o *Overlay) {
			openForm("set_lr")(o)
			press(o, "3e-4", "tab", "tab", "after warm-up")
		}},
		{"form problem", func(o *Overlay) {
			o.OpenActions(target(), start, false)
			press(o, "set", "enter", "fast")
		}},
		{"form literals", func(o *Overlay) {
			openForm("configure")(o)
			press(o, "{'a': 1}", "tab", "[1, 2", "tab", "space", "tab", "tab", "hello")
		}},
		{"form no arguments", openForm("stop_training")},
		{"form busy", func(o *Overlay) {
			o.SetBusy("evaluate")
			openForm("save_checkpoint")(o)
			press(o, "v3")
		}},
		{"form went offline", func(o *Overlay) {
			openForm("save_checkpoint")(o)
			press(o, "v3")
			t := target()
			t.Online, t.Reason = false, "lost 3s ago"
			o.SetTarget(t)
			press(o, "enter")
		}},
		{"commands", func(o *Overlay) { o.OpenCommands(dashboard(), target(), start) }},
		{"commands filtered", func(o *Overlay) {
			o.OpenCommands(dashboard(), target(), start)
			press(o, "act save")
		}},
	}
}

func TestView_Screens(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {40, 12}, {60, 16}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			for _, s := range scenes() {
				o := newOverlay(t)
				o.SetSize(size[0], size[1])
				s.show(o)
				w, h := o.Size()
				fmt.Fprintf(&b, "%s, %dx%d\n%s\n\n", s.name, w, h, o.View())
			}
			golden.RequireEqual(t, []byte(b.String()))
		})
	}
}

func TestView_ASCII(t *testing.T) {
	var b strings.Builder
	for _, s := range scenes() {
		o := newOverlay(t)
		o.SetTheme(themetest.New(t, termenv.Ascii, theme.ASCII))
		o.SetSize(80, 24)
		s.show(o)
		view := o.View()
		b.WriteString(view + "\n\n")
		for _, r := range view {
			if r > 0x7e {
				t.Errorf("%s: %q is not ASCII", s.name, r)
			}
		}
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestView_Styled(t *testing.T) {
	var b strings.Builder
	for _, s := range scenes() {
		switch s.name {
		case "actions filtered", "form", "form problem", "commands":
			o := newOverlay(t)
			o.SetTheme(themetest.New(t, termenv.TrueColor, theme.Braille))
			s.show(o)
			b.WriteString(o.View() + "\n\n")
		}
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestView_IsExactlyItsSize(t *testing.T) {
	for _, s := range append(scenes(), scene{"hostile", func(o *Overlay) {
		o.OpenActions(hostileTarget(), start, false)
	}}, scene{"hostile form", func(o *Overlay) {
		o.OpenForm(hostileTarget(), protocol.ActionCall{Name: hostileNames[0]}, start, false)
		paste(o, strings.Join(hostileNames, "\n"))
	}}) {
		o := newOverlay(t)
		s.show(o)
		for _, w := range []int{-1, 0, 1, 2, 3, 4, 5, 11, 19, 20, 26, 40, 59, 60, 72, 90, 200} {
			for _, h := range []int{-1, 0, 1, 2, 3, 4, 5, 9, 15, 16, 24, 60} {
				o.SetSize(w, h)
				checkSize(t, fmt.Sprintf("%s on %dx%d", s.name, w, h), o, w, h)
			}
		}
	}
}

func checkSize(t *testing.T, what string, o *Overlay, screenW, screenH int) {
	t.Helper()
	w, h := o.Size()
	view := o.View()
	if screenW <= 0 || screenH <= 0 {
		if w != 0 || h != 0 || view != "" {
			t.Fatalf("%s: %dx%d, view %q", what, w, h, view)
		}
		return
	}
	if w > screenW || h > screenH || w < 1 || h < 1 {
		t.Fatalf("%s: the box is %dx%d", what, w, h)
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s: %d rows, size says %d", what, len(lines), h)
	}
	for _, line := range lines {
		if lw := ansi.StringWidth(line); lw != w || lipgloss.Width(line) != w {
			t.Fatalf("%s: a row of %d cells, size says %d: %q", what, lw, w, line)
		}
	}
}

func TestOverlay_ClosedTakesAndShowsNothing(t *testing.T) {
	o := newOverlay(t)
	if msg := press(o, "enter", "esc", "x"); msg != nil || o.Visible() || o.View() != "" || o.Capturing() {
		t.Errorf("got %v, view %q", msg, o.View())
	}
}

func TestOverlay_EscIsALadder(t *testing.T) {
	o := newOverlay(t)
	o.OpenActions(target(), start, false)
	press(o, "set", "enter")
	if o.Scope() != keys.Form {
		t.Fatalf("enter on an action leads to %s", o.Scope())
	}
	if msg := press(o, "3", "esc"); msg != nil || o.Scope() != keys.Palette || !o.Visible() {
		t.Fatalf("first esc: %v in %s", msg, o.Scope())
	}
	if o.list.query.Text() != "set" {
		t.Errorf("the query is %q after coming back", o.list.query.Text())
	}
	if msg := press(o, "esc"); msg != (CloseMsg{}) || o.Visible() {
		t.Fatalf("second esc: %v", msg)
	}
	openForm("set_lr")(o)
	if msg := press(o, "esc"); msg != (CloseMsg{}) {
		t.Errorf("esc in a form without a list: %v", msg)
	}
}

func TestOverlay_NoSingleKeySendsAnAction(t *testing.T) {
	o := newOverlay(t)
	o.OpenActions(target(), start, false)
	if msg := press(o, "stop", "enter"); msg != nil {
		t.Fatalf("choosing an action without arguments already sent %v", msg)
	}
	want := SubmitMsg{"bert-finetune", "r1", protocol.ActionCall{Name: "stop_training", Args: map[string]string{}}}
	if diff := cmp.Diff(want, press(o, "enter")); diff != "" {
		t.Error(diff)
	}
	if o.Visible() {
		t.Error("it is still open, a second enter would send again")
	}
}

func TestOverlay_OpenedByItselfIsDeafAtFirst(t *testing.T) {
	o := newOverlay(t)
	o.OpenActions(target(), start, true)
	for _, after := range []time.Duration{0, 399 * time.Millisecond} {
		o.SetNow(start.Add(after))
		if msg := press(o, "esc", "x", "enter"); msg != nil || o.Scope() != keys.Palette || o.list.query.Text() != "" {
			t.Fatalf("after %v: %v", after, msg)
		}
		paste(o, "text")
	}
	o.SetNow(start.Add(400 * time.Millisecond))
	press(o, "s")
	if o.list.query.Text() != "s" {
		t.Error("it is still deaf after 400 ms")
	}
	o.OpenActions(target(), start, true)
	o.SetNow(start.Add(-time.Hour))
	if press(o, "esc") == nil {
		t.Error("a clock that was set back makes it deaf")
	}
	o.OpenActions(target(), start, false)
	if press(o, "esc") == nil {
		t.Error("deaf although a key opened it")
	}
}

func TestOverlay_RefusesWhatCannotBeHeard(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Target)
		want   string
	}{
		{"offline", func(t *Target) { t.Online, t.Reason = false, "lost 41m ago" }, "green-fox-12 is not connected (lost 41m ago): it can't hear actions"},
		{"offline without a reason", func(t *Target) { t.Online = false }, "green-fox-12 is not connected: it can't hear actions"},
		{"action gone", func(t *Target) { t.Actions = map[string]protocol.ActionSpec{} }, "green-fox-12 has no action stop_training"},
		{"read-only", func(t *Target) { t.ReadOnly = true }, "This dashboard is read-only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOverlay(t)
			openForm("stop_training")(o)
			changed := target()
			tt.change(&changed)
			o.SetTarget(changed)
			if msg := press(o, "enter"); msg != nil {
				t.Fatalf("sent %v", msg)
			}
			if view := strings.Join(strings.Fields(o.View()), " "); !strings.Contains(view, tt.want) {
				t.Errorf("the reason is missing:\n%s", o.View())
			}
			o.OpenActions(changed, start, false)
			if msg := press(o, "enter", "down", "enter"); msg != nil || o.Scope() != keys.Palette {
				t.Errorf("the list let through %v", msg)
			}
		})
	}
}

func TestOverlay_FollowsItsRunAndNoOther(t *testing.T) {
	o := newOverlay(t)
	before := target()
	before.Actions = nil
	o.OpenActions(before, start, false)
	other := target()
	other.Run = "r2"
	o.SetTarget(other)
	if len(o.list.all) != 0 {
		t.Fatal("it took the actions of another run")
	}
	o.SetTarget(target())
	press(o, "down", "down")
	chosen, _ := o.list.chosen()
	more := target()
	more.Actions["a_new_one"] = spec("", false)
	o.SetTarget(more)
	if now, _ := o.list.chosen(); now.title != chosen.title {
		t.Errorf("the cursor went from %s to %s", chosen.title, now.title)
	}
}

func TestOverlay_AnnouncedAgainKeepsWhatWasTyped(t *testing.T) {
	o := newOverlay(t)
	openForm("save_checkpoint")(o)
	press(o, "v3")
	more := target()
	more.Actions["save_checkpoint"] = spec("", false, "where:str", "tag:str")
	o.SetTarget(more)
	want := map[string]string{"tag": "'v3'"}
	if got := press(o, "enter").(SubmitMsg); !cmp.Equal(got.Call.Args, want) {
		t.Errorf("got %v", got.Call.Args)
	}
}

func TestOverlay_ReceiptIsFilledInWhenTheActionIsAnnouncedLater(t *testing.T) {
	o := newOverlay(t)
	before := target()
	before.Actions = nil
	o.OpenForm(before, protocol.ActionCall{Name: "save_checkpoint", Args: map[string]string{"tag": "'v3'"}}, start, false)
	if msg := press(o, "enter"); msg != nil {
		t.Fatalf("sent %v to a run that has announced nothing", msg)
	}
	o.SetTarget(target())
	want := map[string]string{"tag": "'v3'"}
	if got := press(o, "enter").(SubmitMsg); !cmp.Equal(got.Call.Args, want) {
		t.Errorf("got %v", got.Call.Args)
	}
}

func TestOverlay_TypingIsNeverACommand(t *testing.T) {
	o := newOverlay(t)
	o.OpenCommands(dashboard(), target(), start)
	if msg := press(o, "q", "j", "?", ":", "space"); msg != nil || o.list.query.Text() != "qj?: " {
		t.Errorf("the list: %v, %q", msg, o.list.query.Text())
	}
	openForm("save_checkpoint")(o)
	if msg := press(o, "q", "j", "?", ":", "space"); msg != nil || o.form.fields[0].line.Text() != "qj?: " {
		t.Errorf("the form: %v, %q", msg, o.form.fields[0].line.Text())
	}
	paste(o, "esc\nenter\nq")
	if !o.Visible() || o.Scope() != keys.Form {
		t.Error("a paste did something")
	}
}

func TestCommands_ChosenComesBackAndIsFirstNextTime(t *testing.T) {
	o := newOverlay(t)
	o.OpenCommands(dashboard(), target(), start)
	if msg := press(o, "theme", "enter"); msg != (ChosenMsg{ID: "theme"}) || o.Visible() {
		t.Fatalf("got %v", msg)
	}
	o.OpenCommands(dashboard(), target(), start)
	press(o, "savech", "enter")
	if o.Scope() != keys.Form || o.form.action != "save_checkpoint" {
		t.Fatalf("choosing an action leads to %s", o.Scope())
	}
	press(o, "esc", "esc")
	o.OpenCommands(dashboard(), target(), start)
	var titles []string
	for _, e := range o.list.found[:3] {
		titles = append(titles, e.title)
	}
	if diff := cmp.Diff([]string{"action: save_checkpoint", "theme", "actions"}, titles); diff != "" {
		t.Error(diff)
	}
}

func TestCommands_ReadOnlyHidesActions(t *testing.T) {
	o := newOverlay(t)
	readOnly := target()
	readOnly.ReadOnly = true
	o.OpenCommands(dashboard(), readOnly, start)
	if view := o.View(); strings.Contains(view, "action:") {
		t.Errorf("actions are offered:\n%s", view)
	}
}

func TestList_NeverWraps(t *testing.T) {
	o := newOverlay(t)
	o.OpenActions(target(), start, false)
	press(o, "up")
	if o.list.cursor != 0 {
		t.Error("up at the first row moved")
	}
	press(o, "pgdown", "pgdown", "down")
	if o.list.cursor != len(o.list.found)-1 {
		t.Errorf("the end is at %d", o.list.cursor)
	}
	o.Update(tea.MouseMsg{Button: tea.MouseButtonWheelUp})
	if o.list.cursor != len(o.list.found)-2 {
		t.Error("the wheel does not move")
	}
}

var hostileNames = []string{
	"\x1b[2J\x1b[Hclear", "\x1b]0;title\x07", "a\nb\tc\r d", "\u202eltr\u2066", "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🇩🇪", "e\u0301\u0301\u0301",
	"\xff\xfe", strings.Repeat("很长", 400), "\u200b", " ", "a\x00b", "\x9b31m", strings.Repeat("\u0301", 40),
}

func hostileTarget() Target {
	t := Target{Project: "p", Run: "r", RunName: "\x1b[31mred\nrun\u202e", Online: true, Actions: map[string]protocol.ActionSpec{}}
	for i, name := range hostileNames {
		s := spec(hostileNames[(i+3)%len(hostileNames)], i%2 == 0)
		for j, arg := range hostileNames {
			s.ArgNames = append(s.ArgNames, arg)
			s.Args[arg] = append([]string{"str", "int", "bool", "any"}, hostileNames...)[(i+j)%(4+len(hostileNames))]
		}
		t.Actions[name] = s
	}
	return t
}

func TestView_HostileTextIsCleaned(t *testing.T) {
	check := func(what, view string) {
		t.Helper()
		for _, r := range view {
			if r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2066 || r == 0x200b {
				t.Fatalf("%s shows %q:\n%q", what, r, view)
			}
		}
	}
	o := newOverlay(t)
	o.SetBusy(hostileNames[1])
	for _, name := range hostileNames {
		o.OpenActions(hostileTarget(), start, false)
		paste(o, name)
		check("the list", o.View())
		o.OpenForm(hostileTarget(), protocol.ActionCall{Name: name, Args: map[string]string{hostileNames[0]: name}}, start, false)
		paste(o, name)
		press(o, "tab")
		check("the form", o.View())
		o.OpenCommands([]Command{{name, name, name, 1}}, hostileTarget(), start)
		check("the commands", o.View())
	}
}
