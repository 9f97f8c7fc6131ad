// Command neetbox-tui is a terminal dashboard for long-running work and the
// daemon that the work reports to. This file parses, decides the mode, wires the
// parts and maps errors to exit codes; it does nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"apps.local/neetbox-tui/daemon"
	"apps.local/neetbox-tui/daemon/attach"
	"apps.local/neetbox-tui/daemon/report/demo"
	"apps.local/neetbox-tui/daemon/settings"
	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui"
	"apps.local/neetbox-tui/tui/command"
	_ "apps.local/neetbox-tui/tui/quiet" // before Bubble Tea: nothing but the dashboard asks the terminal
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes that no error carries by itself.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	p := &program{in: in, out: out, errOut: errOut}
	root := p.root() //nolint:contextcheck // cobra hands the context to the commands
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var coded interface{ ExitCode() int }
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &coded):
		p.say("%v", err)
		return coded.ExitCode()
	case !p.started: // cobra refused the flags or arguments
		p.say("%v; `neetbox-tui --help` lists what there is", err)
		return exitUsage
	}
	p.say("%v", err)
	return exitFailed
}

// say writes a line to standard error; where that is gone there is nobody left
// to tell.
func (p *program) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.errOut, "neetbox-tui: "+format+"\n", args...)
}

// program is one invocation.
type program struct {
	in       io.Reader
	out      io.Writer
	errOut   io.Writer
	started  bool // flags and arguments were accepted
	settings settings.Settings
	origins  settings.Origins
	warnings []string
	debug    bool
}

func (p *program) root() *cobra.Command {
	var serverOnly, withDemo bool
	root := &cobra.Command{
		Use:   "neetbox-tui",
		Short: "Watch long-running work, and make it do things",
		Long: "neetbox-tui shows every project and run that reports to the daemon on this machine: its log, its\n" +
			"machine, and the actions that it offers. It starts the daemon when none answers.",
		Args:              cobra.NoArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.prepare(cmd) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case serverOnly && withDemo:
				return &usageError{"--server-only and --demo exclude each other; leave one out"}
			case serverOnly:
				return p.serve(cmd.Context())
			case p.debug:
				return &usageError{"--debug goes with --server-only"}
			case withDemo:
				return p.dashboardOverDemo(cmd.Context())
			}
			return p.dashboard(cmd.Context())
		},
	}
	command.AddSettingFlags(root.PersistentFlags())
	root.Flags().BoolVar(&serverOnly, "server-only", false, "run the daemon in the foreground, without a screen")
	root.Flags().BoolVar(&p.debug, "debug", false, "with --server-only: a line per event, Swagger UI at /docs; the port is 5000 whatever neetbox.toml says")
	root.Flags().BoolVar(&withDemo, "demo", false, "show the dashboard over a private daemon with simulated runs; leaves nothing behind")
	endpoint := func() protocol.Endpoint { return p.settings.Endpoint() }
	output := func() command.Output {
		return command.Output{Out: p.out, Err: p.errOut, Color: p.settings.Color, Dumb: os.Getenv("TERM") == "dumb"}
	}
	root.AddCommand(p.demo(), p.version(), command.NewStatus(endpoint, p.out),
		command.NewLogs(endpoint, output), command.NewScalars(endpoint, output),
		command.NewStop(endpoint, command.Terminal{In: p.in, Out: p.out}))
	root.SetHelpCommand(command.NewHelp())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = cobra.NoArgs, func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
	return root
}

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }
func (e *usageError) ExitCode() int { return exitUsage }

// prepare resolves the settings from the flags that were given.
func (p *program) prepare(cmd *cobra.Command) error {
	p.started = true
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	p.settings, p.origins, p.warnings, err = settings.Resolve(settings.Inputs{
		Flags: command.GivenFlags(cmd.Flags()), Env: os.Environ(), Dir: dir, Debug: p.debug,
	})
	if cmd.HasParent() { // the daemon logs them, the dashboard keeps them among its messages
		for _, w := range p.warnings {
			p.say("%s", w)
		}
	}
	return err
}

// version never contacts anything.
func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error { p.started = true; return nil },
		RunE: func(*cobra.Command, []string) error {
			v, build := settings.BuildInfo(version)
			_, err := fmt.Fprintf(p.out, "neetbox-tui %s (%s)\n", v, build)
			return err
		},
	}
}

func (p *program) demo() *cobra.Command {
	o := demo.Options{}
	cmd := &cobra.Command{
		Use: "demo", Short: "Report simulated runs to the daemon", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			endpoint, _, err := p.ensure(cmd.Context())
			if err != nil {
				return err
			}
			o.Endpoint, o.Out, o.Logger = endpoint, p.out, slog.New(slog.DiscardHandler)
			return demo.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Project, "project", "demo", "the project that the runs report under")
	cmd.Flags().IntVar(&o.Runs, "runs", 1, "how many runs")
	cmd.Flags().Float64Var(&o.Rate, "rate", 10, "events a second, of each run") //nolint:mnd // a default, shown in the help
	cmd.Flags().DurationVar(&o.Duration, "duration", 0, "how long; 0 until interrupted")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "the same seed sends the same events")
	return cmd
}

// serve is the daemon in the foreground.
func (p *program) serve(ctx context.Context) error {
	if err := p.settings.Dirs().MakeData(); err != nil {
		return err
	}
	logger, closeLog, err := p.daemonLog()
	if err != nil {
		return err
	}
	defer closeLog()
	for _, w := range p.warnings {
		logger.Warn("setting", "warning", w)
	}
	d, err := daemon.New(ctx, p.daemonConfig(logger))
	if err != nil {
		return err
	}
	return d.Run(ctx)
}

func (p *program) daemonConfig(logger *slog.Logger) daemon.Config {
	v, build := settings.BuildInfo(version)
	return daemon.Config{
		Host: "127.0.0.1", Port: p.settings.Port, WSPort: p.settings.WSPort, CompatPort: p.settings.CompatPort,
		DataDir: p.settings.DataDir, Retention: daemon.Retention(p.settings.Retention), Debug: p.debug, IdleExit: p.settings.IdleExit,
		Version: v, Build: build, Logger: logger,
		Ready: func(a daemon.Addresses) {
			p.say("REST on http://%s", a.REST)
			p.say("WebSocket on ws://%s", a.WS)
			if a.Compat != "" {
				p.say("released clients' default port on %s", a.Compat)
			}
			if p.debug {
				p.say("Swagger UI on http://%s/docs", a.REST)
			}
		},
	}
}

// daemonLog writes to the log file where one is set, else to standard error,
// which for a daemon in the background is a file already.
func (p *program) daemonLog() (*slog.Logger, func(), error) {
	if p.settings.LogFile == "" {
		return p.settings.Logger(p.errOut, p.debug), func() {}, nil
	}
	return p.fileLog(p.settings.LogFile)
}

func (p *program) fileLog(path string) (*slog.Logger, func(), error) {
	file, err := settings.OpenLog(path)
	if err != nil {
		return nil, func() {}, err
	}
	return p.settings.Logger(file, p.debug), func() { _ = file.Close() }, nil
}

// ensure finds the daemon, and starts one where that is allowed.
func (p *program) ensure(ctx context.Context) (protocol.Endpoint, attach.Verdict, error) {
	v, build := settings.BuildInfo(version)
	return attach.Ensure(ctx, attach.Options{
		Endpoint: p.settings.Endpoint(), NoDaemon: p.settings.NoDaemon, Args: p.settings.DaemonArgs(p.origins),
		StateDir: p.settings.StateDir, Version: v, Build: build,
	})
}

// dashboard finds or starts the daemon while the screen is up already, and says
// at the end that the daemon goes on.
func (p *program) dashboard(ctx context.Context) error {
	if err := tui.Usable(os.Stdin, os.Stdout, os.Getenv); err != nil {
		return err
	}
	o, closeLog, err := p.tuiOptions(p.settings.Endpoint())
	if err != nil {
		return err
	}
	defer closeLog()
	var found struct {
		sync.Mutex
		endpoint protocol.Endpoint
		pid      int
	}
	o.Ensure = func(ctx context.Context) (protocol.Endpoint, string, error) {
		endpoint, verdict, err := p.ensure(ctx)
		if err == nil {
			found.Lock()
			found.endpoint, found.pid = endpoint, verdict.Hello.PID
			found.Unlock()
		}
		return endpoint, verdict.Note, err
	}
	err = tui.Run(ctx, o)
	found.Lock()
	defer found.Unlock()
	if found.pid != 0 && (err == nil || errors.Is(err, context.Canceled)) {
		_, _ = fmt.Fprintf(p.out, "Left. The daemon still runs at %s (pid %d); `neetbox-tui stop` ends it.\n",
			found.endpoint.Address(), found.pid)
	}
	return err
}

// tuiOptions are the dashboard's; it logs to a file only, because anything else
// would tear the screen.
func (p *program) tuiOptions(endpoint protocol.Endpoint) (tui.Options, func(), error) {
	logger, closeLog, err := p.dashboardLog()
	return tui.Options{
		Endpoint: endpoint, ReadOnly: p.settings.ReadOnly, Theme: p.settings.Theme, Glyphs: p.settings.Glyphs,
		Color: p.settings.Color, Warnings: p.warnings, Logger: logger,
		In: os.Stdin, Out: os.Stdout, Env: os.Getenv,
	}, closeLog, err
}

// dashboardLog is the file that --log-file names, else one in the state
// directory; where that can't be written there is none.
func (p *program) dashboardLog() (*slog.Logger, func(), error) {
	if p.settings.LogFile != "" {
		return p.fileLog(p.settings.LogFile)
	}
	err := p.settings.Dirs().MakeState()
	if err == nil {
		var logger *slog.Logger
		var closeLog func()
		if logger, closeLog, err = p.fileLog(filepath.Join(p.settings.StateDir, "tui.log")); err == nil {
			return logger, closeLog, nil
		}
	}
	p.warnings = append(p.warnings, "nothing is logged: "+err.Error())
	return slog.New(slog.DiscardHandler), func() {}, nil
}

// dashboardOverDemo shows everything alive over a daemon of its own, which is
// gone with its directory when the screen closes.
func (p *program) dashboardOverDemo(ctx context.Context) error {
	if err := tui.Usable(os.Stdin, os.Stdout, os.Getenv); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "neetbox-tui-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	config := p.daemonConfig(slog.New(slog.DiscardHandler))
	config.Port, config.WSPort, config.CompatPort, config.IdleExit, config.Ready = 0, 0, 0, 0, nil
	config.DataDir = filepath.Join(dir, "data")
	d, err := daemon.New(ctx, config)
	if err != nil {
		return err
	}
	// The runs end before the daemon, or their last words would find nobody.
	daemonCtx, stopDaemon := context.WithCancel(context.WithoutCancel(ctx))
	runsCtx, stopRuns := context.WithCancel(ctx)
	daemonEnded, runsEnded := make(chan error, 1), make(chan error, 1)
	go func() { daemonEnded <- d.Run(daemonCtx) }()
	const runs, rate = 3, 8
	go func() {
		runsEnded <- demo.Run(runsCtx, demo.Options{
			Endpoint: d.Endpoint(), Project: "demo", Runs: runs, Rate: rate, Seed: 1,
			Logger: config.Logger, Out: io.Discard,
		})
	}()
	p.settings.StateDir = dir // the dashboard's log goes with it
	o, closeLog, err := p.tuiOptions(d.Endpoint())
	if err == nil {
		err = tui.Run(ctx, o)
	}
	closeLog()
	stopRuns()
	errRuns := <-runsEnded
	stopDaemon()
	for _, other := range []error{errRuns, <-daemonEnded} {
		if err == nil && !errors.Is(other, context.Canceled) {
			err = other
		}
	}
	return err
}

// version is set by the linker in releases.
var version = ""
