package report

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// Action is something that frontends may call in the run.
type Action struct {
	Name        string
	Description string
	Args        []Arg // in the order in which a person is asked for them
	// Blocking actions run one after another, in the order of their calls.
	Blocking bool
	// Do does it. What it returns is the call's result and becomes JSON; an error
	// or a panic becomes the call's error. The context ends with the run.
	Do func(context.Context, Args) (any, error)
}

// Arg is one parameter of an action.
type Arg struct {
	Name string
	// Type is a Python type's name: str, int, float, bool, list, dict, tuple;
	// "any" or "" takes every value.
	Type     string
	Optional bool
	Default  any // of an optional argument that was left out
}

// Args are the arguments of a call, by name: bool, int64, *big.Int, float64,
// string, []byte, nil, []any, [protocol.Tuple], [protocol.Dict] or
// [protocol.Set]. An argument declared as float is always a float64.
type Args map[string]any

// Text is a str argument; "" where it is something else.
func (a Args) Text(name string) string { s, _ := a[name].(string); return s }

// Int is an int argument; 0 where it is something else, or over int64.
func (a Args) Int(name string) int64 {
	switch n := a[name].(type) {
	case int64:
		return n
	case int:
		return int64(n)
	}
	return 0
}

// Float is a float or int argument; 0 where it is something else.
func (a Args) Float(name string) float64 {
	if f, ok := a[name].(float64); ok {
		return f
	}
	return float64(a.Int(name))
}

// Bool is a bool argument; false where it is something else.
func (a Args) Bool(name string) bool { b, _ := a[name].(bool); return b }

// read makes the arguments of a call. Text that is empty counts as left out, as
// frontends send what a person did not fill in.
func (a Action) read(call protocol.ActionCall) (Args, error) {
	args := Args{}
	var problems []error
	for _, arg := range a.Args {
		text, given := call.Args[arg.Name]
		switch {
		case given && strings.TrimSpace(text) != "":
			v, err := arg.value(text)
			if err != nil {
				problems = append(problems, fmt.Errorf("argument %q: %w", arg.Name, err))
			}
			args[arg.Name] = v
		case arg.Optional:
			args[arg.Name] = arg.Default
		default:
			problems = append(problems, fmt.Errorf("argument %q is missing; give it a value of type %s", arg.Name, arg.typeName()))
		}
	}
	for name := range call.Args {
		if _, known := args[name]; !known && !a.has(name) {
			problems = append(problems, fmt.Errorf("%s has no argument %q; it takes %s", a.Name, name, a.signature()))
		}
	}
	return args, errors.Join(problems...)
}

func (a Action) has(name string) bool {
	for _, arg := range a.Args {
		if arg.Name == name {
			return true
		}
	}
	return false
}

// signature lists the arguments for errors.
func (a Action) signature() string {
	if len(a.Args) == 0 {
		return "none"
	}
	names := make([]string, len(a.Args))
	for i, arg := range a.Args {
		names[i] = arg.Name
	}
	return strings.Join(names, ", ")
}

func (a Arg) typeName() string {
	if a.Type == "" {
		return "any"
	}
	return a.Type
}

func (a Arg) value(text string) (any, error) {
	if err := protocol.CheckLiteral(text, a.Type); err != nil {
		return nil, err
	}
	v, err := protocol.ParseLiteral(text)
	if err != nil || a.Type != "float" {
		return v, err
	}
	switch n := v.(type) {
	case int64:
		return float64(n), nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(n).Float64()
		return f, nil
	}
	return v, nil
}
