package command_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/command"
)

func TestWhen_TakesAgesAndTimes(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 2*60*60)
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, zone)
	for value, want := range map[string]time.Time{
		"90s":                       now.Add(-90 * time.Second),
		"2h30m":                     now.Add(-150 * time.Minute),
		"3d":                        now.Add(-72 * time.Hour),
		"1d12h":                     now.Add(-36 * time.Hour),
		"0s":                        now,
		"15:04":                     time.Date(2026, 11, 22, 15, 4, 0, 0, zone),
		"15:04:05":                  time.Date(2026, 11, 22, 15, 4, 5, 0, zone),
		"2026-11-01":                time.Date(2026, 11, 1, 0, 0, 0, 0, zone),
		"2026-11-01 09:00":          time.Date(2026, 11, 1, 9, 0, 0, 0, zone),
		"2026-11-01T09:00:01":       time.Date(2026, 11, 1, 9, 0, 1, 0, zone),
		"2026-11-01T09:00:01.5Z":    time.Date(2026, 11, 1, 9, 0, 1, 5e8, time.UTC),
		"2026-11-01T09:00:01-05:00": time.Date(2026, 11, 1, 14, 0, 1, 0, time.UTC),
		"1960-01-01":                time.UnixMilli(1), // 0 would be no bound
	} {
		if got, err := command.When(value, now); err != nil || got != want.UnixMilli() {
			t.Errorf("%s is %v, %v; want %v", value, time.UnixMilli(got).In(zone), err, want)
		}
	}
	for _, value := range []string{"", "x", "-5m", "d", "99999999d", "3dd", "25:00", "2026-13-01", "yesterday", "1d-3h", "5"} {
		var wrong *command.UsageError
		if got, err := command.When(value, now); !errors.As(err, &wrong) || wrong.ExitCode() != 2 {
			t.Errorf("%q is %d, %v; want a UsageError", value, got, err)
		}
	}
}

func TestLine_IsCleanAlignedAndColouredOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 15, 30, 1, 2e6, time.UTC)
	for _, c := range []struct {
		name  string
		log   protocol.Log
		run   string
		color bool
		want  string
	}{
		{"plain", protocol.Log{Level: "info", Whom: "train", Text: "step 1"}, "", false, "2026-11-22 15:30:01.002  info     train  step 1\n"},
		{"run", protocol.Log{Level: "warning", Text: "x"}, "fox ", false, "2026-11-22 15:30:01.002  warning  fox   x\n"},
		{"nothing but text", protocol.Log{Text: "x"}, "", false, "2026-11-22 15:30:01.002           x\n"},
		{
			"many lines keep their indentation",
			protocol.Log{Level: "error", Text: "Traceback:\n  File\nEnd\n"},
			"", false,
			"2026-11-22 15:30:01.002  error    Traceback:\n" + strings.Repeat(" ", 34) + "  File\n" + strings.Repeat(" ", 34) + "End\n",
		},
		{
			"hostile",
			protocol.Log{Level: "\x1b[2Jevil", Whom: "a\x1b]0;owned\x07b", Text: "\x1b[31mred\x1b[0m\x1b[5Aup\x07"},
			"", false,
			"2026-11-22 15:30:01.002  evil     ab  redup\n",
		},
		{
			"a person's long words",
			protocol.Log{Level: strings.Repeat("l", 99), Whom: strings.Repeat("w", 99), Text: "x"},
			"", false,
			"2026-11-22 15:30:01.002  " + strings.Repeat("l", 11) + "…  " + strings.Repeat("w", 39) + "…  x\n",
		},
		{
			"coloured",
			protocol.Log{Level: "error", Text: "\x1b[32mok\x1b[5A\nx"},
			"", true,
			"\x1b[2m2026-11-22 15:30:01.002\x1b[0m  \x1b[1;31merror  \x1b[0m  \x1b[32mok\x1b[0m\n" + strings.Repeat(" ", 34) + "\x1b[32mx\x1b[0m\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, command.Line(c.log, at, c.run, c.color)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSON_ControlsOfStringsAreEscaped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":"ü€\n"}`:                    `{"a":"ü€\n"}`,
		"{\"a\":\"\u009b2J\x7f\u0085x\"}": `{"a":"\u009b2J\u007f\u0085x"}`,
	} {
		if got := command.EscapeControls(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestFlatten_GivesOneLineAValue(t *testing.T) {
	t.Parallel()
	for document, want := range map[string][]string{
		`{"lr":0.001,"model":{"name":"r","drop":0.10},"l":[1,{"a":2}],"n":null}`: {
			`l=[1,{"a":2}]`, "lr=0.001", "model.drop=0.10", "model.name=r", "n=null",
		},
		`{"big":12345678901234567890,"nan":"NaN","esc":"a\u001b[2Jb\nc"}`: {"big=12345678901234567890", "esc=ab c", "nan=NaN"},
		`{}`:       nil,
		`{"a":{}}`: nil,
		``:         nil,
		`"text"`:   {"=text"},
	} {
		if diff := cmp.Diff(want, command.Flatten(document)); diff != "" {
			t.Errorf("%s: %s", document, diff)
		}
	}
	deep := strings.Repeat(`{"`+strings.Repeat("k", 50)+`":`, 5_000) + "1" + strings.Repeat("}", 5_000)
	if got := command.Flatten(deep); len(got) != 1 || len(got[0]) > 300 {
		t.Errorf("a deep document gives %d values", len(got))
	}
}

func TestPaused_SaysWhyAndHowMuch(t *testing.T) {
	t.Parallel()
	for state, want := range map[protocol.HistoryState]string{
		{}:            "",
		{State: "ok"}: "",
		{State: "paused", Reason: "disk full\x07", Missed: 1234}: "History is paused (disk full): 1,234 events were not stored. What is live goes on.",
		{State: "paused", Missed: 1}:                             "History is paused: 1 event was not stored. What is live goes on.",
	} {
		if got := command.Paused(state); got != want {
			t.Errorf("%+v: %q, want %q", state, got, want)
		}
	}
}
