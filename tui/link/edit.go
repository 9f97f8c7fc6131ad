package link

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
)

// EditMsg is the answer to [Link.Edit].
type EditMsg struct {
	Project string // as given
	Run     string // as given
	Edit    protocol.RunEdit
	Info    protocol.RunInfo // the run as it is now; zero with Err
	Err     error
}

// DeleteMsg is the answer to [Link.Delete].
type DeleteMsg struct {
	Project string // as given
	Run     string // as given
	Err     error
}

// Edit changes a run and answers with an [EditMsg]. Its error is [ErrReadOnly]
// where nothing may be changed, and nothing is sent then.
func (l *Link) Edit(project, run string, e protocol.RunEdit) tea.Cmd {
	return func() tea.Msg {
		msg := EditMsg{Project: project, Run: run, Edit: e, Err: ErrReadOnly}
		if !l.options.ReadOnly {
			msg.Info, msg.Err = l.Client().Edit(l.life, project, run, e)
		}
		return msg
	}
}

// Delete forgets a run with its history and answers with a [DeleteMsg]. Its error
// is [ErrReadOnly] where nothing may be changed, and nothing is sent then.
func (l *Link) Delete(project, run string) tea.Cmd {
	return func() tea.Msg {
		msg := DeleteMsg{Project: project, Run: run, Err: ErrReadOnly}
		if !l.options.ReadOnly {
			msg.Err = l.Client().Delete(l.life, project, run)
		}
		return msg
	}
}

// editBody is a [protocol.RunEdit] on the wire: what stays as it is has no key.
type editBody struct {
	Name  *string   `json:"name,omitempty"`
	Notes *string   `json:"notes,omitempty"`
	Tags  *[]string `json:"tags,omitempty"`
}

// Edit changes a run's name, notes or tags, each where e gives it, and returns
// the run as it is then, with its sections. The daemon takes names of up to 200
// characters, notes of up to 65,536, and up to 64 tags of 1 to 200 bytes each;
// with an [*APIError] nothing was changed.
func (c *Client) Edit(ctx context.Context, project, run string, e protocol.RunEdit) (protocol.RunInfo, error) {
	doing := "change run " + strconv.Quote(run)
	body := editBody(e)
	if body.Tags != nil && *body.Tags == nil {
		body.Tags = &[]string{} // null would say nothing
	}
	text, err := json.Marshal(body)
	if err != nil {
		return protocol.RunInfo{}, wrap(doing, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, c.url("projects", project, "runs", run), bytes.NewReader(text))
	if err != nil {
		return protocol.RunInfo{}, wrap(doing, err)
	}
	req.Header.Set("Content-Type", "application/json")
	status, answer, err := c.do(req)
	switch {
	case err != nil:
		return protocol.RunInfo{}, wrap(doing, err)
	case status != http.StatusOK:
		return protocol.RunInfo{}, wrap(doing, apiError(status, answer))
	}
	var info protocol.RunInfo
	if err := json.Unmarshal(answer, &info); err != nil {
		return protocol.RunInfo{}, wrap(doing, fmt.Errorf("%w: %w", ErrNotJSON, err))
	}
	return info, nil
}

// Delete forgets a run and its history for good. The daemon refuses with an
// [*APIError] of status 409 while the run is connected, and of 404 when there is
// no such run.
func (c *Client) Delete(ctx context.Context, project, run string) error {
	doing := "delete run " + strconv.Quote(run)
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.url("projects", project, "runs", run), http.NoBody)
	if err != nil {
		return wrap(doing, err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return wrap(doing, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(c.most)))
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return wrap(doing, fmt.Errorf("read answer: %w", err))
	case resp.StatusCode == http.StatusNoContent: // success has no body, and so no type
		return nil
	case !isJSON(resp.Header.Get("Content-Type")) && resp.StatusCode/100 == 2:
		return wrap(doing, ErrNotJSON)
	case resp.StatusCode != http.StatusOK:
		return wrap(doing, apiError(resp.StatusCode, body))
	}
	return nil
}
