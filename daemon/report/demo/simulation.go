package demo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"apps.local/neetbox-tui/protocol"
)

const (
	epochs        = 40
	stepsPerEpoch = 100
	warmup        = 100 // steps
	logEvery      = 5   // steps
	imageEvery    = 40  // steps

	whomMain       = "__main__"
	whomTrainer    = "train/Trainer/step"
	whomLoader     = "data/loader"
	whomEval       = "train/Trainer/evaluate"
	whomCheckpoint = "train/checkpoint"
)

// simulation is a training as a sequence of facts, without a clock: next is a
// function of the seed, the index and the orders given so far.
type simulation struct {
	name  string
	index int
	step  int

	rng    *rand.Rand
	base   float64 // peak learning rate
	fixed  float64 // learning rate that somebody set; negative: the schedule's
	floor  float64 // what the loss falls to
	speed  float64 // steps in which it falls to a third
	loss   float64
	seen   float64 // samples
	nanAt  int     // the step of the one NaN
	warned int     // warnings so far

	utilization [2]float64 // of the GPUs, moving slowly
	cpu         [8]float64
}

func newSimulation(seed uint64, index int) *simulation {
	rng := rand.New(rand.NewPCG(seed, uint64(index)))
	s := &simulation{index: index, rng: rng, fixed: -1}
	s.name = runName(rng)
	s.base = []float64{1e-3, 6e-4, 3e-4, 1e-4}[rng.IntN(4)]
	s.floor = 0.15 + 0.2*rng.Float64()
	s.speed = 250 + 300*rng.Float64()
	s.loss = 2.3
	s.nanAt = 180 + rng.IntN(60)
	for i := range s.utilization {
		s.utilization[i] = 0.8 + 0.1*rng.Float64()
	}
	for i := range s.cpu {
		s.cpu[i] = 20 + 40*rng.Float64()
	}
	return s
}

func runName(rng *rand.Rand) string {
	colours := [...]string{"green", "amber", "blue", "crimson", "silver", "violet", "teal", "golden"}
	animals := [...]string{"fox", "owl", "heron", "lynx", "otter", "wren", "badger", "ibex", "newt", "crane"}
	return fmt.Sprintf("%s-%s-%d", colours[rng.IntN(len(colours))], animals[rng.IntN(len(animals))], 1+rng.IntN(99))
}

func (s *simulation) over() bool { return s.step >= epochs*stepsPerEpoch }

// lr is the learning rate of this step: a warm-up and half a cosine, or what
// somebody set.
func (s *simulation) lr() float64 {
	switch {
	case s.fixed >= 0:
		return s.fixed
	case s.step < warmup:
		return s.base * float64(s.step+1) / warmup
	}
	done := float64(s.step-warmup) / float64(epochs*stepsPerEpoch-warmup)
	return s.base * (0.05 + 0.95*(1+math.Cos(math.Pi*done))/2)
}

func (s *simulation) setLR(lr float64) { s.fixed = lr }

// noise is about normal, from -3 to 3.
func (s *simulation) noise() float64 {
	return s.rng.Float64() + s.rng.Float64() + s.rng.Float64() + s.rng.Float64() + s.rng.Float64() + s.rng.Float64() - 3
}

// next takes one step.
func (s *simulation) next() []fact {
	var told []fact
	if s.step == 0 {
		told = append(told, s.greeting()...)
	}
	s.advance()
	x := float64(s.step)
	told = append(told, point{"loss", x, s.loss}, point{"lr", x, s.lr()}, s.stepBar())
	if s.step%2 == 0 {
		told = append(told, s.gradNorm())
	}
	if s.step%logEvery == 0 {
		told = append(told, s.line())
	}
	told = append(told, s.incident()...)
	if s.step%imageEvery == 0 {
		told = append(told, picture{"samples", s.step, s.samples()})
	}
	if s.step%stepsPerEpoch == 0 {
		told = append(told, s.endOfEpoch()...)
	}
	return told
}

// advance moves everything that has a state.
func (s *simulation) advance() {
	lr := s.lr()
	s.step++
	s.seen += 64
	target := s.floor + (2.3-s.floor)*math.Exp(-float64(s.step)/s.speed)
	if lr > 0.01 { // nobody's loss survives that
		target += 20 * lr
	}
	s.loss = max(0.01, s.loss+0.2*(target-s.loss)+0.02*s.noise())
	for i := range s.utilization {
		s.utilization[i] = min(1, max(0.3, s.utilization[i]+0.02*s.noise()))
	}
	for i := range s.cpu {
		s.cpu[i] = min(100, max(2, s.cpu[i]+3*s.noise()))
	}
}

func (s *simulation) epoch() int { return (s.step-1)/stepsPerEpoch + 1 }

func (s *simulation) stepBar() fact {
	within := float64((s.step-1)%stepsPerEpoch + 1)
	return bar{"step", within, stepsPerEpoch, fmt.Sprintf("batch %d", s.step), 2.5}
}

func (s *simulation) gradNorm() fact {
	y := math.Abs(1.2 + 0.2*s.noise() + s.loss/3)
	if s.step == s.nanAt+s.nanAt%2 { // this curve has even steps only
		y = math.NaN()
	}
	return point{"grad_norm", float64(s.step), y}
}

// evaluate is pure, so that asking does not change what comes.
func (s *simulation) evaluate(split string) (loss, accuracy float64) {
	gap := map[string]float64{"train": 0, "val": 0.06, "test": 0.08}[split]
	loss = s.loss*1.05 + gap
	return loss, max(0.1, min(0.99, 1-loss/2.6))
}

func (s *simulation) endOfEpoch() []fact {
	loss, accuracy := s.evaluate("val")
	x := float64(s.step)
	return []fact{
		point{"val_loss", x, loss},
		point{"accuracy", x, accuracy},
		bar{"epoch", float64(s.epoch()), epochs, fmt.Sprintf("epoch %d", s.epoch()), 0.025},
		picture{"confusion", s.step, s.confusion(accuracy)},
		logLine{"ok", whomEval, fmt.Sprintf("epoch %d/%d: val_loss %.4f accuracy %.2f%%", s.epoch(), epochs, loss, 100*accuracy)},
	}
}

func (s *simulation) hyperparameters() map[string]any {
	return map[string]any{
		"lr": s.base, "epochs": epochs, "batch_size": 64, "seed": s.index,
		"optimizer": map[string]any{"name": "adamw", "betas": []float64{0.9, 0.999}, "weight_decay": 0.01},
		"model":     map[string]any{"name": "resnet18", "dropout": 0.1}, "augment": true, "resume_from": nil,
	}
}

func (s *simulation) config() map[string]any {
	return map[string]any{
		"name": s.name, "version": "demo", "dataset": "shapes-10", "output": "runs/" + s.name,
		"logging": map[string]any{"level": "INFO"},
	}
}

func (s *simulation) platform() map[string]any {
	return map[string]any{
		"username": "demo", "machine": "x86_64", "processor": "simulated", "os_name": "Linux",
		"os_release": "6.12.0", "python_version": "3.12.4", "hostname": s.host(),
	}
}

func (s *simulation) host() string { return fmt.Sprintf("trainer-%d", s.index%2+1) }

// hardware is the simulated machine at this step.
func (s *simulation) hardware() protocol.Hardware {
	const (
		ramTotal = 128_000 // MB
		gpuTotal = 24_576  // MiB
	)
	used := 42_000 + 200*float64(s.step%60)
	h := protocol.Hardware{
		RAM: protocol.RAM{
			Total: ramTotal, Used: protocol.Float(used),
			Available: protocol.Float(ramTotal - used), Free: protocol.Float(ramTotal - used - 8_000),
		},
		Machine: &protocol.Machine{ID: "demo-" + s.host(), Host: s.host()},
	}
	for i, percent := range s.cpu {
		h.CPUs = append(h.CPUs, protocol.CPU{
			ID: i, Percentage: protocol.Float(round(percent)), Frequency: [3]float64{2600 + 10*round(percent), 800, 3600},
		})
	}
	for i, load := range s.utilization {
		memory := math.Round(gpuTotal * (0.55 + 0.2*load))
		h.GPUs = append(h.GPUs, protocol.GPU{
			ID: i, Name: "Simulated GPU 24GB", Load: protocol.Float(round(load)),
			MemoryUtil:  protocol.Float(round(memory / gpuTotal)),
			MemoryTotal: gpuTotal, MemoryUsed: protocol.Float(memory), MemoryFree: protocol.Float(gpuTotal - memory),
			Temperature: protocol.Float(math.Round(48 + 28*load)), Driver: "demo",
		})
	}
	return h
}

// round keeps three places.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }
