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
		Use: "status", Short: "List projects and runs, one line a run", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return Status(cmd.Context(), endpoint(), out, asJSON, time.Now())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
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
