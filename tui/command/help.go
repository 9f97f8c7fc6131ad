package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// UnknownError says that the command line names what there is not.
type UnknownError struct{ What string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no command %q; `neetbox-tui --help` lists what there is", e.What)
}

// ExitCode is the command line's "wrong usage".
func (e *UnknownError) ExitCode() int { return 2 } //nolint:mnd // cli contract

// NewHelp is `help [COMMAND]`.
func NewHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Tell about a command",
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil }, // needs no settings
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &UnknownError{What: strings.Join(args, " ")}
			}
			return found.Help()
		},
	}
}
