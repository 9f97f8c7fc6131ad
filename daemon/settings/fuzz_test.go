package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apps.local/neetbox-tui/daemon/settings"
)

func FuzzResolve_FoundFilesNeverStopTheStart(f *testing.F) {
	f.Add("name = 'x'\n[daemon]\nport = 5000\nhost = '::'", "port = 6000\nallow = ['a']\n")
	f.Add("daemon = { host = { a = 1 }, port = 1 }", "[[a]]\nb.c.d.e.f.g = 1\n'' = 2")
	f.Add("[a.b.c.d.e.f]\n g=1", "port = 65535\nws-port = 65535")
	f.Add("daemon.port = 1\n[client]\nport=2\n\"\\u001b\" = nan", "x = 1979-05-27T07:32:00Z\ny = inf\nport = 0xFFFFFFFFFF")
	f.Fuzz(func(t *testing.T, project, config string) {
		dir := t.TempDir()
		for name, content := range map[string]string{"neetbox.toml": project, "config.toml": config} {
			if err := os.MkdirAll(filepath.Join(dir, "neetbox-tui"), 0o700); err != nil {
				t.Fatal(err)
			}
			if name == "config.toml" {
				name = filepath.Join("neetbox-tui", name)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, _, warnings, err := settings.Resolve(settings.Inputs{Dir: dir, Env: []string{"XDG_CONFIG_HOME=" + dir}})
		if err != nil {
			t.Fatalf("error %v", err)
		}
		for _, p := range []int{got.Port, got.WSPort} {
			if p < 1 || p > 65535 {
				t.Errorf("port %d", p)
			}
		}
		if got.Port == got.WSPort || got.Host == "" {
			t.Errorf("%s, ports %d and %d", got.Host, got.Port, got.WSPort)
		}
		for _, w := range warnings {
			if strings.ContainsAny(w, "\x1b\n\r\x07") {
				t.Errorf("warning %q", w)
			}
		}
	})
}

func FuzzSetText_WrittenValueReadsBack(f *testing.F) {
	for _, name := range settings.Names() {
		f.Add(name, "1")
		f.Add(name, "size=3GB,age=5d")
		f.Add(name, "10.0.0.1,fe80::1%eth0")
		f.Add(name, "1h30m")
		f.Add(name, "[[")
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		first, ok := settings.SetText(name, text)
		if !ok {
			return
		}
		if again, ok := settings.SetText(name, first); !ok || again != first {
			t.Errorf("%s: %q became %q, then %q, %v", name, text, first, again, ok)
		}
	})
}

func TestResolve_LargeFileIsNotRead(t *testing.T) {
	w := newWorld(t)
	got, _, warnings, err := w.resolve(t, given{project: "[daemon]\nport = 7\n" + numbered("k", 20_000)})
	if err != nil || got.Port != 5000 {
		t.Fatalf("port %d, %v", got.Port, err)
	}
	checkWarnings(t, warnings, "larger than 64 KiB")
}

func TestParse_KeysOfHostileSizeArePassedOver(t *testing.T) {
	long := strings.Repeat("a", 10_000)
	for name, data := range map[string]string{
		"long table name": "[" + long + "]\n" + numbered("k", 100),
		"deep table":      "[" + strings.Repeat("a.", 5_000) + "a]\n" + numbered("k", 100),
		"deep inline":     "a = { b = { c = { d = { e = 1 } } } }",
	} {
		if n, err := settings.ParseEntries([]byte(data + "\n[b]\nc = 1\n")); err != nil || n != 1 {
			t.Errorf("%s: %d values, %v; want the one that is short", name, n, err)
		}
	}
}

func numbered(prefix string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(prefix)
		for ; i > 0; i /= 10 {
			b.WriteByte(byte('0' + i%10))
		}
		b.WriteString("=1\n")
	}
	return b.String()
}

func TestNearest(t *testing.T) {
	names := settings.Names()
	for s, want := range map[string]string{
		"prot": "port", "ws_port": "ws-port", "wsport": "ws-port", "readonly": "read-only", "colour": "color",
		"data_dir": "data-dir", "x": "", "something-else": "", "compat": "",
	} {
		if got, _ := settings.Nearest(s, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", s, got, want)
		}
	}
	if d := settings.Distance("kitten", "sitting"); d != 3 {
		t.Errorf("Distance = %d, want 3", d)
	}
}
