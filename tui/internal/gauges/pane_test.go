package gauges

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func newPane(t testing.TB) *Pane {
	t.Helper()
	p := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	p.SetNow(noon())
	return p
}

// busyHost is a machine of the daemon with all that one can have.
func busyHost(cores, gpus int, phase float64) protocol.Hardware {
	total := protocol.Float(50 + 40*math.Sin(phase/9))
	hw := protocol.Hardware{
		Machine: &protocol.Machine{ID: "m1", Host: "gpu-box"},
		Total:   &total,
		RAM:     protocol.RAM{Total: 64_000, Used: protocol.Float(31_200 + 100*phase), Available: 30_000},
		Swap:    &protocol.RAM{Total: 8_000, Used: 512},
		Load:    []float64{1.52, 11.1, 0.92},
		Disk:    &protocol.Rate{In: 12_300_000, Out: 999_000_000},
		Net:     &protocol.Rate{In: 1_200, Out: 0},
	}
	for i := range cores {
		hw.CPUs = append(hw.CPUs, protocol.CPU{ID: i, Percentage: protocol.Float(math.Mod(float64(i*37)+phase, 101))})
	}
	for i := range gpus {
		hw.GPUs = append(hw.GPUs, protocol.GPU{
			ID: i, Name: "NVIDIA H200", Load: protocol.Float(math.Mod(0.37+0.21*float64(i)+phase/300, 1)),
			MemoryTotal: 143_771, MemoryUsed: protocol.Float(20_480 + 17_000*i), Temperature: protocol.Float(41 + 5*i),
		})
	}
	return hw
}

func feed(p *Pane, id, title string, own bool, cores, gpus int) {
	for i := range 60 {
		p.Set(id, title, busyHost(cores, gpus, float64(i)), noon().Add(time.Duration(i-60)*time.Second), own)
	}
}

func scenes(t testing.TB) map[string]*Pane {
	t.Helper()
	all := map[string]*Pane{"empty": newPane(t)}

	p := newPane(t)
	feed(p, "m1", "gpu-box", true, 8, 1)
	all["own"] = p

	p = newPane(t)
	feed(p, "m1", "gpu-box", true, 64, 8)
	all["eight gpus"] = p

	p = newPane(t)
	hw := busyHost(4, 0, 3)
	hw.Machine, hw.Swap = nil, nil
	hw.RAM.Used = 62_500
	p.Set("laptop", "laptop", hw, noon(), false)
	all["no gpu, memory critical"] = p

	p = newPane(t)
	p.Set("m1", "gpu-box", protocol.Hardware{
		Absent: map[string]string{"cpu": "first sample", "disk": "first sample", "memory": "read /proc/meminfo: permission denied", "gpu": "nvidia-smi ended: exit status 9"},
		RAM:    protocol.RAM{Total: protocol.Float(math.NaN())},
	}, noon(), true)
	all["first sample"] = p

	p = newPane(t)
	feed(p, "m1", "gpu-box", true, 8, 1)
	p.Set("r1", "green-fox-12", busyHostNamed("node-7", 2), noon().Add(-14*time.Second), false)
	p.Set("r2", "blue-elk-9", protocol.Hardware{CPUs: []protocol.CPU{{Percentage: 12}}, RAM: protocol.RAM{Total: 900, Used: 100}}, noon(), false)
	p.Focus("r1", "m1")
	all["three machines, one stale"] = p

	p = newPane(t)
	bad := busyHost(3, 2, 1)
	bad.Machine.Host = "\x1b[2J\x1b]0;x\x07损失\u202e函数 " + strings.Repeat("👩‍👩‍👧", 2000)
	bad.GPUs[0] = protocol.GPU{ID: -5, Name: "שלום\x1b[31m" + strings.Repeat("x", 1<<16), Load: protocol.Float(math.Inf(1)), MemoryUtil: protocol.Float(math.NaN()), Temperature: protocol.Float(math.NaN())}
	bad.GPUs[1].ID, bad.GPUs[1].Load = 1<<40, -3
	bad.CPUs[1].Percentage = protocol.Float(math.NaN())
	bad.Load = []float64{math.NaN(), 1e300, -1}
	bad.Net = &protocol.Rate{In: math.Inf(1), Out: 1e300}
	bad.RAM = protocol.RAM{Total: 1e300, Used: 1e299}
	bad.Swap = &protocol.RAM{Total: 0, Used: 5}
	p.Set("bad", "bad", bad, noon(), false)
	all["hostile"] = p
	return all
}

func busyHostNamed(host string, gpus int) protocol.Hardware {
	hw := busyHost(4, gpus, 7)
	hw.Machine.Host = host
	return hw
}

func TestView_Goldens(t *testing.T) {
	for name, p := range scenes(t) {
		t.Run(name, func(t *testing.T) {
			out := ""
			var outSb129 strings.Builder
			for _, s := range [][2]int{{28, 20}, {28, 40}, {40, 18}, {40, 30}, {60, 12}, {80, 20}, {20, 5}, {10, 1}} {
				p.SetSize(s[0], s[1])
				outSb129.WriteString(fmt.Sprintf("%dx%d\n%s\n", s[0], s[1], p.View()))
			}
			out += outSb129.String()
			golden.RequireEqual(t, []byte(out))
		})
	}
}

func TestView_Styled(t *testing.T) {
	p := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default())
	p.SetNow(noon())
	p.SetFocused(true)
	feed(p, "m1", "gpu-box", true, 8, 1)
	p.SetSize(40, 20)
	golden.RequireEqual(t, []byte(p.View()))
}

func TestView_ASCII(t *testing.T) {
	p := New(themetest.New(t, termenv.Ascii, theme.ASCII), keys.Default())
	feed(p, "m1", "gpu-box", true, 8, 1)
	p.SetSize(40, 20)
	golden.RequireEqual(t, []byte(p.View()))
}

func TestView_IsExactlyItsSize(t *testing.T) {
	for name, p := range scenes(t) {
		for w := -1; w <= 130; w += 1 + max(w, 0)/6 {
			for h := -1; h <= 60; h += 1 + max(h, 0)/6 {
				p.SetSize(w, h)
				checkSize(t, name, p.View(), w, h)
			}
		}
	}
}

func checkSize(t *testing.T, what, got string, w, h int) {
	t.Helper()
	if w <= 0 || h <= 0 {
		if got != "" {
			t.Fatalf("%s at %dx%d is not empty: %q", what, w, h, got)
		}
		return
	}
	if lipgloss.Width(got) != w || lipgloss.Height(got) != h {
		t.Fatalf("%s at %dx%d is %dx%d:\n%s", what, w, h, lipgloss.Width(got), lipgloss.Height(got), got)
	}
	for l := range strings.SplitSeq(got, "\n") {
		if ansi.StringWidth(l) != w {
			t.Fatalf("%s at %dx%d has a row of %d cells: %q", what, w, h, ansi.StringWidth(l), l)
		}
	}
}

// No line of a gauge may be cut: what does not fit is left out on purpose.
func TestMachine_LinesFitBeforeTheFrameCutsThem(t *testing.T) {
	for name, p := range scenes(t) {
		for _, m := range p.machines {
			for _, d := range append(details(), oneLine()) {
				for w := 6; w < 120; w += 1 + w/30 {
					for _, l := range p.machine(m, d, w, true) {
						if ansi.StringWidth(l) > w {
							t.Fatalf("%s: %d cells at width %d: %q", name, ansi.StringWidth(l), w, l)
						}
					}
				}
			}
		}
	}
}

func TestSet_MachineIsShownOnceAndTheDaemonsReadingWins(t *testing.T) {
	p := newPane(t)
	p.Set("m1", "gpu-box", busyHost(1, 0, 0), noon(), true)
	p.Set("m1", "green-fox", protocol.Hardware{}, noon().Add(time.Second), false)
	if len(p.machines) != 1 || !p.machines[0].own {
		t.Errorf("the run's reading took the daemon's place: %+v", p.machines)
	}
	p.Set("m1", "green-fox", protocol.Hardware{}, noon().Add(staleAfter), false)
	if p.machines[0].own {
		t.Error("the daemon's stale reading stays for ever")
	}
	p.Set("m1", "gpu-box", busyHost(1, 0, 0), noon(), true)
	if p.machines[0].own {
		t.Error("an older reading replaced a newer one")
	}
}

func TestSet_ManyMachinesForgetTheOldest(t *testing.T) {
	p := newPane(t)
	for i := range mostMachines + 10 {
		p.Set(strconv.Itoa(i), "h", protocol.Hardware{}, noon().Add(time.Duration(i)*time.Second), false)
	}
	if len(p.machines) != mostMachines || p.find("9") != nil || p.find("10") == nil {
		t.Errorf("%d machines are kept", len(p.machines))
	}
	p.Remove("10")
	if p.find("10") != nil {
		t.Error("a removed machine is still there")
	}
}

func TestFocus_OrdersMachines(t *testing.T) {
	p := newPane(t)
	for _, id := range []string{"c", "b", "a"} {
		p.Set(id, id, protocol.Hardware{}, noon(), id == "b")
	}
	order := func() (s string) {
		var sSb237 strings.Builder
		for _, m := range p.machines {
			sSb237.WriteString(m.id)
		}
		s += sSb237.String()
		return s
	}
	if got := order(); got != "bac" {
		t.Errorf("without focus %s, want the daemon's first: bac", got)
	}
	p.Focus("c", "b")
	if got := order(); got != "cba" {
		t.Errorf("got %s, want cba", got)
	}
}

func TestView_EarlyClientsReadingIsShownInTheSameUnits(t *testing.T) {
	hw, err := protocol.ParseHardware(protocol.Event{Type: protocol.EventHardware, Payload: json.RawMessage(
		`{"cpus":[{"id":0,"percent":12.5,"freq":[2600,0,0]}],"ram":{"total":25.27,"used":1.78},"gpus":[]}`)})
	if err != nil {
		t.Fatal(err)
	}
	p := newPane(t)
	p.Set("x", "old-client", hw, noon(), false)
	p.SetSize(40, 10)
	if v := p.View(); !strings.Contains(v, "13 %") || !strings.Contains(v, "1.8/25.3 GB") {
		t.Errorf("got\n%s", v)
	}
}

func TestView_StaleReadingHasItsAge(t *testing.T) {
	p := newPane(t)
	p.Set("x", "host", busyHost(1, 0, 0), noon().Add(-staleAfter), false)
	p.SetSize(40, 10)
	if strings.Contains(p.View(), "ago") {
		t.Error("a fresh reading has an age")
	}
	p.SetNow(noon().Add(4 * time.Second))
	if !strings.Contains(p.View(), "14s ago") {
		t.Errorf("no age:\n%s", p.View())
	}
}

func TestMemoryGrade_Thresholds(t *testing.T) {
	p := newPane(t)
	s := p.sheet(&machine{}, 40)
	for v, flag := range map[float64]string{0.5: "", 0.81: "", 0.95: "", 0.951: "!", 2: "!"} {
		if got := s.memoryGrade(v).flag; got != flag {
			t.Errorf("memory at %v has flag %q, want %q", v, got, flag)
		}
	}
	color := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default())
	s = color.sheet(&machine{}, 40)
	for v, want := range map[float64]ink.Pen{0: s.k.idle, 0.099: s.k.idle, 0.1: s.k.normal, 0.75: s.k.normal, 0.751: s.k.high, math.NaN(): s.k.faint} {
		if got := s.grade(v).ink; got != want {
			t.Errorf("load of %v is drawn with %q, want %q", v, got.On, want.On)
		}
	}
}

func TestUpdate_ScrollsWithinTheBody(t *testing.T) {
	p := newPane(t)
	feed(p, "m1", "gpu-box", true, 64, 8)
	p.SetSize(30, 6)
	press := func(k string) {
		p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
	}
	first := p.View()
	press("k")
	if p.View() != first {
		t.Error("scrolled above the top")
	}
	press("G")
	last := p.View()
	press("j")
	if p.View() != last || last == first {
		t.Error("G is not the end")
	}
	if !strings.Contains(last, "GPU7") {
		t.Errorf("the last card is not in sight:\n%s", last)
	}
	press("g")
	press("g")
	if p.View() != first {
		t.Error("gg is not the top")
	}
}

func TestDo_CopiesPlainValues(t *testing.T) {
	p := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default())
	feed(p, "m1", "gpu-box", true, 8, 1)
	msg, ok := p.Do(keys.CmdCopy)().(CopyMsg)
	if !ok || strings.Contains(msg.Text, "\x1b") || !strings.Contains(msg.Text, "GB") || msg.What != "the values of 1 machine" {
		t.Errorf("got %+v", msg)
	}
}

func TestHistory_KeepsTheNewest(t *testing.T) {
	var h history
	for i := range points + 7 {
		h.add(float64(i))
	}
	if h.at(0) != points+6 || h.at(points-1) != 7 || h.n != points {
		t.Errorf("newest %v, oldest %v, %d kept", h.at(0), h.at(points-1), h.n)
	}
}

func TestPane_IsAPane(*testing.T) { var _ pane.Pane = (*Pane)(nil) }

func BenchmarkView(b *testing.B) {
	for _, bb := range []struct{ w, h, cores, gpus int }{{40, 30, 8, 1}, {60, 60, 128, 8}} {
		b.Run(fmt.Sprintf("%dx%d", bb.w, bb.h), func(b *testing.B) {
			p := New(themetest.New(b, termenv.TrueColor, theme.Braille), keys.Default())
			feed(p, "m1", "gpu-box", true, bb.cores, bb.gpus)
			p.SetSize(bb.w, bb.h)
			b.ReportAllocs()
			for b.Loop() {
				p.changed()
				p.View()
			}
		})
	}
}
