package measure

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Place is where a daemon and a dashboard live: ports, a home and an environment
// of their own, so that nothing of the user's changes what is measured.
type Place struct {
	binary        string
	dir           string
	rest, sockets int
}

// NewPlace makes a place for the program in a file; Remove it once all that runs
// there has ended.
func NewPlace(binary string) (*Place, error) {
	dir, err := os.MkdirTemp("", "neetbox-tui-place-")
	if err != nil {
		return nil, fmt.Errorf("make a home: %w", err)
	}
	p := &Place{binary: binary, dir: dir}
	if p.rest, p.sockets, err = freePorts(); err != nil {
		p.Remove()
		return nil, err
	}
	return p, nil
}

// Remove deletes the home with all that was written there.
func (p *Place) Remove() { _ = os.RemoveAll(p.dir) } // what is left is in the system's temporary directory

// Command is the program at this place; it ends with ctx.
func (p *Place) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.binary, args...) //nolint:gosec // the program that is measured
	cmd.Dir = p.dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), changesTheProgram),
		"HOME="+p.dir, "XDG_CONFIG_HOME="+p.dir, "XDG_DATA_HOME="+p.dir, "XDG_STATE_HOME="+p.dir,
		"TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	return cmd
}

// changesTheProgram reports variables that settings or the look come from.
func changesTheProgram(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.HasPrefix(name, "NEETBOX") ||
		slices.Contains([]string{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TMUX", "STY"}, name)
}

// Flags are the flags that name this place's daemon, then more.
func (p *Place) Flags(more ...string) []string {
	return append([]string{
		"--port", strconv.Itoa(p.rest), "--ws-port", strconv.Itoa(p.sockets), "--compat-port", "0",
		"--data-dir", filepath.Join(p.dir, "data"),
	}, more...)
}

// Daemon starts the place's daemon; the process's address is its WebSocket's.
func (p *Place) Daemon(ctx context.Context) (*Process, error) {
	cmd := p.Command(ctx, p.Flags("--server-only")...)
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("start the daemon: %w", err)
	}
	return Start(cmd, said, "WebSocket on ws://")
}

// freePorts finds two ports that nothing holds at the moment.
func freePorts() (first, second int, err error) {
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, fmt.Errorf("find a free port: %w", err)
		}
		defer func() { _ = l.Close() }() // held until both are known
		if address, ok := l.Addr().(*net.TCPAddr); ok {
			ports[i] = address.Port
		}
	}
	return ports[0], ports[1], nil
}
