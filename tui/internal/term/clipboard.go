package term

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// longestCopy is how many bytes of base64 go into one OSC 52. Terminals cut off
// longer sequences, some without a word: this is the smallest limit among the
// common ones.
const longestCopy = 74994

// Reasons why nothing was copied.
var (
	errNoClipboard = errors.New("there is no terminal to copy to; redirect the text to a file instead")
	errConsole     = errors.New("the Linux console has no clipboard; select the text with the mouse")
	errScreen      = errors.New("screen does not pass the clipboard on; select the text with the mouse")
)

// Copy asks the terminal to put text on the clipboard of the machine in front of
// the person, which works over ssh too (OSC 52). how says in words which way it
// went; the terminal does not say whether it obeyed. Inside tmux the sequence
// goes out twice, plain for a tmux with set-clipboard on, and wrapped for one
// with allow-passthrough on: each ignores what is not for it. The error says
// why nothing was copied and what to do instead.
func (t *Terminal) Copy(text string) (how string, err error) {
	switch {
	case !t.Interactive():
		return "", fmt.Errorf("copy: %w", errNoClipboard)
	case t.env("TERM") == "linux":
		return "", fmt.Errorf("copy: %w", errConsole)
	case t.env("STY") != "" && t.env("TMUX") == "":
		return "", fmt.Errorf("copy: %w", errScreen)
	}
	size := base64.StdEncoding.EncodedLen(len(text))
	if size > longestCopy {
		return "", fmt.Errorf("copy: the text has %d bytes and the terminal takes %d; copy a part of it",
			len(text), longestCopy/4*3)
	}
	s := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + string(rune(bell))
	how = "terminal clipboard (OSC 52)"
	if t.env("TMUX") != "" {
		s += throughTmux(s)
		how = "terminal clipboard through tmux (OSC 52)"
	}
	if err := t.output.sequence(s); err != nil {
		return "", fmt.Errorf("copy: write to the terminal: %w", err)
	}
	return how, nil
}

// throughTmux wraps s for the terminal around tmux, per "allow-passthrough" of
// tmux(1): every ESC inside is doubled.
func throughTmux(s string) string {
	return "\x1bPtmux;" + strings.ReplaceAll(s, "\x1b", "\x1b\x1b") + "\x1b\\"
}
