package tui

import (
	"fmt"
	"slices"
	"time"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

type noticeKind uint8

const (
	noticeInfo noticeKind = iota
	noticeGood
	noticeWarning
	noticeError
)

func (k noticeKind) style(t theme.Theme) lipgloss.Style {
	switch k {
	case noticeGood:
		return t.Success
	case noticeWarning:
		return t.Warning
	case noticeError:
		return t.Error
	case noticeInfo:
	}
	return t.Info
}

const (
	maxNotices = 200
	// noticeTime is how long a notice stands in the status line.
	noticeTime = 4 * time.Second
)

type notice struct {
	at    time.Time
	kind  noticeKind
	text  string
	times int
}

// notices are what happened: the newest stands in the status line for a while,
// all are kept for the messages.
type notices struct {
	list   []notice // oldest first
	unseen bool
}

// add notes something; the same again only counts.
func (n *notices) add(at time.Time, kind noticeKind, what string) {
	n.unseen = true
	if last := len(n.list) - 1; last >= 0 && n.list[last].text == what {
		n.list[last].at = at
		n.list[last].times++
		return
	}
	n.list = append(n.list, notice{at: at, kind: kind, text: text.Plain(what), times: 1})
	if len(n.list) > maxNotices {
		n.list = n.list[1:]
	}
}

// seen takes the notice off the status line.
func (n *notices) seen() { n.unseen = false }

// current is what the status line shows now.
func (n *notices) current(now time.Time) (notice, bool) {
	if !n.unseen || len(n.list) == 0 {
		return notice{}, false
	}
	last := n.list[len(n.list)-1]
	return last, now.Sub(last.at) < noticeTime
}

// lines are all notices, newest first.
func (n *notices) lines(a *app) func(w int) []string {
	return func(w int) []string {
		if len(n.list) == 0 {
			return []string{a.theme.Muted.Render("Nothing has happened yet.")}
		}
		var lines []string
		for _, entry := range slices.Backward(n.list) {
			times := ""
			if entry.times > 1 {
				times = fmt.Sprintf(" ×%d", entry.times)
			}
			stamp := entry.at.Format("15:04:05")
			for j, line := range text.Wrap(entry.text+times, max(w-len(stamp)-1, 1)) {
				if j > 0 {
					stamp = "        "
				}
				lines = append(lines, a.theme.Muted.Render(stamp)+" "+entry.kind.style(a.theme).Render(line))
			}
		}
		return lines
	}
}
