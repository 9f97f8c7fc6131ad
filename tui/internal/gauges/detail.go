package gauges

// detail is how much is told about a machine.
type detail struct {
	line       bool // the machine in one line, and nothing below
	air        bool // blank lines between the parts
	cpuHistory bool
	ramHistory bool
	cores      int  // rows of cores at most
	system     bool // load, disk and network
	swap       bool
	gpu        bool // each graphics card on several lines, else on one
	gpuHistory bool
	noGPU      bool // say that there is no graphics card
}

// details are the degrees of detail, from everything to the bare gauges. Histories go
// before the numbers that only they repeat, the gauges themselves last.
func details() []detail {
	return []detail{
		{air: true, cpuHistory: true, ramHistory: true, cores: 16, system: true, swap: true, gpu: true, gpuHistory: true, noGPU: true},
		{cpuHistory: true, ramHistory: true, cores: 16, system: true, swap: true, gpu: true, gpuHistory: true, noGPU: true},
		{cpuHistory: true, cores: 4, system: true, swap: true, gpu: true, gpuHistory: true, noGPU: true},
		{cpuHistory: true, cores: 2, system: true, swap: true, gpu: true, noGPU: true},
		{cpuHistory: true, cores: 2, system: true, swap: true, noGPU: true},
		{cpuHistory: true, cores: 1, system: true, swap: true},
		{cpuHistory: true, swap: true},
		{swap: true},
		{},
	}
}

// oneLine is the least that is told about a machine.
func oneLine() detail { return detail{line: true} }

// build draws the body.
func (p *Pane) build() {
	if p.built {
		return
	}
	p.built = true
	w, h := p.body()
	p.bare = len(p.machines) == 1 && w != p.w
	if len(p.machines) == 0 {
		p.lines = p.empty(w)
		return
	}
	first, others := p.choose(w, h)
	p.lines = nil
	for i, m := range p.machines {
		d := others
		if i == 0 {
			d = first
		}
		if i > 0 && d.air {
			p.lines = append(p.lines, "")
		}
		p.lines = append(p.lines, p.machine(m, d, w, !p.bare)...)
	}
}

// choose finds the most detail with which everything fits: the same for all
// machines, or else a line for each but the first. Where even that is too
// much, the gauges are scrolled through.
func (p *Pane) choose(w, h int) (first, others detail) {
	all := details()
	for _, d := range all {
		if p.lineCount(d, d, w, h) <= h {
			return d, d
		}
	}
	for _, d := range all {
		if p.lineCount(d, oneLine(), w, h) <= h {
			return d, oneLine()
		}
	}
	if h < 3 || len(p.machines) > 1 && len(p.machines) <= h {
		return oneLine(), oneLine()
	}
	return all[len(all)-1], all[len(all)-1]
}

// lineCount counts lines until there are more than h.
func (p *Pane) lineCount(first, others detail, w, h int) int {
	n := 0
	for i, m := range p.machines {
		d := others
		if i == 0 {
			d = first
		}
		if i > 0 && d.air {
			n++
		}
		if n += len(p.machine(m, d, w, !p.bare)); n > h {
			return n
		}
	}
	return n
}
