package command

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"apps.local/neetbox-tui/protocol"
)

// NewStatus is `status`. The endpoint is asked for when the command runs, because
// the settings are known only then.
func NewStatus(endpoint func() protocol.Endpoint, out io.Writer) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "status [project[/run]]", Short: "List projects and runs, one line a run; with a name, the details",
		Args: cobra.MaximumNArgs(1), Long: "status lists projects and runs, one line a run. With a name it tells all about a run, or lists the\n" +
			"runs of a project and tells all about the newest.\n\n" + aboutNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return Detail(cmd.Context(), endpoint(), out, args[0], asJSON, time.Now())
			}
			return Status(cmd.Context(), endpoint(), out, asJSON, time.Now())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return cmd
}

// aboutNames is what the help of a command that takes PROJECT[/RUN] says of it.
const aboutNames = "A run is given by its name, its id, the beginning of its id that no other run shares, or @1 for the\n" +
	"newest, @2 for the one before."

// NewLogs is `logs`. The output is asked for when the command runs, as the
// endpoint is.
func NewLogs(endpoint func() protocol.Endpoint, output func() Output) *cobra.Command {
	o := LogsOptions{}
	cmd := &cobra.Command{
		Use: "logs project[/run]", Short: "Print a log, oldest first", Args: cobra.ExactArgs(1),
		Long: "logs prints the log of a run, or of all runs of a project in the order of arrival, oldest line first:\n" +
			"the newest hundred lines, or with --since all from then on.\n\n" + aboutNames,
		Example: "  neetbox-tui logs bert -f\n" +
			"  neetbox-tui logs bert/@1 --since 10m --level warning\n" +
			"  neetbox-tui logs bert/green-fox-12 -n all --grep 'loss=nan|inf' --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name, o.Now = args[0], time.Now()
			return Logs(cmd.Context(), endpoint(), output(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&o.Follow, "follow", "f", false, "go on with what comes, across restarts of the daemon")
	flags.StringVarP(&o.Lines, "lines", "n", "", "`N`: how many of the newest lines, or all (default 100; all with --since)")
	flags.StringVar(&o.Since, "since", "", "`WHEN`: only what arrived then or later: 10m, 3d (ago), 15:04, \"2006-01-02 15:04\", RFC 3339")
	flags.StringVar(&o.Until, "until", "", "`WHEN`: only what arrived before")
	flags.StringVar(&o.Level, "level", "", "`LEVEL`: only this level and above: debug, info, warning, error")
	flags.StringVar(&o.Grep, "grep", "", "`RE`: only lines whose text matches this regular expression (RE2)")
	flags.BoolVar(&o.JSON, "json", false, "print one JSON object a line")
	return cmd
}

// NewScalars is `scalars`.
func NewScalars(endpoint func() protocol.Endpoint, output func() Output) *cobra.Command {
	o := ScalarsOptions{}
	cmd := &cobra.Command{
		Use: "scalars project[/run] [series ...]", Short: "Print what a run's scalars are, or their points", Args: cobra.MinimumNArgs(1),
		Long: "scalars lists a run's series with their count, last, least and greatest value. With names of series\n" +
			"it prints their points, as CSV unless --json is given. A project stands for its newest run.\n\n" + aboutNames,
		Example: "  neetbox-tui scalars bert\n" +
			"  neetbox-tui scalars bert/@2 loss lr --csv > curves.csv\n" +
			"  neetbox-tui scalars bert/green-fox-12 loss --buckets 200 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name, o.Series, o.Zone = args[0], args[1:], time.Local
			return Scalars(cmd.Context(), endpoint(), output(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.CSV, "csv", false, "print CSV")
	flags.BoolVar(&o.JSON, "json", false, "print one JSON object a line")
	flags.IntVar(&o.Buckets, "buckets", 0, "`N`: thin each series to that many stretches of extremes; 0 for its points")
	return cmd
}

// NewStop is `stop`.
func NewStop(endpoint func() protocol.Endpoint, t Terminal) *cobra.Command {
	force := false
	cmd := &cobra.Command{
		Use: "stop", Short: "Ask the daemon to end", Args: cobra.NoArgs,
		Long: "stop asks the daemon to end. While runs are connected it lists them and asks first, because a\n" +
			"client that loses its daemon may stall until one is back.",
		RunE: func(cmd *cobra.Command, _ []string) error { return Stop(cmd.Context(), endpoint(), t, force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "do not ask")
	return cmd
}
