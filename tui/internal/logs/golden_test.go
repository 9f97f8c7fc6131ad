package logs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

// scene is a state of the pane that has a picture at every size.
type scene struct {
	name string
	set  func(*Pane)
}

func scenes() []scene {
	full := func(p *Pane) { p.Prepend(training(1, 400), true) }
	after := func(names string) func(*Pane) {
		return func(p *Pane) { full(p); press(p, names) }
	}
	return []scene{
		{"no run", func(p *Pane) { p.Reset("", "", "") }},
		{"no lines", func(p *Pane) { p.Prepend(nil, true) }},
		{"loading", func(p *Pane) { p.Loading(true) }},
		{"few lines", func(p *Pane) { p.Prepend(training(1, 5), true) }},
		{"following", full},
		{"paused", func(p *Pane) { full(p); press(p, "k k k"); p.Append(training(401, 1204)) }},
		{"top", after("g g")},
		{"wrap", after("w")},
		{"age", after("t k")},
		{"times off", after("t t")},
		{"sideways", after("l l")},
		{"search", after("/ 'nan' enter N N")},
		{"searching", after("/ 'loss")},
		{"bad expression", after("/ 'los(")},
		{"level", after("L L")},
		{"nothing at level", func(p *Pane) {
			p.Prepend(training(1, 6), true)
			press(p, "L L L")
		}},
		{"unfolded", after("/ 'prefetched' enter N enter")},
		{"gap", func(p *Pane) {
			p.Prepend(training(1, 8), true)
			p.SetGap(1204)
			p.Append(training(1300, 4))
		}},
		{"repeats", func(p *Pane) {
			p.Prepend(training(1, 3), true)
			for i := range 1204 {
				p.Append([]protocol.Event{event(10+i, "warning", "data", "queue is empty")})
			}
			p.Append(training(3000, 2))
		}},
		{"hostile", func(p *Pane) { p.Prepend(hostile(), true) }},
	}
}

// hostile is what a run may send, by mistake or on purpose.
func hostile() []protocol.Event {
	texts := []string{
		"\x1b[2J\x1b[Hcleared the screen?", "\x1b[31mred\x1b[0m and \x1b[1;42mbold on green, left open",
		"copy \x1b]52;c;ZXZpbA==\x07this", "\x1b]0;title\x1b\\set the title", "never ended \x1b]8;;http://x",
		"\u202eevil\u202c \u2066isolated\u2069", "tab\tand\ttab", "损失函数 is 1.71 损失函数 is 1.71 损失函数 is 1.71 损失函数 is 1.71",
		"family 👨‍👩‍👧‍👦 astronaut 👩🏽‍🚀 flags 🏳️‍🌈🇩🇪", "e\u0301\u0301\u0301 combining " + strings.Repeat("\u0301", 30),
		"  0%|          | 0/10\r 50%|█████     | 5/10\r100%|██████████| 10/10", "windows\r\nline ends\r\n",
		"Traceback (most recent call last):\n  File \"train.py\", line 41, in <module>\n    main()\nRuntimeError: CUDA out of memory",
		"\xff\xfe invalid", "", strings.Repeat("x", 1<<20), strings.Repeat("損", 400<<10),
	}
	var events []protocol.Event
	for i, s := range texts {
		events = append(events, event(i+1, []string{"error", "info", "損失", "\x1b[31m"}[i%4], "a\tb\x1b[2J\u202e"+strings.Repeat("w", i), s))
	}
	return events
}

func TestPane_Pictures(t *testing.T) {
	sizes := [][2]int{{80, 22}, {118, 30}, {60, 14}, {200, 50}, {20, 4}, {10, 1}}
	for _, sc := range scenes() {
		for i, size := range sizes {
			// Every scene at two sizes, the common ones at all.
			if i > 1 && sc.name != "following" && sc.name != "paused" && sc.name != "search" && sc.name != "hostile" && sc.name != "no lines" {
				continue
			}
			t.Run(fmt.Sprintf("%s %dx%d", sc.name, size[0], size[1]), func(t *testing.T) {
				p := newPane(t, size[0], size[1], Options{})
				sc.set(p)
				checkSize(t, p, size[0], size[1])
				golden.RequireEqual(t, []byte(p.View()))
			})
		}
	}
}

func TestPane_StyledPicture(t *testing.T) {
	p := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default(), Options{})
	p.SetNow(began())
	p.SetSize(100, 20)
	p.SetFocused(true)
	p.Reset("bert", "r1", "green-fox-12")
	p.Prepend(training(20, 30), true)
	p.Append([]protocol.Event{event(60, "", "", "\x1b[32mgreen by itself\x1b[0m and not"), event(61, "critical", "", "out of memory")})
	press(p, "/ 'loss' enter N N")
	golden.RequireEqual(t, []byte(p.View()))
}

func TestPane_ASCIIPicture(t *testing.T) {
	p := New(themetest.New(t, termenv.Ascii, theme.ASCII), keys.Default(), Options{})
	p.SetNow(began())
	p.SetSize(100, 16)
	p.Reset("bert", "r1", "green-fox-12")
	p.Prepend(training(20, 300), true)
	p.SetGap(3)
	p.Append(training(400, 2))
	press(p, "L / 'loss' enter N")
	golden.RequireEqual(t, []byte(p.View()))
}
