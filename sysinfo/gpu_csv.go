package sysinfo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	// mostGPUs bounds what a broken tool can make us hold.
	mostGPUs = 1024
	// longestText bounds names and quoted output, in runes.
	longestText = 120
)

// gpuQuery is what is asked of nvidia-smi: only properties that every driver
// of the last ten years knows, because one unknown name makes it refuse the
// whole query.
const gpuQuery = "index,name,driver_version,utilization.gpu,memory.total,memory.used,memory.free," +
	"temperature.gpu,power.draw,power.limit"

// column is one property of the header, with the unit that the header gives.
type column struct{ name, unit string }

// gpuParser understands the endless output of nvidia-smi in CSV format: one
// header, then one row per GPU, over and over. NVIDIA does not promise that
// this output stays as it is, so columns are found by their names and units
// are taken from where they are written.
//
// Nothing in the output marks the end of a sweep over all GPUs. A sweep is
// over when an index does not grow, or as soon as it has as many rows as the
// one before, which saves waiting for the next.
type gpuParser struct {
	columns []column
	sweep   []GPU
	// usual is the number of rows of the last full sweep.
	usual int
	// fresh tells that sweep has rows that were not handed out.
	fresh bool
	// said is the last line that made no sense; nvidia-smi reports its
	// troubles on standard output, in place of the rows.
	said string
}

// line takes one line. sweep is not nil when the line has completed one, and
// then belongs to the caller; understood tells a header or a row from noise.
func (p *gpuParser) line(text string) (sweep []GPU, understood bool) {
	if strings.TrimSpace(text) == "" {
		return nil, false
	}
	cells := strings.Split(text, ",")
	if columns := header(cells); columns != nil {
		*p = gpuParser{columns: columns, usual: p.usual}
		return nil, true
	}
	gpu, ok := p.row(cells)
	if !ok {
		p.said = tidy(text)
		return nil, false
	}
	return p.add(gpu), true
}

func (p *gpuParser) add(gpu GPU) []GPU {
	var done []GPU
	if n := len(p.sweep); n > 0 && gpu.Index <= p.sweep[n-1].Index {
		p.usual = n
		if p.fresh {
			done = p.sweep
		}
		p.sweep = nil
	}
	p.sweep = append(p.sweep, gpu)
	p.fresh = true
	if len(p.sweep) == p.usual {
		p.fresh = false
		done = slices.Clone(p.sweep)
	}
	return done
}

// header returns the columns when the cells are names of properties, else nil.
// "index" is what we ask for first and never the value of a property.
func header(cells []string) []column {
	columns := make([]column, len(cells))
	found := false
	for i, cell := range cells {
		name, unit, _ := strings.Cut(strings.TrimSpace(cell), "[")
		columns[i] = column{
			name: strings.ToLower(strings.TrimSpace(name)),
			unit: strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(unit), "]")),
		}
		found = found || columns[i].name == "index"
	}
	if !found {
		return nil
	}
	return columns
}

func (p *gpuParser) row(cells []string) (GPU, bool) {
	gpu := GPU{Index: -1}
	if len(cells) != len(p.columns) {
		return gpu, false
	}
	for i, cell := range cells {
		gpu.set(p.columns[i], strings.TrimSpace(cell))
	}
	return gpu, gpu.Index >= 0 && gpu.Index < mostGPUs
}

func (g *GPU) set(c column, cell string) {
	switch c.name {
	case "index":
		if index, err := strconv.Atoi(cell); err == nil {
			g.Index = index
		}
	case "name":
		g.Name = named(cell)
	case "driver_version":
		g.Driver = named(cell)
	case "utilization.gpu":
		g.Load = fraction(cell, c.unit)
	case "memory.total":
		g.MemoryTotal = mebibytes(cell, c.unit)
	case "memory.used":
		g.MemoryUsed = mebibytes(cell, c.unit)
	case "memory.free":
		g.MemoryFree = mebibytes(cell, c.unit)
	case "temperature.gpu":
		g.Temperature = celsius(cell, c.unit)
	case "power.draw":
		g.Power = watts(cell, c.unit)
	case "power.limit":
		g.PowerLimit = watts(cell, c.unit)
	}
}

// named is empty for the tool's ways to say that there is no value: "[N/A]",
// "[Not Supported]", "[Unknown Error]", "N/A".
func named(cell string) string {
	if strings.HasPrefix(cell, "[") || cell == "N/A" {
		return ""
	}
	return tidy(cell)
}

func fraction(cell, unit string) Reading {
	a, ok := quantity(cell, unit)
	if !ok || a.value < 0 || (a.unit != "%" && a.unit != "") {
		return Reading{}
	}
	return Reading{Value: min(1, a.value/100), Known: true}
}

func mebibytes(cell, unit string) Reading {
	a, ok := quantity(cell, unit)
	if !ok || a.value < 0 {
		return Reading{}
	}
	switch a.unit {
	case "", "MiB":
		return Reading{Value: a.value, Known: true}
	case "GiB":
		return finite(a.value * 1024)
	case "KiB":
		return Reading{Value: a.value / 1024, Known: true}
	}
	return Reading{}
}

func celsius(cell, unit string) Reading {
	a, ok := quantity(cell, unit)
	if !ok || (a.unit != "" && a.unit != "C") {
		return Reading{}
	}
	return Reading{Value: a.value, Known: true}
}

func watts(cell, unit string) Reading {
	a, ok := quantity(cell, unit)
	if !ok || a.value < 0 {
		return Reading{}
	}
	switch a.unit {
	case "", "W":
		return Reading{Value: a.value, Known: true}
	case "mW":
		return Reading{Value: a.value / 1000, Known: true}
	}
	return Reading{}
}

// finite is unknown for what a multiplication has carried out of range.
func finite(value float64) Reading {
	if math.IsInf(value, 0) {
		return Reading{}
	}
	return Reading{Value: value, Known: true}
}

// tidy makes foreign text fit to be shown: valid, one line, of bounded length,
// without anything that a terminal would act on.
func tidy(text string) string {
	kept := make([]rune, 0, min(len(text), longestText))
	for _, r := range strings.TrimSpace(text) {
		if len(kept) == longestText {
			break
		}
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			kept = append(kept, r)
		}
	}
	return strings.TrimSpace(string(kept))
}
