package layout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

func TestCompute_Drawings(t *testing.T) {
	for _, tt := range []struct {
		name string
		args Args
	}{
		{"200x60", Args{W: 200, H: 60}},
		{"140x40", Args{W: 140, H: 40}},
		{"120x40", Args{W: 120, H: 40}},
		{"120x30", Args{W: 120, H: 30}},
		{"100x30", Args{W: 100, H: 30}},
		{"80x24", Args{W: 80, H: 24}},
		{"80x24_gauges", Args{W: 80, H: 24, Focus: Gauges}},
		{"80x24_runs_beside_receipts", Args{W: 80, H: 24, Focus: Runs, Main: Receipts}},
		{"60x16", Args{W: 60, H: 16}},
		{"40x12_runs", Args{W: 40, H: 12, Focus: Runs}},
		{"40x10", Args{W: 40, H: 10}},
		{"20x5", Args{W: 20, H: 5}},
		{"1x1", Args{W: 1, H: 1}},
		{"0x0", Args{}},
		{"zoomed", Args{W: 120, H: 40, Focus: Gauges, Zoom: true}},
		{"zoomed_single", Args{W: 60, H: 16, Focus: Runs, Zoom: true}},
		{"without_gauges", Args{W: 120, H: 40, Hidden: Of(Gauges)}},
		{"without_sidebar", Args{W: 120, H: 40, Hidden: Of(Runs, Gauges)}},
		{"without_log", Args{W: 160, H: 45, Hidden: Of(Log)}},
		{"all_hidden", Args{W: 80, H: 24, Focus: Runs, Hidden: Of(Panes()...)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			golden.RequireEqual(t, []byte(draw(Compute(tt.args))))
		})
	}
}

// draw shows the corners of each region by its letter, and its size in words.
func draw(l Layout) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v %dx%d\n", l.Mode, l.W, l.H)
	for _, k := range l.Kinds() {
		r, _ := l.Rect(k)
		fmt.Fprintf(&b, "%-8v x %3d  y %2d  %3dx%d\n", k, r.X, r.Y, r.W, r.H)
	}
	// One sign stands for four columns and two rows, edges excepted.
	for y := range l.H {
		if y > 1 && y < l.H-1 && y%2 == 1 {
			continue
		}
		for x := 0; x < l.W; x += 4 {
			k, _ := l.At(x, y)
			b.WriteString(sign(k))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func sign(k Kind) string {
	switch k {
	case Header:
		return "="
	case Tabs:
		return "t"
	case Status:
		return "_"
	case Runs, Log, Gauges, Receipts:
		return map[Kind]string{Runs: "R", Log: "L", Gauges: "G", Receipts: "A"}[k]
	case None, kinds:
	}
	return "?"
}

func TestCompute_ModeBySize(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		want Mode
	}{
		{140, 40, Wide},
		{139, 40, Normal},
		{140, 39, Normal},
		{100, 30, Normal},
		{99, 30, Compact},
		{100, 29, Compact},
		{80, 24, Compact},
		{79, 24, Single},
		{80, 23, Single},
		{40, 10, Single},
		{39, 10, Summary},
		{40, 9, Summary},
		{20, 4, Summary},
		{19, 4, Word},
		{20, 3, Word},
		{0, 0, Word},
		{-5, -5, Word},
	} {
		if got := Compute(Args{W: tt.w, H: tt.h}).Mode; got != tt.want {
			t.Errorf("%dx%d: mode %v, want %v", tt.w, tt.h, got, tt.want)
		}
	}
}

func TestCompute_FocusedPaneIsOnScreen(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {100, 30}, {80, 24}, {40, 10}} {
		for _, focus := range Panes() {
			for _, zoom := range []bool{false, true} {
				l := Compute(Args{W: size[0], H: size[1], Focus: focus, Zoom: zoom})
				if _, ok := l.Rect(focus); !ok {
					t.Errorf("%dx%d: focused %v is not shown", size[0], size[1], focus)
				}
			}
		}
	}
}

func TestCompute_PanesAreLargeEnoughToRead(t *testing.T) {
	for w := 40; w < 220; w++ {
		for h := 10; h < 70; h++ {
			l := Compute(Args{W: w, H: h})
			for _, k := range Panes() {
				r, ok := l.Rect(k)
				if !ok {
					continue
				}
				if r.W < 24 || r.H < 6 {
					t.Fatalf("%dx%d: %v is %dx%d", w, h, k, r.W, r.H)
				}
			}
		}
	}
}

func TestRect_Inner(t *testing.T) {
	if got, want := (Rect{2, 3, 10, 5}).Inner(1), (Rect{3, 4, 8, 3}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (Rect{W: 1, H: 1}).Inner(1); !got.Empty() || got.W < 0 || got.H < 0 {
		t.Errorf("got %v, want an empty rectangle", got)
	}
}

func FuzzCompute_RegionsTileTheScreen(f *testing.F) {
	f.Add(120, 40, uint8(Log), uint8(Log), false, uint16(0))
	f.Add(80, 24, uint8(Runs), uint8(Receipts), false, uint16(Of(Log)))
	f.Add(40, 12, uint8(Gauges), uint8(None), true, uint16(0xffff))
	f.Fuzz(func(t *testing.T, w, h int, focus, main uint8, zoom bool, hidden uint16) {
		if w < -2 || h < -2 || w > 300 || h > 100 {
			return
		}
		checkTiles(t, Args{W: w, H: h, Focus: Kind(focus), Main: Kind(main), Zoom: zoom, Hidden: Set(hidden)})
	})
}

func TestCompute_RegionsTileTheScreen(t *testing.T) {
	for w := 0; w < 220; w += 7 {
		for h := 0; h < 70; h += 3 {
			for hidden := range 16 {
				for _, focus := range Panes() {
					a := Args{W: w, H: h, Focus: focus, Hidden: Set(hidden) << Runs}
					checkTiles(t, a)
					a.Zoom = true
					checkTiles(t, a)
				}
			}
		}
	}
}

// checkTiles fails unless each cell lies in exactly one region: the areas add
// up to the screen, no two regions meet, and none leaves the screen.
func checkTiles(t *testing.T, a Args) {
	t.Helper()
	l := Compute(a)
	area := 0
	shown := l.Kinds()
	for i, k := range shown {
		r, ok := l.Rect(k)
		if !ok || r.X < 0 || r.Y < 0 || r.X+r.W > l.W || r.Y+r.H > l.H {
			t.Fatalf("%+v: %v at %+v leaves the screen", a, k, r)
		}
		area += r.W * r.H
		for _, other := range shown[i+1:] {
			o, _ := l.Rect(other)
			if r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H {
				t.Fatalf("%+v: %v and %v overlap", a, k, other)
			}
		}
		if at, ok := l.At(r.X+r.W-1, r.Y+r.H-1); !ok || at != k {
			t.Fatalf("%+v: the last cell of %v is found in %v", a, k, at)
		}
	}
	if area != l.W*l.H {
		t.Fatalf("%+v: regions cover %d of %d cells", a, area, l.W*l.H)
	}
	if _, ok := l.At(l.W, 0); ok {
		t.Fatalf("%+v: a region beyond the right edge", a)
	}
}
