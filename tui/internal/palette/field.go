package palette

import (
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/line"
	"apps.local/neetbox-tui/tui/internal/text"
)

// fieldKind is how an argument is asked for.
type fieldKind uint8

const (
	asText    fieldKind = iota // what is typed is the text, quotes are ours
	asNumber                   // int or float
	asSwitch                   // bool
	asLiteral                  // a Python literal as it is typed
)

func kindOf(typ string) fieldKind {
	switch typ {
	case "str":
		return asText
	case "int", "float":
		return asNumber
	case "bool":
		return asSwitch
	}
	return asLiteral
}

// choice is what a switch says.
type choice uint8

const (
	byDefault choice = iota
	yes
	no

	choices
)

func (c choice) String() string {
	switch c {
	case yes:
		return "True"
	case no:
		return "False"
	case byDefault, choices:
	}
	return "default"
}

// field asks for one argument.
type field struct {
	name, typ string
	kind      fieldKind
	free      bool       // takes a literal of another type than was announced
	line      line.Input // but for switches
	choice    choice     // of a switch
	problem   string     // what is wrong; empty when nothing is
}

func newField(name, typ string) *field {
	return &field{name: name, typ: typ, kind: kindOf(typ)}
}

// literal is the value as it is sent; false when the argument is left out.
func (f *field) literal() (string, bool) {
	typed := f.line.Text()
	switch f.kind {
	case asSwitch:
		return f.choice.String(), f.choice != byDefault
	case asText:
		if typed == "" {
			return "", false
		}
		return textLiteral(typed), true
	case asNumber, asLiteral:
	}
	typed = strings.TrimSpace(typed)
	return typed, typed != ""
}

// textLiteral quotes typed text. Somebody who begins with a quote and ends the
// literal well knows Python and is taken at their word.
func textLiteral(typed string) string {
	if strings.IndexByte(`'"`, typed[0]) >= 0 && protocol.CheckLiteral(typed, "str") == nil {
		return typed
	}
	return protocol.QuoteLiteral(typed)
}

// fill puts in a value that was sent before. A value that this kind of field
// could not have given (None for a number) turns it into one for any literal.
func (f *field) fill(literal string) {
	f.kind, f.free, f.choice, f.line = kindOf(f.typ), false, byDefault, line.Input{}
	if literal == "" {
		f.check()
		return
	}
	value, err := protocol.ParseLiteral(literal)
	if err == nil && protocol.CheckLiteral(literal, f.typ) != nil {
		f.kind, f.free = asLiteral, true
	}
	switch v := value.(type) {
	case bool:
		if f.kind == asSwitch {
			f.choice = no
			if v {
				f.choice = yes
			}
		}
	case string:
		if f.kind == asText {
			literal = textToType(v)
		}
	}
	f.line.Set(literal)
	f.check()
}

// textToType is what has to be typed for a text.
func textToType(s string) string {
	quoted := protocol.QuoteLiteral(s)
	if s == "" || line.Typeable(s) != s || textLiteral(s) != quoted {
		return quoted
	}
	return s
}

// edit takes a key that is no command and reports whether it was taken.
func (f *field) edit(msg tea.KeyMsg) bool {
	var taken bool
	if f.kind == asSwitch {
		taken = f.turn(msg)
	} else {
		taken = f.line.Edit(msg)
	}
	f.check()
	return taken
}

// turn moves a switch: space and arrows step, the first letter of a word says it.
func (f *field) turn(msg tea.KeyMsg) bool {
	s := msg.String()
	if msg.Paste {
		s = strings.TrimSpace(string(msg.Runes))
	}
	switch keys.Name(msg) {
	case "space", "right":
		f.choice = (f.choice + 1) % choices
		return true
	case "left":
		f.choice = (f.choice + choices - 1) % choices
		return true
	}
	switch strings.ToLower(s) {
	case "t", "true", "y", "yes", "1":
		f.choice = yes
	case "f", "false", "n", "no", "0":
		f.choice = no
	case "d", "backspace", "delete", "ctrl+u":
		f.choice = byDefault
	default:
		return keys.Text(msg)
	}
	return true
}

// check finds out what is wrong with the value.
func (f *field) check() {
	f.problem = ""
	literal, given := f.literal()
	if f.line.Cut() {
		f.problem = fmt.Sprintf("cut at %s bytes: put it into a file and pass the name", text.Count(line.Most))
		return
	}
	if !given || f.kind == asSwitch {
		return
	}
	typ := f.typ
	if f.free {
		typ = "any"
	}
	err := protocol.CheckLiteral(literal, typ)
	switch {
	case err == nil:
	case f.kind == asNumber:
		f.problem = numberProblem(typ, literal, err)
	default:
		f.problem = literalProblem(err)
	}
}

// numberProblem does not repeat the advice to quote, which would not help here.
func numberProblem(typ, literal string, err error) string {
	var le *protocol.LiteralError
	switch strings.ToLower(strings.TrimLeft(literal, "+-")) {
	case "inf", "infinity", "nan":
		if typ == "float" && errors.As(err, &le) && le.Hint != "" {
			return le.Hint
		}
	}
	if typ == "int" {
		return "not a whole number: write one such as 5"
	}
	return "not a number: write one such as 0.5 or 3e-4"
}

func literalProblem(err error) string {
	var le *protocol.LiteralError
	if !errors.As(err, &le) {
		return err.Error()
	}
	problem := le.Problem
	if le.Position > 1 {
		problem = fmt.Sprintf("character %d: %s", le.Position, problem)
	}
	if le.Hint != "" {
		problem += "; " + le.Hint
	}
	return problem
}
