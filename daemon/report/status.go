package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// section is a part of the status by the name that the released clients gave it.
type section int

const (
	sectionConfig section = iota
	sectionPlatform
	sectionAction
	sectionHyperparameters
	sectionHardware
	sections
)

func (s section) String() string {
	return [...]string{"config", "platform", "__action", "hyperparameters", "hardware"}[s]
}

// status is what the run says of itself, apart from events.
type status struct {
	value           [sections]json.RawMessage // nil: not said
	at              [sections]time.Time
	hyperparameters map[string]any // what the section was made from
}

func (s *status) set(part section, value json.RawMessage, now time.Time) {
	s.value[part], s.at[part] = value, now
}

// body is the request's body: a JSON string whose content is the status' JSON,
// encoded twice as the released clients do and their servers expect.
func (s *status) body(every time.Duration) []byte {
	type wire struct {
		Value     json.RawMessage `json:"value"`
		Timestamp float64         `json:"timestamp"` // Unix seconds
		Interval  *string         `json:"interval"`  // seconds, where the section comes by itself
	}
	said := map[string]wire{}
	for part := range sections {
		if s.value[part] == nil {
			continue
		}
		w := wire{Value: s.value[part], Timestamp: float64(s.at[part].UnixMicro()) / 1e6}
		if part == sectionHardware {
			seconds := strconv.FormatFloat(every.Seconds(), 'g', -1, 64)
			w.Interval = &seconds
		}
		said[part.String()] = w
	}
	return toJSON(string(toJSON(said)))
}

// keepSynced sends the status whenever the run has joined and whenever it has
// changed, at most once in the sync interval, and a last time when it is over. A
// sync that did not work is tried again at the next interval.
func (r *Reporter) keepSynced(ctx context.Context, joined, over <-chan struct{}) {
	select {
	case <-joined:
	case <-over:
		return
	case <-ctx.Done():
		return
	}
	transport := &http.Transport{Proxy: nil} // the daemon is never behind a proxy
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	tick := time.NewTicker(r.opts.SyncInterval)
	defer tick.Stop()
	var pending, failing bool
	var tried time.Time
	for last := false; !last; {
		select {
		case <-r.dirty:
			pending = true
			if time.Since(tried) < r.opts.SyncInterval {
				continue // the next tick takes it along
			}
		case <-tick.C:
			pending = r.sample(ctx) || pending
		case <-over:
			last = true
			pending = pending || taken(r.dirty)
		case <-ctx.Done():
			return
		}
		if !pending {
			continue
		}
		tried = time.Now()
		err := r.sync(ctx, client)
		if err != nil && !failing {
			r.log.Warn("status not synced, trying again", "error", err)
		}
		pending, failing = err != nil, err != nil
	}
}

// taken takes a nudge that is there.
func taken(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// sample asks the sampler, if there is one, and reports whether it said anything.
func (r *Reporter) sample(ctx context.Context) (measured bool) {
	if r.opts.Sampler == nil {
		return false
	}
	defer func() {
		// Drivers fail in ways of their own; the run goes on without its machine.
		if cause := recover(); cause != nil {
			r.log.Warn("measure the machine", "panic", cause)
			measured = false
		}
	}()
	h, ok := r.opts.Sampler(ctx)
	if !ok {
		return false
	}
	r.mu.Lock()
	r.status.set(sectionHardware, toJSON(h), time.Now())
	r.mu.Unlock()
	return true
}

func (r *Reporter) sync(ctx context.Context, client *http.Client) error {
	r.mu.Lock()
	body := r.status.body(r.opts.SyncInterval)
	r.mu.Unlock()
	where := r.opts.Endpoint.URL("cli", "sync", r.opts.Project) + "?run=" + url.QueryEscape(r.opts.Run.ID)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, where, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sync status: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("sync status: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	const enough = 4 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, enough)) // so that the connection is used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("sync status: %s answered %s", r.opts.Endpoint.Address(), answer.Status)
	}
	r.log.LogAttrs(ctx, slog.LevelDebug, "synced status", slog.Int("bytes", len(body)))
	return nil
}

// processConfig names this process. Its command line is left out, because people
// put secrets there.
func processConfig(opts Options) map[string]any {
	config := map[string]any{
		"name": opts.Project, "runId": opts.Run.ID, "pid": os.Getpid(),
	}
	if opts.Run.Name != "" {
		config["runName"] = opts.Run.Name
	}
	if exe, err := os.Executable(); err == nil {
		config["program"] = filepath.Base(exe)
	}
	if dir, err := os.Getwd(); err == nil {
		config["directory"] = dir
	}
	return config
}

// processPlatform says what the released clients say of a machine's software, as
// far as a Go program has it.
func processPlatform() map[string]any {
	platform := map[string]any{
		"machine": runtime.GOARCH, "processor": "unknown", "os_name": runtime.GOOS,
		"go_version": runtime.Version(), "cpus": runtime.NumCPU(),
	}
	if u, err := user.Current(); err == nil {
		platform["username"] = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		platform["hostname"] = host
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		platform["os_release"] = strings.TrimSpace(string(release))
	}
	return platform
}
