package logs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
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

func TestPane_IsExactlyItsSize(t *testing.T) {
	sizes := []int{-1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 27, 30, 36, 37, 60, 89, 90, 132, 200}
	for _, g := range []theme.GlyphMode{theme.Braille, theme.ASCII} {
		p := New(themetest.New(t, termenv.TrueColor, g), keys.Default(), Options{})
		p.Reset("bert", "r1", "损失 \x1b[2J"+strings.Repeat("long ", 20))
		p.Prepend(append(hostile(), training(50, 100)...), true)
		p.SetGap(7)
		p.Append(append(hostile()[:3], training(400, 3)...))
		for _, names := range []string{"", "k k", "w", "g g", "/ 'x+", "'(", "esc L L", "L", "L t l", "w enter", "t / '损' enter N"} {
			press(p, names)
			for i, w := range sizes {
				for _, h := range []int{0, 1, 2, 3, 4, 5, 9, 23, 60} {
					p.SetFocused((i+h)%2 == 0)
					p.SetSize(w, h)
					checkSize(t, p, w, h)
				}
			}
		}
	}
}

func texts(p *Pane) []string {
	var all []string
	for i := range p.ring.lines.len() {
		all = append(all, p.ring.lines.at(i).text)
	}
	return all
}

func TestPane_OrdersBySeqAndDropsDuplicates(t *testing.T) {
	events := training(1, 60)
	events[10].Payload = event(11, "info", "", "first\nsecond").Payload
	want := newPane(t, 80, 20, Options{})
	want.Append(events)
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a repeatable test
		p := newPane(t, 80, 20, Options{})
		twice := append(slices.Clone(events), events[r.IntN(30):30+r.IntN(30)]...)
		r.Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
		for len(twice) > 0 {
			n := 1 + r.IntN(len(twice))
			if r.IntN(2) == 0 {
				p.Append(twice[:n])
			} else {
				p.Prepend(twice[:n], false)
			}
			twice = twice[n:]
		}
		if diff := cmp.Diff(texts(want), texts(p)); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}

func TestPane_IgnoresOtherEventsAndKeepsUnnumberedOnes(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	scalar := event(1, "", "", "x")
	scalar.Type = protocol.EventScalar
	p.Append([]protocol.Event{scalar, event(0, "", "", "one"), event(0, "", "", "two\nthree"), event(5, "", "", "four"), event(0, "", "", "five")})
	if diff := cmp.Diff([]string{"one", "two", "three", "four", "five"}, texts(p)); diff != "" {
		t.Error(diff)
	}
}

func TestPane_KeepsABoundedNumberOfLinesAndSaysWhatItCut(t *testing.T) {
	p := newPane(t, 80, 20, Options{Lines: 100})
	p.Append(training(1, 1000))
	if p.ring.count() != 100 || p.ring.cut != 900 {
		t.Errorf("%d lines kept, %d cut", p.ring.count(), p.ring.cut)
	}
	press(p, "g g")
	if row := rowsOf(p)[0]; !strings.Contains(row, "900 older lines cut") {
		t.Errorf("the first row is %q", row)
	}
	if msg := press(p, "k"); msg != nil {
		t.Errorf("asked for %v that there is no room for", msg)
	}
	p.Prepend(training(1, 10), false)
	if p.ring.count() != 100 {
		t.Error("lines before a cut were put in")
	}
	p.Append([]protocol.Event{event(2000, "", "", strings.Repeat("a\n", 5000))})
	if p.ring.count() != 100 || p.shown.len() != 1 || p.shown.lines != 100 {
		t.Errorf("%d lines, %d items of %d", p.ring.count(), p.shown.len(), p.shown.lines)
	}
}

func TestPane_KeepsABoundedNumberOfBytes(t *testing.T) {
	p := newPane(t, 80, 20, Options{Lines: maxLines})
	for seq := range 1200 {
		p.Append([]protocol.Event{event(seq+1, "", "", strings.Repeat(string(rune('a'+seq%26)), maxLine+1))})
	}
	if p.ring.bytes > maxBytes || p.ring.cut == 0 || p.ring.count() == 0 {
		t.Errorf("%d bytes in %d lines, %d cut", p.ring.bytes, p.ring.count(), p.ring.cut)
	}
	weighed := 0
	for i := range p.ring.lines.len() {
		weighed += p.ring.lines.at(i).size()
	}
	if weighed != p.ring.bytes {
		t.Errorf("%d bytes counted, %d there", p.ring.bytes, weighed)
	}
}

// TestPane_GrowsAsIfMadeAnew holds the index that grows against one made from
// the start.
func TestPane_GrowsAsIfMadeAnew(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3)) //nolint:gosec // a repeatable test
	p := newPane(t, 80, 20, Options{Lines: 90})
	press(p, "L L / 'norm|nan' enter N")
	for seq := 1; seq < 2000; {
		n := 1 + r.IntN(12)
		p.Append(training(seq, n))
		seq += n
		if r.IntN(9) == 0 {
			p.SetGap(n)
		}
		grown := p.shown
		made := shown{ring: &p.ring, floor: grown.floor, query: grown.query, marked: grown.marked, mark: grown.mark}
		made.rebuild()
		if diff := cmp.Diff(slices.Collect(items(&made)), slices.Collect(items(&grown))); diff != "" {
			t.Fatalf("at %d (-anew +grown):\n%s", seq, diff)
		}
		if made.lines != grown.lines || made.news != grown.news || made.hits.len() != grown.hits.len() {
			t.Fatalf("at %d: %d lines, %d new, %d hits; made anew %d, %d, %d", seq,
				grown.lines, grown.news, grown.hits.len(), made.lines, made.news, made.hits.len())
		}
	}
}

func items(s *shown) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range s.len() {
			if it := s.items.at(i); !yield(fmt.Sprintf("%d ×%d", it.first, it.n)) {
				return
			}
		}
	}
}

func TestPane_DrawsOnlyWhenSomethingChanged(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 100))
	p.View()
	p.SetNow(began().Add(time.Hour))
	p.SetSize(80, 20)
	p.SetFocused(true)
	p.Update(tea.WindowSizeMsg{})
	p.Update(tea.MouseMsg{Action: tea.MouseActionMotion})
	p.Append(nil)
	if p.stale {
		t.Error("draws again for nothing")
	}
	press(p, "t")
	p.View()
	p.SetNow(began().Add(time.Hour + time.Second))
	if !p.stale {
		t.Error("ages stand still")
	}
}

func TestPane_Copies(t *testing.T) {
	p := newPane(t, 80, 6, Options{})
	p.Append([]protocol.Event{event(1, "error", "train", "\x1b[31mred\x1b[0m "+strings.Repeat("long ", 40)), event(2, "info", "", "two"), event(3, "info", "", "two")})
	if msg := press(p, "y"); msg != (CopyMsg{"two", "1 line"}) {
		t.Errorf("y while following: %q", msg)
	}
	if msg := press(p, "k y"); msg != (CopyMsg{"red " + strings.Repeat("long ", 40), "1 line"}) {
		t.Errorf("y: %q", msg)
	}
	want := CopyMsg{"14:19:51 error train red " + strings.Repeat("long ", 40) + "\n14:19:52 info two ×2\n", "2 lines"}
	if msg := press(p, "Y"); msg != want {
		t.Errorf("Y: %q", msg)
	}
	p.Reset("", "", "")
	if msg := press(p, "y Y"); msg != nil {
		t.Errorf("copied %v of nothing", msg)
	}
}

func TestPane_FoldsRepeatsOnly(t *testing.T) {
	p := newPane(t, 100, 10, Options{})
	p.Append([]protocol.Event{
		event(1, "info", "a", "same"), event(2, "info", "a", "same"), event(3, "warning", "a", "same"),
		event(4, "warning", "b", "same"), event(5, "warning", "b", "same\nsame"),
	})
	var counts []int
	for i := range p.shown.len() {
		counts = append(counts, p.shown.items.at(i).n)
	}
	if diff := cmp.Diff([]int{2, 1, 3}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestPane_GapsGoWhenFilled(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 5))
	p.SetGap(10)
	p.SetGap(12)
	if n := strings.Count(p.View(), "12 events missed here"); n != 1 || p.ring.gaps != 1 {
		t.Errorf("%d gaps are drawn", n)
	}
	p.Append(training(30, 2))
	p.SetGap(0)
	if strings.Contains(p.View(), "missed") || p.ring.count() != 7 || p.ring.lines.len() != 7 {
		t.Error("the gap is still there")
	}
}

func TestPane_BackUndoesOneThing(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 100))
	press(p, "L / 'loss' enter enter")
	var steps []string
	for p.Back() {
		steps = append(steps, fmt.Sprintf("%t %t %d", p.open, p.shown.query.active(), p.shown.floor))
	}
	if diff := cmp.Diff([]string{"false true 1", "false false 1", "false false 0"}, steps); diff != "" {
		t.Error(diff)
	}
}

func TestPane_ResetEmpties(t *testing.T) {
	p := newPane(t, 80, 20, Options{Lines: 50})
	p.Append(training(1, 100))
	press(p, "g g l")
	p.Reset("bert", "r2", "tall-ant-2")
	if v := p.View(); !strings.Contains(v, "no log lines yet") || p.ring.bytes != 0 || p.ring.cut != 0 || !p.follow {
		t.Error(v)
	}
	p.Append(training(1, 3))
	if p.ring.count() != 3 {
		t.Error("lines of the new run are taken for the old one's")
	}
}

func TestPane_HostileTextSteersNothing(t *testing.T) {
	p := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default(), Options{})
	p.SetSize(120, 40)
	p.Reset("bert", "r1", "\x1b]0;evil\x07\u202ename")
	p.Prepend(hostile(), true)
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, names := range []string{"", "w", "w l", "g g", "h / 'e' enter N enter"} {
		press(p, names)
		for _, r := range colours.ReplaceAllString(p.View(), "") {
			if r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0) || strings.ContainsRune("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f", r) {
				t.Fatalf("after %q the view has %U", names, r)
			}
		}
	}
}

func TestPane_ShowsNoColoursToWhoWantsNone(t *testing.T) {
	th, err := theme.New(theme.Options{Name: "mono", Profile: termenv.ANSI})
	if err != nil {
		t.Fatal(err)
	}
	p := New(th, keys.Default(), Options{})
	p.SetSize(80, 10)
	p.Reset("bert", "r1", "")
	p.Append([]protocol.Event{event(1, "", "", "\x1b[31mred\x1b[0m")})
	if strings.Contains(p.View(), "31m") {
		t.Errorf("%q", p.View())
	}
}

func TestPane_WrappedRepeatsLeaveTheTextAlone(t *testing.T) {
	p := newPane(t, 60, 10, Options{})
	full := strings.Repeat("0123456789", 10)[:p.columns().text*2]
	p.Append([]protocol.Event{event(1, "", "", full)})
	press(p, "w")
	once := rowsOf(p)
	p.Append([]protocol.Event{event(2, "", "", full)})
	twice := rowsOf(p)
	if diff := cmp.Diff(once[:3], twice[:3]); diff != "" {
		t.Error(diff)
	}
	if strings.TrimSpace(twice[3]) != "×2" {
		t.Errorf("the count is not below the text: %q", twice[3])
	}
}
