// Command picture makes the pictures of this project's documents, so that none
// of them shows what the program doesn't: it builds the executable, runs it on a
// terminal without a window, presses keys, and writes what the screen shows as
// SVG.
//
//	go run ./tests/picture [-out DIR] [-binary FILE] [-list]
//
// The program runs with its own simulated work, in directories of its own that
// are gone afterwards. The file of a screen depends on nothing but the screen;
// what is on it is alive, so two runs make different pictures.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// module is what is built.
const module = "apps.local/neetbox-tui"

// atMost bounds the size of a file: a document with a slow picture is slow.
const atMost = 60 << 10

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	out := flag.String("out", filepath.Join("assets", "pictures"), "write the pictures to `DIR`")
	binary := flag.String("binary", "", "picture this `FILE` instead of building the module")
	list := flag.Bool("list", false, "only name the pictures")
	flag.Parse()
	if *list {
		for _, p := range pictures() {
			fmt.Printf("%s\t%dx%d\t%s\n", p.file, p.columns, p.rows, p.shows)
		}
		stop()
		return
	}
	if err := makeAll(ctx, *binary, *out); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		stop()
		os.Exit(1)
	}
	stop()
}

// makeAll writes every picture of the program to a directory. No program means
// that it is built.
func makeAll(ctx context.Context, program, out string) error {
	work, err := os.MkdirTemp("", "picture")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if program == "" {
		program = filepath.Join(work, "neetbox-tui")
		build := exec.CommandContext(ctx, "go", "build", "-o", program, module)
		if said, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the program: %w\n%s", err, said)
		}
	} else if program, err = filepath.Abs(program); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, p := range pictures() {
		home, err := os.MkdirTemp(work, "home")
		if err != nil {
			return err
		}
		text, err := p.take(ctx, program, home)
		if err != nil {
			return fmt.Errorf("take %s: %w", p.file, err)
		}
		if len(text) > atMost {
			return fmt.Errorf("%s is %d bytes, more than %d", p.file, len(text), atMost)
		}
		path := filepath.Join(out, p.file)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
		fmt.Printf("%s\t%d bytes\n", path, len(text))
	}
	return nil
}

// take plays the picture's scene and returns it as SVG.
func (p picture) take(ctx context.Context, program, home string) (string, error) {
	const patience = 2 * time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := open(ctx, home, p.columns, p.rows, program, "--demo")
	if err != nil {
		return "", err
	}
	defer s.close()
	if err := p.scene(ctx, s); err != nil {
		return "", err
	}
	now := s.terminal.screen()
	now.title = p.shows
	return svg(now), nil
}
