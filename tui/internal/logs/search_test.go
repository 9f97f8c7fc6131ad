package logs

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
)

func TestParseQuery(t *testing.T) {
	for _, tt := range []struct {
		source, in, found string // found is what of in is marked
	}{
		{"loss", "step 1 Loss 2, loss 3", "Loss|loss"},
		{"Loss", "step 1 Loss 2, loss 3", "Loss"},
		{"损失", "损失函数", "损失"},
		{"É", "été É", "É"},
		{"é", "été É", "é|é|É"},
		{"nan|inf", "loss NaN then Inf", "NaN|Inf"},
		{"/nan/", "loss nan", "nan"},
		{"/", "a/b", "/"},
		{"//", "a//b", "//"},
		{`\W+`, "ab, cd", ", "},
		{`los$`, "los loss los", "los"},
		{"1.71", "1.71 and 1x71", "1.71"},
		{"é.", "É. éa", "É."},
		{"/1.71/", "1.71 and 1x71", "1.71|1x71"},
		{"aa", "aaaa", "aa|aa"},
		{"absent", "here", ""},
	} {
		q, err := parseQuery(tt.source)
		if err != nil {
			t.Errorf("%q: %v", tt.source, err)
			continue
		}
		var found []string
		for _, r := range q.ranges(tt.in) {
			found = append(found, tt.in[r[0]:r[1]])
		}
		if got := strings.Join(found, "|"); got != tt.found || q.match(tt.in) != (tt.found != "") {
			t.Errorf("%q in %q finds %q (%t), want %q", tt.source, tt.in, got, q.match(tt.in), tt.found)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"", "loss", "/x/", "los(", "[", `\`, "É", "\xff", "(?i)", "a*"} {
		f.Add(s, "some Loss é text")
	}
	f.Fuzz(func(t *testing.T, source, in string) {
		q, err := parseQuery(source)
		if err != nil {
			return
		}
		end := 0
		for _, r := range q.ranges(in) {
			if r[0] < end || r[1] < r[0] || r[1] > len(in) {
				t.Fatalf("%q in %q: %v after %d", source, in, r, end)
			}
			end = r[1]
		}
		if q.active() && len(q.ranges(in)) > 0 != q.match(in) {
			t.Fatalf("%q in %q: ranges and match do not agree", source, in)
		}
	})
}

func TestSearch_CountsHitsAndMovesAmongThem(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 370))
	press(p, "/ 'nan' enter")
	for _, tt := range []struct{ keys, want string }{
		{"", "[10/10]"},
		{"N", "[10/10]"},
		{"N", "[9/10]"},
		{"N N", "[7/10]"},
		{"n", "[8/10]"},
		{"g g", "[0/10]"},
		{"n", "[1/10]"},
		{"N", "[1/10]"},
		{"n n n n n n n n n n n n", "[10/10]"},
	} {
		if press(p, tt.keys); !strings.Contains(titleOf(p), tt.want) {
			t.Errorf("after %q the title is %q, want %s", tt.keys, titleOf(p), tt.want)
		}
	}
	p.Append(training(371, 37))
	if !strings.Contains(titleOf(p), "[10/11]") {
		t.Errorf("a hit that arrives is not counted: %s", titleOf(p))
	}
}

func TestSearch_AsksOnlyTheLinesThatArrived(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 1000))
	press(p, "/ 'loss")
	press(p, "enter")
	honest := p.shown.hits.len()
	for i := range p.ring.lines.len() {
		p.ring.lines.at(i).found = hit // asked again they would say otherwise
	}
	p.Append(training(1001, 10))
	press(p, "L L L L") // the floor does not ask again either
	if got := p.shown.hits.len(); got <= honest+10 {
		t.Errorf("%d hits: old lines were asked again", got)
	}
}

func TestSearch_BadExpressionClearsNothing(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 370))
	press(p, "/ 'nan")
	if !strings.Contains(p.View(), "[10/10]") {
		t.Fatal(p.View())
	}
	press(p, "'(")
	rows := rowsOf(p)
	if last := rows[len(rows)-1]; !strings.Contains(last, "/nan(") || !strings.Contains(last, "missing closing )") {
		t.Errorf("the prompt is %q", last)
	}
	if p.shown.hits.len() != 10 {
		t.Error("the hits are gone")
	}
	press(p, "enter")
	if !p.typing {
		t.Error("a bad expression was kept")
	}
	press(p, "backspace enter")
	if p.typing || p.shown.hits.len() != 10 {
		t.Error("not kept")
	}
}

func TestSearch_EscapeDropsAndArrowsRecall(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 370))
	press(p, "/ 'nan' enter / 'norm' enter / up")
	if got := p.input.Value(); got != "norm" {
		t.Errorf("up recalls %q", got)
	}
	press(p, "up up")
	if got := p.input.Value(); got != "nan" || p.shown.hits.len() != 10 {
		t.Errorf("up again recalls %q", got)
	}
	press(p, "down down")
	if got := p.input.Value(); got != "" {
		t.Errorf("down leads to %q", got)
	}
	press(p, "'nan' esc")
	if p.typing || p.shown.query.active() || strings.Contains(p.View(), "[") {
		t.Error("the search was not dropped")
	}
}

func TestSearch_TypedAndPastedTextIsNeverACommand(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append(training(1, 50))
	before := p.View()
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("gwL"), Paste: true})
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("w"), Paste: true})
	if p.View() != before || p.wrap {
		t.Error("a paste was taken for keys")
	}
	press(p, "/")
	if !p.Capturing() || p.Scope() != keys.Search {
		t.Fatal("not typing")
	}
	press(p, "'gwfLq")
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\n\x1b[2J\u202eb"), Paste: true})
	if got := p.input.Value(); !strings.HasPrefix(got, "gwfLqa") || strings.ContainsAny(got, "\n\x1b\u202e") {
		t.Errorf("the prompt holds %q", got)
	}
	if p.wrap || !p.follow || p.shown.floor != 0 {
		t.Error("typed text was a command")
	}
	checkSize(t, p, 80, 20)
}

func TestSearch_FindsInTextWithoutColours(t *testing.T) {
	p := newPane(t, 80, 20, Options{})
	p.Append([]protocol.Event{event(1, "", "", "lo\x1b[31mss\x1b[0m 1.0")})
	press(p, "/ 'loss")
	if p.shown.hits.len() != 1 {
		t.Error("a colour in the middle of a word hides it")
	}
}
