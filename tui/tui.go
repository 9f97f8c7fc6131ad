// Package tui is the dashboard: a web peer with a screen.
//
// The root model, app, routes messages and owns the focus, the layout and the
// overlays; each pane is a package of its own under internal and draws exactly
// its rectangle. Data goes to every pane that shows it, input goes to exactly
// one. Everything the dashboard knows comes through link, so that what it can
// do, any frontend can.
package tui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/term"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/link"
)

// Options configure the dashboard.
type Options struct {
	Endpoint protocol.Endpoint
	// Ensure makes sure that a daemon runs and says where, with a sentence for the
	// person where there is something to tell; nil where none may be started. An
	// error of it with an ExitCode, before the dashboard was ever online, ends the
	// dashboard.
	Ensure   func(context.Context) (endpoint protocol.Endpoint, note string, err error)
	ReadOnly bool // no actions
	Theme    string
	Glyphs   string   // auto, braille, block or ascii
	Color    string   // auto, always or never
	Warnings []string // told once, for :messages
	Logger   *slog.Logger
	In, Out  *os.File
	Env      func(string) string
}

// ErrNoTerminal says that there is no terminal to draw on.
var ErrNoTerminal = errors.New("the dashboard needs a terminal; `neetbox-tui status` prints the same as text, " +
	"`neetbox-tui --server-only` is the daemon alone")

// Usable reports whether a dashboard can be drawn: nil, or [ErrNoTerminal].
func Usable(in, out *os.File, env func(string) string) error {
	if !term.Open(in, out, env).Interactive() {
		return ErrNoTerminal
	}
	return nil
}

// frameRate is the renderer's: it, not the load, decides how soon a key is seen.
// Twice as many frames would halve that, and double what an idle screen costs,
// because the renderer's clock never stops.
const frameRate = 60

// Run shows the dashboard until it is left or ctx ends. The terminal is always
// restored. Errors: [ErrNoTerminal], those of Ensure, a theme that is not known,
// ctx's, and a crash of the program.
func Run(ctx context.Context, o Options) (err error) {
	terminal := term.Open(o.In, o.Out, o.Env)
	if !terminal.Interactive() {
		return ErrNoTerminal
	}
	defer terminal.Restore()
	looks, err := looks(ctx, terminal, o)
	if err != nil {
		return err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	const waiting = 4 // notes that nobody has read yet; more are no news
	notes := make(chan string, waiting)
	l := link.New(link.Options{Endpoint: o.Endpoint, Ensure: noting(o.Ensure, notes), ReadOnly: o.ReadOnly, Logger: o.Logger.With("part", "link")})
	linkCtx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { _ = l.Run(linkCtx) }) // nil when its context ends
	defer wait.Wait()
	defer cancel()

	root := newApp(appOptions{
		link: l, theme: looks, themeOptions: themeOptions(terminal, o), keys: keyMap(o.ReadOnly), address: o.Endpoint.Address(),
		readOnly: o.ReadOnly, warnings: o.Warnings, notes: notes, copy: terminal.Copy, title: terminal.Title, clock: time.Now, tick: tea.Tick,
		logger: o.Logger.With("part", "tui"),
	})
	program := tea.NewProgram(root,
		tea.WithAltScreen(), tea.WithMouseCellMotion(), tea.WithFPS(frameRate),
		tea.WithInput(terminal.Input()), tea.WithOutput(terminal.Output()), tea.WithoutSignalHandler())
	// Not tea.WithContext: it kills the program, which closes the input under its
	// own reader. Quitting ends both in order.
	defer context.AfterFunc(ctx, program.Quit)()
	if _, err := program.Run(); err != nil {
		return fmt.Errorf("dashboard: %w", err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return root.fatal
}

// noting is ensure for the link, with its notes put aside.
func noting(ensure func(context.Context) (protocol.Endpoint, string, error), notes chan<- string) func(context.Context) (protocol.Endpoint, error) {
	if ensure == nil {
		return nil
	}
	return func(ctx context.Context) (protocol.Endpoint, error) {
		endpoint, note, err := ensure(ctx)
		if note != "" {
			select {
			case notes <- note:
			default:
			}
		}
		return endpoint, err
	}
}

// keyMap are the keys of what this dashboard can and may do.
func keyMap(readOnly bool) keys.Map {
	m := keys.Default().Without(notYet()...)
	if readOnly {
		m = m.Without(keys.CmdActions, keys.CmdAgain, keys.CmdRename, keys.CmdNote, keys.CmdTags, keys.CmdDelete)
	}
	return m
}

// notYet are commands that the key table has for what comes later.
func notYet() []keys.Command { return []keys.Command{keys.CmdPane5, keys.CmdPane6} }

func looks(ctx context.Context, t *term.Terminal, o Options) (theme.Theme, error) {
	options := themeOptions(t, o)
	dark, known := t.Background(ctx)
	options.Dark = dark || !known
	return theme.New(options)
}

func themeOptions(t *term.Terminal, o Options) theme.Options {
	options := theme.Options{Name: o.Theme, Profile: t.Profile(o.Color), Dark: true}
	switch t.Glyphs(o.Glyphs) {
	case "ascii":
		options.Glyphs = theme.ASCII
	case "block":
		options.Glyphs = theme.Block
	default:
		options.Glyphs = theme.Braille
	}
	if options.Profile == termenv.Ascii {
		// No colours, but bold, underline and reverse still tell things apart.
		options.Name, options.Profile = "mono", termenv.ANSI
	}
	return options
}
