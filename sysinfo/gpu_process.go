package sysinfo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// findTool returns the tool's path. A tool in the current directory is not
// taken unless the name says so (exec.ErrDot).
func findTool(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find gpu tool: %w", err)
	}
	return path, nil
}

// startTool returns a starter of nvidia-smi in its loop mode.
func startTool(path string, interval time.Duration) starter {
	return func(ctx context.Context) (process, error) {
		cmd := exec.CommandContext(ctx, path,
			"--query-gpu="+gpuQuery,
			"--format=csv",
			fmt.Sprintf("--loop-ms=%d", interval.Milliseconds()))
		// A decimal comma would split a cell in two.
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		cmd.SysProcAttr = childAttributes()
		out, err := cmd.StdoutPipe()
		if err != nil {
			return process{}, err
		}
		if err := cmd.Start(); err != nil {
			return process{}, err
		}
		release := tieToParent(cmd.Process.Pid)
		return process{out: out, wait: func() error {
			defer release()
			return cmd.Wait()
		}}, nil
	}
}
