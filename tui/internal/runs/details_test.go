package runs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func TestDetails_TellEverything(t *testing.T) {
	ri := info("9e5be61b-c7ab-472d-8c21-2e59d72270f4", "green-fox-12", protocol.RunFailed, 5*time.Hour, 41*time.Minute, 88_310)
	ri.Project, ri.Reason, ri.Dialect, ri.Machine, ri.Ignored = "bert-finetune", "exit code 1\x1b[2J", "seed", "gpu-box", 3
	ri.Tags, ri.Notes = []string{"sweep", "lr"}, "tried a larger batch, and it went well until the learning rate was raised"
	ri.Counts[protocol.EventScalar] = 41_200
	ri.Sections = map[string]json.RawMessage{
		protocol.SeriesHyperparameters: json.RawMessage(`{"optimizer":{"name":"adam","lr":3e-4,"betas":[0.9,0.999]},"best":NaN,"\u001b[31mred":"x\ny","empty":{}}`),
		protocol.SeriesPlatform:        json.RawMessage(`{"os":"Linux","python":"3.11.2"}`),
		protocol.SeriesConfig:          json.RawMessage(`{"name":`),
	}
	th := themetest.New(t, termenv.Ascii, theme.Braille)
	out := ""
	var outSb30 strings.Builder
	for _, w := range []int{76, 40} {
		outSb30.WriteString(strings.Join(Details(ri, noon(), th, w), "\n") + "\n---\n")
	}
	out += outSb30.String()
	golden.RequireEqual(t, []byte(out))
	for w := -1; w < 100; w++ {
		for _, l := range Details(ri, noon(), th, w) {
			if ansi.StringWidth(l) > max(w, 1) {
				t.Fatalf("%d cells at width %d: %q", ansi.StringWidth(l), w, l)
			}
		}
	}
}

func TestFlatten_Bounds(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500)
	if pairs, _ := flatten([]byte(deep)); len(pairs) != 1 || strings.Count(pairs[0].key, "a") != deepest {
		t.Errorf("got %d pairs", len(pairs))
	}
	wide := map[string]int{}
	for i := range 2 * mostPairs {
		wide[fmt.Sprintf("k%04d", i)] = i
	}
	raw, _ := json.Marshal(wide)
	pairs, more := flatten(raw)
	if len(pairs) != mostPairs || more != mostPairs || pairs[0].key != "k0000" {
		t.Errorf("%d pairs, %d more, first %s", len(pairs), more, pairs[0].key)
	}
}

func FuzzFlatten(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,NaN]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		pairs, _ := flatten(raw)
		for _, p := range pairs {
			if strings.ContainsAny(p.key+p.value, "\x1b\n\r\t") {
				t.Errorf("flatten(%q) = %q", raw, p)
			}
		}
	})
}
