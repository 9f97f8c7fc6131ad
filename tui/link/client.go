package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
)

const (
	// restTimeout bounds one REST call from dial to the last byte.
	restTimeout = 15 * time.Second
	dialTimeout = 5 * time.Second
	// maxAnswer bounds a REST answer, in bytes: a page may hold one event of the
	// largest size that a run may send.
	maxAnswer = protocol.MaxRunFrame
)

// Errors of a [Client].
var (
	// ErrNotJSON says that something else than our daemon answers there.
	ErrNotJSON = errors.New("answer is not JSON; is this address a neetbox-tui daemon?")
	// ErrTooBig says that an answer is over 64 MiB.
	ErrTooBig = errors.New("answer is over 64 MiB; ask for fewer events at a time")
)

// FromStart as EventQuery.After asks for the oldest events first, from the
// oldest one held. (0 there means that After is not given.)
const FromStart protocol.Seq = -1

// Client is the daemon's REST side, one call per method. Each call ends within
// 15 s. A daemon that says no gives an [*APIError]. Safe for concurrent use.
type Client struct {
	endpoint protocol.Endpoint
	http     *http.Client
	most     int // bytes of an answer
}

// NewClient makes a client; nothing is dialled before the first call.
func NewClient(endpoint protocol.Endpoint) *Client { return newClient(endpoint, dialTCP) }

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func dialTCP(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
}

func newClient(endpoint protocol.Endpoint, dial dialFunc) *Client {
	return &Client{endpoint: endpoint, most: maxAnswer, http: &http.Client{
		Timeout: restTimeout,
		// No proxy and no redirect: the daemon is the host and port a person chose.
		Transport: &http.Transport{
			DialContext:         dial,
			MaxIdleConnsPerHost: snapshotWorkers,
			IdleConnTimeout:     restTimeout,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Endpoint is whom the client asks.
func (c *Client) Endpoint() protocol.Endpoint { return c.endpoint }

// Close gives idle connections up. The client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Hello asks who answers: GET /hello. An upstream daemon leaves Server empty.
func (c *Client) Hello(ctx context.Context) (protocol.Hello, error) {
	var hello protocol.Hello
	err := c.ask(ctx, c.endpoint.URL("hello"), &hello)
	return hello, wrap("ask hello", err)
}

// Projects lists the projects.
func (c *Client) Projects(ctx context.Context) ([]protocol.ProjectInfo, error) {
	var list struct {
		Projects []protocol.ProjectInfo `json:"projects"`
	}
	err := c.ask(ctx, c.url("projects"), &list)
	return list.Projects, wrap("list projects", err)
}

// Runs lists the runs of a project.
func (c *Client) Runs(ctx context.Context, project string) ([]protocol.RunInfo, error) {
	var list struct {
		Runs []protocol.RunInfo `json:"runs"`
	}
	err := c.ask(ctx, c.url("projects", project, "runs"), &list)
	return list.Runs, wrap("list runs of "+strconv.Quote(project), err)
}

// Run tells all about one run.
func (c *Client) Run(ctx context.Context, project, run string) (protocol.RunInfo, error) {
	var info protocol.RunInfo
	err := c.ask(ctx, c.url("projects", project, "runs", run), &info)
	return info, wrap("look at run "+strconv.Quote(run), err)
}

// Receipts lists the actions of a run.
func (c *Client) Receipts(ctx context.Context, project, run string) ([]protocol.Receipt, error) {
	var list struct {
		Receipts []protocol.Receipt `json:"receipts"`
	}
	err := c.ask(ctx, c.url("projects", project, "runs", run, "receipts"), &list)
	return list.Receipts, wrap("list receipts of run "+strconv.Quote(run), err)
}

// Scalars sums up the curves of a run.
func (c *Client) Scalars(ctx context.Context, project, run string) ([]protocol.ScalarSummary, error) {
	var list struct {
		Scalars []protocol.ScalarSummary `json:"scalars"`
	}
	err := c.ask(ctx, c.url("projects", project, "runs", run, "scalars"), &list)
	return list.Scalars, wrap("list scalars of run "+strconv.Quote(run), err)
}

// Scalar fetches one curve of a run: its points, or with q.Buckets its extremes.
func (c *Client) Scalar(ctx context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error) {
	address := c.url("projects", project, "runs", run, "scalars", series)
	values := url.Values{}
	for key, end := range map[string]*float64{"from": q.From, "to": q.To} {
		if end != nil {
			values.Set(key, strconv.FormatFloat(*end, 'g', -1, 64))
		}
	}
	if q.Buckets > 0 {
		values.Set("buckets", strconv.Itoa(q.Buckets))
	}
	if len(values) > 0 {
		address += "?" + values.Encode()
	}
	var curve protocol.ScalarSeries
	err := c.ask(ctx, address, &curve)
	return curve, wrap("fetch series "+strconv.Quote(series), err)
}

// Machines lists the machines that were seen.
func (c *Client) Machines(ctx context.Context) ([]protocol.MachineInfo, error) {
	var list struct {
		Machines []protocol.MachineInfo `json:"machines"`
	}
	err := c.ask(ctx, c.url("machines"), &list)
	return list.Machines, wrap("list machines", err)
}

// Storage tells what history takes.
func (c *Client) Storage(ctx context.Context) (protocol.StorageInfo, error) {
	var info protocol.StorageInfo
	err := c.ask(ctx, c.url("storage"), &info)
	return info, wrap("look at storage", err)
}

// Page is part of a project's history.
type Page struct {
	Epoch  string
	First  protocol.Seq     // lowest number still held; 0 when nothing is
	Last   protocol.Seq     // highest number given so far
	Events []protocol.Event // ascending by Seq; they alias nothing else
	Unread int              // frames that are no events
}

// Events fetches what q selects, ascending by Seq; After may be [FromStart].
func (c *Client) Events(ctx context.Context, project string, q protocol.EventQuery) (Page, error) {
	address := c.url("projects", project, "events")
	if values := queryOf(q); len(values) > 0 {
		address += "?" + values.Encode()
	}
	var wire protocol.EventPage
	if err := c.ask(ctx, address, &wire); err != nil {
		return Page{}, wrap("fetch events of "+strconv.Quote(project), err)
	}
	page := Page{Epoch: wire.Epoch, First: wire.First, Last: wire.Last}
	page.Events = make([]protocol.Event, 0, len(wire.Events))
	dec := protocol.NewDecoder()
	for _, frame := range wire.Events {
		event, _, err := dec.Decode(frame)
		if err != nil {
			page.Unread++
			continue
		}
		page.Events = append(page.Events, event)
	}
	return page, nil
}

func queryOf(q protocol.EventQuery) url.Values {
	values := url.Values{}
	set := func(key, value string, given bool) {
		if given {
			values.Set(key, value)
		}
	}
	set("run", q.Run, q.Run != "")
	set("type", string(q.Type), q.Type != "")
	set("series", q.Series, q.Series != "")
	set("level", q.Level, q.Level != "")
	set("grep", q.Grep, q.Grep != "")
	set("regex", q.Regex, q.Regex != "")
	set("since", strconv.FormatInt(q.From, 10), q.From > 0)
	set("until", strconv.FormatInt(q.To, 10), q.To > 0)
	set("after", strconv.FormatInt(int64(max(q.After, 0)), 10), q.After != 0)
	set("before", strconv.FormatInt(int64(q.Before), 10), q.Before > 0)
	set("limit", strconv.Itoa(q.Limit), q.Limit > 0)
	return values
}

// Shutdown asks the daemon to end. With ifIdle it refuses while runs are
// connected: Stopping is false then, Runs names them, and there is no error.
func (c *Client) Shutdown(ctx context.Context, ifIdle bool) (protocol.ShutdownReply, error) {
	const doing = "ask the daemon to end"
	var reply protocol.ShutdownReply
	body, err := json.Marshal(protocol.ShutdownRequest{IfIdle: ifIdle})
	if err != nil {
		return reply, wrap(doing, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url("shutdown"), bytes.NewReader(body))
	if err != nil {
		return reply, wrap(doing, err)
	}
	req.Header.Set("Content-Type", "application/json")
	status, answer, err := c.do(req)
	if err != nil {
		return reply, wrap(doing, err)
	}
	if err := json.Unmarshal(answer, &reply); err != nil {
		return reply, wrap(doing, fmt.Errorf("%w: %w", ErrNotJSON, err))
	}
	refused := status == http.StatusConflict && len(reply.Runs) > 0
	if status/100 != 2 && !refused {
		return protocol.ShutdownReply{}, wrap(doing, apiError(status, answer))
	}
	return reply, nil
}

// url is the address of a route of our own.
func (c *Client) url(segments ...string) string {
	return c.endpoint.URL(append([]string{"tui", "v1"}, segments...)...)
}

func (c *Client) ask(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	status, body, err := c.do(req)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return apiError(status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	return nil
}

// do sends a request and reads the whole answer. An answer that is not JSON is
// an error whatever its status.
func (c *Client) do(req *http.Request) (status int, body []byte, err error) {
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, int64(c.most)+1))
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("read answer: %w", err)
	case len(body) > c.most:
		return 0, nil, ErrTooBig
	}
	if !isJSON(resp.Header.Get("Content-Type")) {
		if resp.StatusCode/100 != 2 {
			return 0, nil, apiError(resp.StatusCode, nil)
		}
		return 0, nil, ErrNotJSON
	}
	return resp.StatusCode, body, nil
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
