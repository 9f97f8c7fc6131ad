package sysinfo

import (
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func known(value float64) Reading { return Reading{Value: value, Known: true} }

// sweepsOf feeds all lines and returns the sweeps in order.
func sweepsOf(p *gpuParser, text string) [][]GPU {
	var all [][]GPU
	for line := range strings.Lines(text) {
		if sweep, _ := p.line(line); sweep != nil {
			all = append(all, sweep)
		}
	}
	return all
}

func TestGPUParser_ReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	full := GPU{
		Index: 0, Name: "NVIDIA H200", Driver: "550.54.15", Load: known(0.37),
		MemoryTotal: known(143771), MemoryUsed: known(20480), MemoryFree: known(123291),
		Temperature: known(41), Power: known(120.5), PowerLimit: known(700),
	}
	tests := map[string]struct {
		header, row string
		want        GPU
	}{
		"as nvidia-smi writes it": {
			strings.TrimSpace(fakeHeader),
			"0, NVIDIA H200, 550.54.15, 37 %, 143771 MiB, 20480 MiB, 123291 MiB, 41, 120.50 W, 700.00 W", full,
		},
		"units in the header only": {
			strings.TrimSpace(fakeHeader),
			"0, NVIDIA H200, 550.54.15, 37, 143771, 20480, 123291, 41, 120.50, 700.00", full,
		},
		"columns in another order, with strangers": {
			"power.limit [W], temperature.gpu, shiny.new [%], memory.free [MiB], memory.used [MiB], memory.total [MiB]," +
				"utilization.gpu [%],driver_version,power.draw [W],name,INDEX",
			"700.00 W,41,12 %,123291 MiB,20480 MiB,143771 MiB,37 %,550.54.15,120.50 W,NVIDIA H200,0", full,
		},
		"carriage returns and other units": {
			"index, memory.total [GiB], memory.used [KiB], power.draw [mW], temperature.gpu [C]\r",
			"0, 2, 2048 KiB, 1500 mW, -3\r",
			GPU{MemoryTotal: known(2048), MemoryUsed: known(2), Power: known(1.5), Temperature: known(-3)},
		},
		"what is not available is unknown": {
			strings.TrimSpace(fakeHeader),
			"4, [N/A], N/A, [Not Supported], [N/A], [Unknown Error], [GPU is lost], [N/A], [Insufficient Permissions], nan",
			GPU{Index: 4},
		},
		"what can't be is unknown, what can't be more is clamped": {
			"index, utilization.gpu [%], memory.used [MiB], memory.free [furlong], power.draw [W], temperature.gpu [F]",
			"0, 101 %, -1 MiB, 7, inf, 99",
			GPU{Load: known(1)},
		},
		"names can't steer a terminal": {
			"index, name", "0, \x1b[31mGe\u202eForce\x07\xff RTX", GPU{Name: "[31mGeForce RTX"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p gpuParser
			got := sweepsOf(&p, tt.header+"\n"+tt.row+"\n"+tt.row+"\n")
			if len(got) == 0 || p.said != "" {
				t.Fatalf("no sweep; said %q", p.said)
			}
			if diff := cmp.Diff([]GPU{tt.want}, got[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGPUParser_ASweepEndsWhenTheIndexDoesNotGrow(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows string
		want string
	}{
		"the first needs the second to be seen as whole": {"01", ""},
		"the second is whole with as many rows":          {"0101", "01 01"},
		"one gpu":                                        {"000", "0 0"},
		"gaps":                                           {"1414", "14 14"},
		"a gpu is lost":                                  {"012012020202", "012 012 02 02 02"},
		"a gpu comes back":                               {"00010101", "0 0 01 01 01"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p gpuParser
			var got []string
			for _, sweep := range sweepsOf(&p, "index\n"+strings.Join(strings.Split(tt.rows, ""), "\n")) {
				var indexes strings.Builder
				for _, gpu := range sweep {
					indexes.WriteByte(byte('0' + gpu.Index))
				}
				got = append(got, indexes.String())
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), tt.want)
			}
		})
	}
}

func TestGPUParser_KeepsTheLastWordsOfATool(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"No devices were found", "index, name\n0, a\n0, a, b\nNo devices were found\n\n", "index\nNo devices were found\n"} {
		var p gpuParser
		sweepsOf(&p, text)
		if p.said != "No devices were found" {
			t.Errorf("%q: said %q", text, p.said)
		}
	}
	var p gpuParser
	sweepsOf(&p, "index\n99999999\n-1\n")
	if p.said != "-1" || len(p.sweep) != 0 {
		t.Errorf("indexes out of range: said %q, sweep %v", p.said, p.sweep)
	}
}

func FuzzGPUParser(f *testing.F) {
	f.Add(fakeHeader + "0, NVIDIA H200, 550.54.15, 37 %, 143771 MiB, 20480 MiB, 123291 MiB, 41, 120.50 W, 700.00 W\n0,,,,,,,,,\n")
	f.Add("index, memory.total [GiB]\n0, " + strings.Repeat("9", 308) + "\n0, -\n")
	f.Add("index\n0\n1\n1\nindex,index\n1,2\n0,0\n")
	f.Add("NVIDIA-SMI has failed\n,[,],index [[]\n")
	f.Fuzz(func(t *testing.T, text string) {
		var p gpuParser
		for _, sweep := range sweepsOf(&p, text) {
			if len(sweep) == 0 || len(sweep) > mostGPUs {
				t.Fatalf("a sweep of %d", len(sweep))
			}
			last := -1
			for _, g := range sweep {
				if g.Index <= last {
					t.Fatalf("index %d after %d", g.Index, last)
				}
				last = g.Index
				checkGPU(t, g)
			}
		}
		if strings.ContainsFunc(p.said, unicode.IsControl) {
			t.Fatalf("said %q", p.said)
		}
	})
}

func checkGPU(t *testing.T, g GPU) {
	t.Helper()
	for i, r := range []Reading{g.Load, g.MemoryTotal, g.MemoryUsed, g.MemoryFree, g.Power, g.PowerLimit, g.Temperature} {
		if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) || (!r.Known && r.Value != 0) {
			t.Fatalf("reading %d is %+v", i, r)
		}
		if r.Value < 0 && r != g.Temperature {
			t.Fatalf("reading %d is negative: %v", i, r.Value)
		}
	}
	if g.Load.Value > 1 {
		t.Fatalf("load %v", g.Load.Value)
	}
	if strings.ContainsFunc(g.Name+g.Driver, unicode.IsControl) || len([]rune(g.Name)) > longestText {
		t.Fatalf("name %q driver %q", g.Name, g.Driver)
	}
}
