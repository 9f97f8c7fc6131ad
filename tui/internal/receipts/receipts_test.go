package receipts

import (
	"encoding/json"
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

var now = time.Date(2026, 3, 4, 14, 7, 0, 0, time.UTC)

func newPane(t testing.TB) *Pane {
	t.Helper()
	p := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	p.SetSize(80, 24)
	p.SetNow(now)
	p.SetRun("bert-finetune", "r1", true)
	p.SetFocused(true)
	return p
}

func ago(d time.Duration) int64 { return now.Add(-d).UnixMilli() }

func receipt(id int64, state protocol.ReceiptState, sent time.Duration, action string, args ...string) protocol.Receipt {
	r := protocol.Receipt{ID: protocol.ID(id), Run: "r1", Action: action, State: state, Sent: ago(sent), Args: map[string]string{}}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		r.Args[name] = value
	}
	return r
}

func one(state protocol.ReceiptState) protocol.Receipt {
	for _, r := range all() {
		if r.State == state {
			return r
		}
	}
	panic("no such state")
}

func all() []protocol.Receipt {
	done := receipt(1, protocol.ReceiptDone, 289*time.Second, "save_checkpoint", "tag='v3'")
	done.Began, done.Answered, done.Result = done.Sent+20, done.Sent+1820, json.RawMessage(`"ckpt/v3.pt"`)
	quick := receipt(2, protocol.ReceiptDone, 80*time.Second, "set_lr", "lr=3e-4", "note='after warm-up'")
	quick.Answered, quick.Result = quick.Sent+20, json.RawMessage(`null`)
	running := receipt(3, protocol.ReceiptRunning, 41*time.Second, "evaluate", "split='val'")
	running.Began = running.Sent
	failed := receipt(5, protocol.ReceiptFailed, 3*time.Second, "oops")
	failed.Answered, failed.Error = failed.Sent+100, "this run has no action \"oops\"\nsecond line"
	late := receipt(6, protocol.ReceiptDone, 9*time.Minute, "export", "path='/data'")
	late.Answered, late.Late, late.Result = late.Sent+125000, true, json.RawMessage(`{"rows":12,"ok":true,"loss":0.5}`)
	return []protocol.Receipt{
		done, quick, running, failed, late,
		receipt(4, protocol.ReceiptSent, 12*time.Second, "stop_training"),
		receipt(7, protocol.ReceiptTimedOut, 26*time.Hour, "sample_images", "n=64"),
		receipt(8, protocol.ReceiptLost, 50*time.Hour, "evaluate", "split='test'"),
	}
}

func press(p *Pane, names ...string) tea.Msg {
	var msg tea.Msg
	for _, name := range names {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
		switch name {
		case "enter":
			k = tea.KeyMsg{Type: tea.KeyEnter}
		case "down":
			k = tea.KeyMsg{Type: tea.KeyDown}
		case "pgdown":
			k = tea.KeyMsg{Type: tea.KeyPgDown}
		}
		msg = nil
		if cmd := p.Update(k); cmd != nil {
			msg = cmd()
		}
	}
	return msg
}

func TestView_Screens(t *testing.T) {
	for _, size := range [][2]int{{30, 8}, {60, 16}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			p := newPane(t)
			p.SetSize(size[0], size[1])
			b.WriteString(p.View() + "\n\n")
			p.Set(all())
			press(p, "down")
			b.WriteString(p.View() + "\n\n")
			p.SetFocused(false)
			p.SetTheme(themetest.New(t, termenv.Ascii, theme.ASCII))
			b.WriteString(p.View() + "\n")
			golden.RequireEqual(t, []byte(b.String()))
		})
	}
}

func TestView_Styled(t *testing.T) {
	p := newPane(t)
	p.SetTheme(themetest.New(t, termenv.TrueColor, theme.Braille))
	p.SetSize(90, 12)
	p.Set(all())
	golden.RequireEqual(t, []byte(p.View()+"\n"))
}

func TestDetails_Screens(t *testing.T) {
	var b strings.Builder
	th := themetest.New(t, termenv.Ascii, theme.Braille)
	for i, r := range all() {
		b.WriteString(strings.Join(Details(r, i%2 == 0, now, th, 60), "\n") + "\n\n")
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestDetails_SaysWhoCannotReportTheStart(t *testing.T) {
	th := themetest.New(t, termenv.Ascii, theme.Braille)
	r := one(protocol.ReceiptSent)
	for _, reports := range []bool{true, false} {
		if got := strings.Contains(strings.Join(Details(r, reports, now, th, 80), "\n"), noStart); got == reports {
			t.Errorf("reports %v: said %v", reports, got)
		}
	}
}

var hostile = []string{
	"\x1b[2J\x1b[Hclear", "\x1b]0;title\x07", "a\nb\tc\r d", "\u202eltr\u2066", "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🇩🇪", "e\u0301\u0301\u0301",
	"\xff\xfe", strings.Repeat("很长", 4000), "\u200b", "", "a\x00b", "\x9b31m", strings.Repeat("\u0301", 40),
	`"\u001b[31m\u202e"`, `[NaN, Infinity]`, strings.Repeat("[", 12000), `{"a":[1,2,{"\u001b]0;x\u0007":1e999}]}`,
}

func hostileReceipts() []protocol.Receipt {
	states := []protocol.ReceiptState{
		protocol.ReceiptSent, protocol.ReceiptRunning, protocol.ReceiptDone, protocol.ReceiptFailed,
		protocol.ReceiptTimedOut, protocol.ReceiptLost, "\x1b[31mnew\u202e",
	}
	var list []protocol.Receipt
	for i, s := range hostile {
		for j, state := range states {
			list = append(list, protocol.Receipt{
				ID: protocol.ID(int64(100*i + j)), Run: "r1", Action: s, State: state, Sent: now.UnixMilli() - int64(i),
				Args: map[string]string{hostile[(i+j)%len(hostile)]: s}, Result: json.RawMessage(s), Error: s, Began: int64(j) - 3, Answered: 1 << 62, Late: i%2 == 0,
			})
		}
	}
	return append(list, protocol.Receipt{ID: protocol.ID(99999), Run: "r1", Sent: -1 << 63, Answered: 1<<63 - 1, State: protocol.ReceiptDone})
}

func TestView_IsExactlyItsSize(t *testing.T) {
	for _, list := range [][]protocol.Receipt{nil, all(), hostileReceipts()[:40]} {
		for _, w := range []int{-1, 0, 1, 2, 3, 4, 5, 9, 14, 22, 30, 41, 42, 44, 57, 60, 61, 90, 200} {
			for _, h := range []int{-1, 0, 1, 2, 3, 4, 8, 24, 60} {
				p := newPane(t)
				p.Set(list)
				p.SetSize(w, h)
				view := p.View()
				if w <= 0 || h <= 0 {
					if view != "" {
						t.Fatalf("%dx%d: %q", w, h, view)
					}
					continue
				}
				lines := strings.Split(view, "\n")
				if len(lines) != h {
					t.Fatalf("%dx%d has %d rows", w, h, len(lines))
				}
				for _, line := range lines {
					if ansi.StringWidth(line) != w || lipgloss.Width(line) != w {
						t.Fatalf("%dx%d has a row of %d cells: %q", w, h, ansi.StringWidth(line), line)
					}
				}
			}
		}
	}
}

func TestView_HostileTextIsCleaned(t *testing.T) {
	p := newPane(t)
	p.SetSize(120, 200)
	p.Set(hostileReceipts())
	views := []string{p.View()}
	for _, r := range hostileReceipts() {
		lines := Details(r, false, now, p.theme, 50)
		for _, line := range lines {
			if ansi.StringWidth(line) > 50 {
				t.Fatalf("a line of %d cells: %q", ansi.StringWidth(line), line)
			}
		}
		views = append(views, strings.Join(lines, "\n"))
	}
	for _, view := range views {
		for _, r := range view {
			if r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2066 {
				t.Fatalf("%q is shown in %q", r, view)
			}
		}
	}
}

func ids(p *Pane) []string {
	var list []string
	for _, r := range p.list {
		list = append(list, r.ID.String())
	}
	return list
}

func TestPane_NewestFirstAndOnlyOfItsRun(t *testing.T) {
	p := newPane(t)
	p.Set(all())
	other := receipt(9, protocol.ReceiptSent, 0, "x")
	other.Run = "r2"
	p.Apply(other)
	if diff := cmp.Diff([]string{"5", "4", "3", "2", "1", "6", "7", "8"}, ids(p)); diff != "" {
		t.Error(diff)
	}
	p.Apply(receipt(10, protocol.ReceiptSent, 3*time.Second, "as old as the newest"))
	if got := ids(p)[0]; got != "10" {
		t.Errorf("the newest is %s", got)
	}
	p.SetRun("bert-finetune", "r2", false)
	if len(p.list) != 0 {
		t.Error("another run shows the receipts of the first")
	}
}

func TestPane_CursorStaysOnItsReceipt(t *testing.T) {
	for _, h := range []int{4, 6, 24} {
		p := newPane(t)
		p.SetSize(80, h)
		p.Set(all())
		press(p, "down", "down", "down")
		before, _ := p.chosen()
		place := p.cursor - p.top
		for i := range int64(5) {
			p.Apply(receipt(20+i, protocol.ReceiptSent, 0, "new"))
			if after, _ := p.chosen(); after.ID != before.ID {
				t.Fatalf("the cursor went from %s to %s", before.ID, after.ID)
			}
			if h < 24 && p.cursor-p.top != place {
				t.Fatalf("height %d: the row moved on the screen from %d to %d", h, place, p.cursor-p.top)
			}
		}
	}
}

func TestPane_AnswerReplacesItsReceipt(t *testing.T) {
	p := newPane(t)
	p.Set(all())
	answered := one(protocol.ReceiptTimedOut)
	answered.State, answered.Late, answered.Answered, answered.Result = protocol.ReceiptDone, true, answered.Sent+70000, json.RawMessage("1")
	p.Apply(answered)
	if n := len(p.list); n != len(all()) {
		t.Fatalf("there are %d receipts", n)
	}
	if view := p.View(); !strings.Contains(view, "done late 1:10") || strings.Contains(view, "timed out") {
		t.Errorf("the late answer is not shown as one:\n%s", view)
	}
}

func TestPane_Keys(t *testing.T) {
	p := newPane(t)
	p.Set(all())
	failed := one(protocol.ReceiptFailed)
	for _, tt := range []struct {
		key  string
		want tea.Msg
	}{
		{"enter", FormMsg{failed}},
		{"i", DetailsMsg{failed, true}},
		{"r", AgainMsg{failed}},
		{"y", CopyMsg{failed.Error}},
		{"x", ForgetMsg{failed.ID}},
	} {
		if diff := cmp.Diff(tt.want, press(p, tt.key), cmp.Comparer(func(a, b protocol.EventID) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", tt.key, diff)
		}
	}
	if got := press(newPane(t), "enter", "i", "r", "x", "y"); got != nil {
		t.Errorf("an empty list says %v", got)
	}
}

func TestPane_ForgottenStaysAwayUntilItChanges(t *testing.T) {
	p := newPane(t)
	p.Set(all())
	press(p, "down", "x")
	if got := ids(p)[1]; got != "3" {
		t.Fatalf("the receipt is still there: %v", ids(p))
	}
	p.Set(all())
	p.Apply(one(protocol.ReceiptSent))
	if n := len(p.list); n != len(all())-1 {
		t.Fatalf("it came back: %v", ids(p))
	}
	answered := one(protocol.ReceiptSent)
	answered.State = protocol.ReceiptDone
	p.Apply(answered)
	if n := len(p.list); n != len(all()) {
		t.Error("its answer was lost")
	}
}

func TestPane_MotionsStopAtTheEnds(t *testing.T) {
	p := newPane(t)
	p.SetSize(80, 5)
	p.Set(all())
	for _, step := range []struct {
		keys []string
		want int
	}{
		{[]string{"k"}, 0}, {[]string{"j", "j"}, 2}, {[]string{"G"}, 7}, {[]string{"j"}, 7}, {[]string{"g", "g"}, 0}, {[]string{"pgdown"}, 3},
	} {
		press(p, step.keys...)
		if p.cursor != step.want {
			t.Errorf("%v: at %d, want %d", step.keys, p.cursor, step.want)
		}
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonLeft, Action: tea.MouseActionPress, X: 4, Y: 1})
	if p.cursor != p.top {
		t.Errorf("a click on the first row leads to %d", p.cursor)
	}
	p.Update(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	if p.cursor != p.top+1 {
		t.Errorf("the wheel leads to %d", p.cursor)
	}
}

func TestAnimating_OnlyWhileAnOpenReceiptIsInSight(t *testing.T) {
	p := newPane(t)
	if p.Animating() {
		t.Error("an empty list")
	}
	p.SetSize(80, 4)
	p.Set(all())
	press(p, "down")
	if !p.Animating() {
		t.Error("a sent action in sight")
	}
	press(p, "G")
	if p.Animating() {
		t.Error("all open ones are out of sight")
	}
	press(p, "g", "g", "down")
	p.SetSize(0, 0)
	if p.Animating() {
		t.Error("a pane that is not shown")
	}
}

func TestWord_SaysTheState(t *testing.T) {
	clock := func(r protocol.Receipt, change func(*protocol.Receipt)) protocol.Receipt {
		change(&r)
		return r
	}
	done := one(protocol.ReceiptDone)
	for _, tt := range []struct {
		r    protocol.Receipt
		want string
	}{
		{one(protocol.ReceiptSent), "sent 12s"},
		{one(protocol.ReceiptRunning), "running 0:41"},
		{done, "done 1.8 s"},
		{clock(done, func(r *protocol.Receipt) { r.Answered = r.Began + 12 }), "done 0.01 s"},
		{clock(done, func(r *protocol.Receipt) { r.Answered = r.Began + 41_900 }), "done 41 s"},
		{clock(done, func(r *protocol.Receipt) { r.Answered = r.Began + 3_723_000 }), "done 1:02:03"},
		{clock(done, func(r *protocol.Receipt) { r.Answered = r.Began - 50 }), "done 0.00 s"},
		{clock(done, func(r *protocol.Receipt) { r.Late = true }), "done late 1.8 s"},
		{one(protocol.ReceiptFailed), "failed"},
		{one(protocol.ReceiptTimedOut), "timed out"},
		{one(protocol.ReceiptLost), "lost"},
	} {
		if got := word(tt.r, now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.r.State, got, tt.want)
		}
	}
}

func TestPython_SpellsResultsAsTheRunWould(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{`"ckpt/v3.pt"`, `'ckpt/v3.pt'`},
		{`null`, "None"},
		{``, "None"},
		{`true`, "True"},
		{`3.5`, "3.5"},
		{`12345678901234567`, "12345678901234567"},
		{`[1,"a",null]`, `[1, 'a', None]`},
		{`{"b":1,"a":[]}`, `{'a': [], 'b': 1}`},
		{`NaN`, "NaN"},
		{`[1,Infinity]`, "[1,Infinity]"},
		{`1e999`, "1e999"},
	} {
		if got := python(json.RawMessage(tt.raw)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.raw, got, tt.want)
		}
	}
}

func TestEmpty_NamesTheKeyThatIsBound(t *testing.T) {
	m, err := keys.Default().Rebind(map[string][]string{"actions": {"ctrl+t"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		keys keys.Map
		want string
	}{
		{keys.Default(), "No actions called yet. a opens the list."},
		{m, "No actions called yet. ctrl+t opens the list."},
		{m.Without(keys.CmdActions), "No actions called yet."},
	} {
		if got := New(theme.Theme{}, tt.keys).empty(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
