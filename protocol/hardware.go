package protocol

// Hardware is a hardware event's payload, in the newest clients' keys and units.
// Readers take the early clients' keys too: see [ParseHardware].
type Hardware struct {
	CPUs []CPU   `json:"cpus"`
	Stat CPUStat `json:"cpustat"`
	RAM  RAM     `json:"ram"`
	GPUs []GPU   `json:"gpus"`

	// What follows is our own, on the daemon's report of its machine.
	Machine *Machine          `json:"machine,omitempty"`
	Total   *Float            `json:"percentage,omitempty"` // whole CPU, percent
	Swap    *RAM              `json:"swap,omitempty"`
	Load    []float64         `json:"load,omitempty"` // over 1, 5 and 15 minutes
	Disk    *Rate             `json:"disk,omitempty"`
	Net     *Rate             `json:"net,omitempty"`
	Absent  map[string]string `json:"absent,omitempty"` // part -> why it is not here
}

// CPU is one core.
type CPU struct {
	ID         int        `json:"id"`
	Percentage Float      `json:"percentage"` // 0-100
	Frequency  [3]float64 `json:"frequency"`  // current, minimum, maximum, MHz
}

// CPUStat counts since boot.
type CPUStat struct {
	CtxSwitches    int64 `json:"ctxSwitches"`
	Interrupts     int64 `json:"interrupts"`
	SoftInterrupts int64 `json:"softInterrupts"`
	Syscalls       int64 `json:"syscalls"`
}

// RAM is memory in MB (1e6 bytes).
type RAM struct {
	Total     Float `json:"total"`
	Available Float `json:"available"`
	Used      Float `json:"used"`
	Free      Float `json:"free"`
}

// GPU is one graphics card. Load and memoryUtil are fractions of 1, memory is in
// MiB, the temperature in °C.
type GPU struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Load        Float  `json:"load"`
	MemoryUtil  Float  `json:"memoryUtil"`
	MemoryTotal Float  `json:"memoryTotal"`
	MemoryFree  Float  `json:"memoryFree"`
	MemoryUsed  Float  `json:"memoryUsed"`
	Temperature Float  `json:"temperature"`
	Driver      string `json:"driver"`
}

// Machine names a machine, so that each is shown once whoever reports it.
type Machine struct {
	ID   string `json:"id"`
	Host string `json:"host"`
}

// Rate is a flow in bytes a second: disk reads and writes, network in and out.
type Rate struct {
	In  float64 `json:"in"`
	Out float64 `json:"out"`
}

// ParseHardware reads a hardware event of any era: the early clients say percent
// and freq, and give RAM in GB (1e9 bytes). The result is in the units above.
// RAM under 1000 is taken for GB: no machine that trains has less than 1 GB, and
// none yet has more than 1 TB reported by an early client.
func ParseHardware(e Event) (Hardware, error) {
	var w struct {
		Hardware
		CPUs []struct {
			CPU
			Percent *Float      `json:"percent"`
			Freq    *[3]float64 `json:"freq"`
		} `json:"cpus"`
	}
	if err := e.DecodePayload(&w); err != nil {
		return Hardware{}, err
	}
	h := w.Hardware
	h.CPUs = make([]CPU, 0, len(w.CPUs))
	for _, c := range w.CPUs {
		if c.Percent != nil {
			c.Percentage = *c.Percent
		}
		if c.Freq != nil {
			c.Frequency = *c.Freq
		}
		h.CPUs = append(h.CPUs, c.CPU)
	}
	if h.RAM.Total > 0 && h.RAM.Total < 1000 {
		const megaPerGiga = 1000
		h.RAM.Total *= megaPerGiga
		h.RAM.Available *= megaPerGiga
		h.RAM.Used *= megaPerGiga
		h.RAM.Free *= megaPerGiga
	}
	return h, nil
}
