package tests

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path that this project's packages begin with.
const module = "apps.local/neetbox-tui"

// architecture says which packages of this project each of them may import: the
// protocol is below everything, the daemon and the dashboard know nothing of each
// other, and only main knows both. A package that is not in the table is not part
// of the architecture yet, and fails.
//
// Names are relative to the module; "" is main.
func architecture() map[string][]string {
	// A pane gets plain values and returns messages.
	pane := []string{
		"protocol", "tui/internal/ink", "tui/internal/keys", "tui/internal/layout", "tui/internal/pane", "tui/internal/text", "tui/internal/theme",
	}
	// Text is typed in some of them.
	typed := append(slices.Clone(pane), "tui/internal/line")
	return map[string][]string{
		"": {
			"daemon", "daemon/attach", "daemon/report/demo", "daemon/settings", "protocol", "tui", "tui/command", "tui/quiet",
		},
		"protocol": nil,
		"sysinfo":  nil,

		"daemon": {
			"daemon/internal/guard", "daemon/internal/hub", "daemon/internal/lockfile", "daemon/internal/rest",
			"daemon/internal/store", "daemon/internal/ws", "protocol", "sysinfo",
		},
		"daemon/attach":            {"daemon/internal/lockfile", "protocol"},
		"daemon/settings":          {"protocol"},
		"daemon/report":            {"protocol", "sysinfo"},
		"daemon/report/demo":       {"daemon/report", "protocol", "sysinfo"},
		"daemon/internal/framelog": nil,
		"daemon/internal/guard":    {"protocol"},
		"daemon/internal/hub":      {"daemon/internal/framelog", "daemon/internal/saved", "protocol"},
		"daemon/internal/lockfile": nil,
		"daemon/internal/rest":     {"daemon/internal/guard", "protocol"},
		"daemon/internal/saved":    {"protocol"},
		"daemon/internal/store":    {"daemon/internal/saved", "protocol"},
		// The same promises for every history, checked by whoever tests one.
		"daemon/internal/store/storetest": {"protocol"},
		"daemon/internal/ws":              {"daemon/internal/hub", "protocol"},

		"tui": {
			"protocol", "tui/link", "tui/internal/edit", "tui/internal/gauges", "tui/internal/help", "tui/internal/keys", "tui/internal/layout",
			"tui/internal/logs", "tui/internal/palette", "tui/internal/pane", "tui/internal/receipts", "tui/internal/runs",
			"tui/internal/sheet", "tui/internal/term", "tui/internal/text", "tui/internal/theme",
		},
		"tui/command":           {"protocol", "tui/internal/text", "tui/link"},
		"tui/quiet":             nil,
		"tui/link":              {"protocol"},
		"tui/internal/keys":     nil,
		"tui/internal/layout":   nil,
		"tui/internal/term":     nil,
		"tui/internal/text":     nil,
		"tui/internal/theme":    nil,
		"tui/internal/pane":     {"tui/internal/keys", "tui/internal/layout", "tui/internal/text", "tui/internal/theme"},
		"tui/internal/line":     {"tui/internal/keys", "tui/internal/text", "tui/internal/theme"},
		"tui/internal/edit":     typed,
		"tui/internal/gauges":   pane,
		"tui/internal/help":     pane,
		"tui/internal/ink":      {"tui/internal/text"},
		"tui/internal/logs":     pane,
		"tui/internal/palette":  typed,
		"tui/internal/receipts": pane,
		"tui/internal/runs":     pane,
		"tui/internal/sheet":    pane,
		// The default look, for the tests of what is drawn.
		"tui/internal/theme/themetest": {"tui/internal/theme"},

		"tests":         {"protocol"},
		"tests/load":    {"protocol", "tests/measure"},
		"tests/measure": nil,
		"tests/paint":   {"tests/measure", "tui/quiet"},
		"tests/picture": {"protocol"},
	}
}

// arrow is an import that must not be, in the words that a person who adds it
// should read. Both ends are import paths, and so is everything below them.
type arrow struct {
	from, to string
	direct   bool // only the import itself; otherwise also through other packages
	why      string
}

// forbidden are the arrows that the table leaves out on purpose.
func forbidden() []arrow {
	own := func(name string) string { return module + "/" + name }
	arrows := []arrow{
		{own("tui"), own("daemon"), false, "the dashboard is one frontend among others and has no private way into the daemon; main hands it what finds one"},
		{own("daemon"), own("tui"), false, "a daemon serves frontends that it knows nothing of"},
		{own("daemon"), "github.com/charmbracelet", false, "a daemon has no screen, and the library asks the terminal while it loads"},
		{own("tui"), "database/sql", true, "what was is asked of the daemon, which alone has the history"},
		{own("tui"), "zombiezen.com", false, "the same: a frontend opens no database"},
		{own("tui"), own("sysinfo"), false, "hardware is sampled by one owner in the daemon and comes over the wire: two readers disturb each other's rates"},
		{own("daemon/internal/hub"), own("daemon/internal/store"), false, "the live path never waits for the disk: what records is handed in, and may fail"},
		{own("daemon/internal/hub"), own("daemon/internal/ws"), false, "the hub takes events, not bytes, so that its rules can be tested without sockets"},
		{own("daemon/internal/hub"), own("daemon/internal/rest"), false, "who is here does not depend on who asks"},
		{own("daemon/internal/store"), own("daemon/internal/hub"), false, "history is told what happened and asks nobody"},
		{own("daemon/internal/rest"), own("daemon/internal/store"), false, "routes read through small interfaces, so that another history can stand behind them"},
		{own("daemon/report"), own("daemon/internal"), false, "a run reports over the wire as any client does"},
		{own("protocol"), module, true, "the wire is below everything: it knows nothing of who speaks it"},
		{own("protocol"), "net/http", true, "the wire says what crosses a socket, not how one is opened"},
		{own("sysinfo"), own("protocol"), false, "a reading of this machine is no wire format; who sends it translates"},
		{own("tui/link"), own("tui/internal"), false, "the dashboard's client of the daemon draws nothing"},
		{own("tui/command"), own("tui/internal/pane"), false, "commands print plain text, without a screen"},
	}
	panes := []string{"edit", "gauges", "help", "logs", "palette", "receipts", "runs", "sheet"}
	for _, a := range panes {
		arrows = append(arrows, arrow{
			own("tui/internal/" + a), own("tui/link"), false,
			"a pane gets plain values, so that it can be drawn and tested without a daemon",
		})
		for _, b := range panes {
			if a != b {
				arrows = append(arrows, arrow{
					own("tui/internal/" + a), own("tui/internal/" + b), false,
					"panes don't know each other: what one wants of another goes as a message through the root",
				})
			}
		}
	}
	return arrows
}

// listed is what the go command knows of a package.
type listed struct {
	ImportPath string
	Doc        string // first sentence of the package comment
	Standard   bool
	Imports    []string
}

// packages lists this module's packages and all that they depend on, for one
// system.
func packages(t *testing.T, system string) map[string]listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Doc,Standard,Imports", module+"/...")
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
	var problems strings.Builder
	cmd.Stderr = &problems
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v\n%s", err, problems.String())
	}
	found := map[string]listed{}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[p.ImportPath] = p
	}
}

// within reports whether path is root or below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

func TestImports_FollowTheArchitecture(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux", "darwin", "windows"} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			all := packages(t, system)
			checkTable(t, all)
			checkArrows(t, all)
			checkProtocol(t, all[module+"/protocol"], all)
		})
	}
}

// checkTable compares the imports of each package with the table.
func checkTable(t *testing.T, all map[string]listed) {
	t.Helper()
	table := architecture()
	for path, p := range all {
		if !within(path, module) {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		allowed, known := table[name]
		if !known {
			t.Errorf("package %q is not in the table of the architecture: add it with what it may import", name)
			continue
		}
		for _, imported := range p.Imports {
			own, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.Contains(allowed, own) {
				t.Errorf("%q imports %q, which the table does not allow", name, own)
			}
		}
	}
	for name := range table {
		if _, there := all[strings.TrimSuffix(module+"/"+name, "/")]; !there {
			t.Errorf("the table has %q, which is no package any more", name)
		}
	}
}

// checkArrows looks for imports that must not be, and shows the way they came.
func checkArrows(t *testing.T, all map[string]listed) {
	t.Helper()
	for _, a := range forbidden() {
		for path := range all {
			if !within(path, a.from) {
				continue
			}
			if way := route(all, path, a); way != nil {
				t.Errorf("%s: %s", strings.Join(way, " → "), a.why)
			}
		}
	}
}

// route is the shortest way from a package to the forbidden end of an arrow.
func route(all map[string]listed, from string, a arrow) []string {
	before := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range all[queue[0]].Imports {
			if _, seen := before[next]; seen {
				continue
			}
			before[next] = queue[0]
			if within(next, a.to) && !within(next, a.from) {
				var way []string
				for at := next; at != ""; at = before[at] {
					way = append(way, at)
				}
				slices.Reverse(way)
				return way
			}
			if !a.direct {
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// checkProtocol holds the protocol to the standard library and one reader of
// JSON tokens, so that whoever speaks the wire can take it alone.
func checkProtocol(t *testing.T, p listed, all map[string]listed) {
	t.Helper()
	for _, imported := range p.Imports {
		if !all[imported].Standard && imported != "github.com/go-json-experiment/json/jsontext" {
			t.Errorf("protocol imports %s; the standard library and jsontext are all it may", imported)
		}
	}
}

func TestPackages_SayWhatTheyPromise(t *testing.T) {
	for path, p := range packages(t, "linux") {
		if within(path, module) && p.Doc == "" {
			t.Errorf("%s has no package comment", path)
		}
	}
}

func TestRoute_FindsWhatIsHiddenBehindOthers(t *testing.T) {
	all := map[string]listed{
		"m/a":     {Imports: []string{"m/b", "fmt"}},
		"m/b":     {Imports: []string{"m/c/deep"}},
		"m/c":     {},
		"m/cat":   {},
		"m/other": {Imports: []string{"m/cat"}},
	}
	for _, test := range []struct {
		name string
		from string
		a    arrow
		want string
	}{
		{"through another", "m/a", arrow{from: "m/a", to: "m/c"}, "m/a m/b m/c/deep"},
		{"only direct ones", "m/a", arrow{from: "m/a", to: "m/c", direct: true}, ""},
		{"a longer name is another package", "m/other", arrow{from: "m/other", to: "m/c"}, ""},
	} {
		if got := strings.Join(route(all, test.from, test.a), " "); got != test.want {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
}
