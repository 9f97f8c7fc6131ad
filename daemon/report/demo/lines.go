package demo

import (
	"fmt"
	"strings"
)

const crashReason = "CUDA out of memory: tried to allocate 512.00 MiB"

func (s *simulation) greeting() []fact {
	told := []fact{
		logLine{"info", whomMain, fmt.Sprintf("run %s, seed %d, 2 GPUs", s.name, s.index)},
		logLine{"debug", whomLoader, "workers=8 pin_memory=True prefetch_factor=4"},
		logLine{"", whomLoader, downloadBar()},
	}
	// How many files there are is not known before the last one.
	for n := 1; n <= 3; n++ {
		told = append(told, bar{"index files", float64(400 * n), 0, fmt.Sprintf("shard-%03d.tar", n), 900})
	}
	return append(told, logLine{"ok", whomLoader, "dataset shapes-10: 50,000 train, 5,000 val, 5,000 test"})
}

// downloadBar is a terminal's progress bar as it ends up in a log: many states in
// one line, each over the one before.
func downloadBar() string {
	var b strings.Builder
	for percent := 0; percent <= 100; percent += 20 {
		done := percent / 5
		fmt.Fprintf(&b, "\rDownloading weights: %3d%%|%s%s| %d/45M", percent,
			strings.Repeat("█", done), strings.Repeat(" ", 20-done), 45*percent/100)
	}
	return b.String()
}

// line is what a training says every few steps.
func (s *simulation) line() fact {
	text := fmt.Sprintf("epoch %d step %d loss %.4f lr %.2e %d img/s", s.epoch(), s.step, s.loss, s.lr(), 1100+s.rng.IntN(180))
	switch {
	case s.step%(logEvery*8) == 0:
		return logLine{"debug", whomTrainer, fmt.Sprintf("scaler scale=65536.0 growth_tracker=%d samples=%.0f", s.step, s.seen)}
	case s.step%(logEvery*5) == 0:
		return logLine{"info", whomTrainer, fmt.Sprintf("epoch %d step %d \x1b[1mloss \x1b[36m%.4f\x1b[0m", s.epoch(), s.step, s.loss)}
	case s.step%(logEvery*3) == 0:
		return logLine{"", whomMain, text}
	}
	return logLine{"info", whomTrainer, text}
}

// incident is a warning now and then, an error rarely, and one NaN.
func (s *simulation) incident() []fact {
	if s.step == s.nanAt {
		return []fact{logLine{"warning", whomTrainer, fmt.Sprintf("grad_norm is nan at step %d, skipping the update", s.step)}}
	}
	switch chance := s.rng.IntN(1000); {
	case chance < 12:
		s.warned++
		warnings := [...]string{
			"\x1b[33mdata loading takes 38% of the step\x1b[0m, consider more workers",
			"gradient overflow, loss scale halved to 32768.0",
			"GPU 1 is 12% slower than GPU 0",
		}
		return []fact{logLine{"warning", whomLoader, warnings[s.warned%len(warnings)]}}
	case chance < 15:
		return []fact{logLine{"error", whomLoader, traceback(s.rng.IntN(400))}}
	case chance < 17:
		return []fact{logLine{"mention", whomMain, fmt.Sprintf("@all best loss so far at step %d: %.4f", s.step, s.loss)}}
	}
	return nil
}

func traceback(shard int) string {
	return fmt.Sprintf(`sample skipped
Traceback (most recent call last):
  File "data/loader.py", line 118, in __getitem__
    image = decode(self.shards[shard].read(offset))
  File "data/decode.py", line 41, in decode
    raise CorruptSample(f"shard-{shard:03d}: bad checksum")
data.decode.CorruptSample: shard-%03d: bad checksum`, shard)
}

func (s *simulation) farewell(why string) []fact {
	return []fact{logLine{"info", whomMain, fmt.Sprintf("%s at step %d, last loss %.4f", why, s.step, s.loss)}}
}

func (s *simulation) crash() []fact {
	return []fact{logLine{"error", whomTrainer, "Traceback (most recent call last):\n  File \"train.py\", line 214, in <module>\n    trainer.fit(loader)\n  File \"train.py\", line 162, in step\n    loss.backward()\ntorch.cuda.OutOfMemoryError: " + crashReason}}
}
