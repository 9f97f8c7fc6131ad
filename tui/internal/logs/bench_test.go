package logs

import (
	"testing"

	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func benchPane(b *testing.B) *Pane {
	p := New(themetest.New(b, termenv.TrueColor, theme.Braille), keys.Default(), Options{})
	p.SetNow(began())
	p.SetSize(200, 60)
	p.SetFocused(true)
	p.Reset("bert", "r1", "green-fox-12")
	p.Prepend(training(1, 10_000), true)
	b.ReportAllocs()
	return p
}

func BenchmarkAppend1000(b *testing.B) {
	p := benchPane(b)
	batch := training(10_001, 1000)
	next := batch[0].Seq
	for b.Loop() {
		for i := range batch {
			batch[i].Seq = next
			next++
		}
		p.Append(batch)
	}
}

func BenchmarkView(b *testing.B) {
	for _, tt := range []struct{ name, keys string }{
		{"following", ""}, {"wrapped", "w"}, {"paused", "pgup pgup"}, {"searched", "/ 'o' enter"}, {"searched and wrapped", "w / 'o' enter"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			p := benchPane(b)
			press(p, tt.keys)
			for b.Loop() {
				p.changed(false)
				p.View()
			}
		})
	}
	b.Run("wrapped anew", func(b *testing.B) {
		p := benchPane(b)
		press(p, "w")
		for b.Loop() {
			p.changed(true)
			p.View()
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		p := benchPane(b)
		for b.Loop() {
			p.View()
		}
	})
}

func BenchmarkSearch10000(b *testing.B) {
	for _, source := range []string{"loss 1.9", "skipping", "Skipping", "/nan.*batch/", "e"} {
		b.Run(source, func(b *testing.B) {
			p := benchPane(b)
			q, err := parseQuery(source)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				p.shown.search(q)
			}
		})
	}
}

func BenchmarkPrepend1000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := New(themetest.New(b, termenv.TrueColor, theme.Braille), keys.Default(), Options{Lines: 20_000})
		p.Append(training(5000, 10_000))
		page := training(4000, 1000)
		b.StartTimer()
		p.Prepend(page, false)
	}
}
