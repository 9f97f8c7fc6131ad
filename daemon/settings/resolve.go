package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

const (
	envPrefix   = "NEETBOX_TUI_"
	configName  = "config"
	projectFile = "neetbox.toml"
)

// maxWarnings bounds how many unknown keys of one file are named.
const maxWarnings = 10

// Resolve finds the values that hold, where each came from, and what should be
// told to a person, one sentence each.
//
// The error is a [*ValueError] or a [*FileError], both of them wrong usage; the
// settings are then not to be used. "config" and "state-dir" have origins as
// well, though they are not among [Names].
func Resolve(in Inputs) (Settings, Origins, []string, error) {
	r := &resolver{in: in, env: environment(in.Env), s: defaults(), origins: Origins{}}
	for _, k := range keys() {
		r.origins[k.name] = Source{}
	}
	r.directories()
	user, err := r.userConfig()
	if err != nil {
		return Settings{}, nil, nil, err
	}
	project := r.project()
	for _, k := range keys() {
		if err := r.resolve(k, user, project); err != nil {
			return Settings{}, nil, nil, err
		}
	}
	if err := r.ports(); err != nil {
		return Settings{}, nil, nil, err
	}
	r.color()
	r.strangeVariables()
	return r.s, r.origins, r.warnings, nil
}

// resolver is one call of Resolve.
type resolver struct {
	in       Inputs
	env      map[string]string
	s        Settings
	origins  Origins
	warnings []string
	named    bool // somebody named the user config
}

// environment reads "NAME=value"; of one name the first counts, as for getenv(3).
func environment(list []string) map[string]string {
	env := map[string]string{}
	for _, item := range list {
		name, value, ok := strings.Cut(item, "=")
		if _, have := env[name]; ok && value != "" && !have {
			env[name] = value
		}
	}
	return env
}

func (r *resolver) warn(format string, args ...any) {
	r.warnings = append(r.warnings, printable(fmt.Sprintf(format, args...)))
}

// candidate is one source's say about a setting.
type candidate struct {
	text   string
	source Source
	base   string // what a relative path is relative to
}

// resolve applies what the sources say about one setting, weakest first, so that
// every mistake in a file is told, also one without effect.
func (r *resolver) resolve(k key, user, project document) error {
	fixed := r.in.Debug && (k.name == "port" || k.name == "ws-port")
	if e, ok := user.find(k.name); ok && !fixed {
		c := candidate{e.text, Source{UserConfig, e.place}, filepath.Dir(r.s.ConfigFile)}
		if err := r.fromFile(k, c, e.plain, r.named); err != nil {
			return err
		}
	}
	if e, ok := projectValue(project, k.name); ok && !fixed {
		c := candidate{e.text, Source{ProjectFile, e.place}, filepath.Dir(r.s.ProjectFile)}
		if err := r.fromFile(k, c, e.plain, false); err != nil {
			return err
		}
	}
	if text, ok := r.in.Flags[k.name]; ok {
		return r.apply(k, candidate{text, Source{Flag, "--" + k.name}, r.in.Dir})
	}
	if text, ok := r.env[Variable(k.name)]; ok && !fixed {
		return r.apply(k, candidate{text, Source{Environment, Variable(k.name)}, r.in.Dir})
	}
	return nil
}

// fromFile applies a value of a file; a mistake is an error only in a file that
// somebody named.
func (r *resolver) fromFile(k key, c candidate, plain, named bool) error {
	var err error
	if plain {
		err = r.apply(k, c)
	} else {
		err = &ValueError{Key: k.name, Value: c.text, Source: c.source, Want: k.want}
	}
	if err != nil && !named {
		r.warn("%v; it is passed over", err)
		return nil
	}
	return err
}

func (r *resolver) apply(k key, c candidate) error {
	text := c.text
	if k.path && text != "" {
		text = r.absolute(text, c.base)
	}
	if !k.set(&r.s, text) {
		return &ValueError{Key: k.name, Value: c.text, Source: c.source, Want: k.want}
	}
	r.origins[k.name] = c.source
	return nil
}

// absolute resolves a path at once: the daemon may live in another directory. A
// leading "~/" is the home directory, since no shell reads files or variables.
func (r *resolver) absolute(path, base string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}

// userConfig reads the user config, or the file that stands in for it.
func (r *resolver) userConfig() (document, error) {
	source := Source{}
	if path, ok := r.in.Flags[configName]; ok {
		r.s.ConfigFile, source = path, Source{Flag, "--" + configName}
	} else if path, ok := r.env[Variable(configName)]; ok {
		r.s.ConfigFile, source = path, Source{Environment, Variable(configName)}
	}
	r.origins[configName] = source
	if r.named = source.Kind != Default; r.named {
		if r.s.ConfigFile == "" {
			return document{}, &ValueError{Key: configName, Source: source, Want: "a file"}
		}
		r.s.ConfigFile = r.absolute(r.s.ConfigFile, r.in.Dir)
	}
	doc, err := r.read(r.s.ConfigFile)
	var broken *brokenError
	switch {
	case err == nil:
		r.strangeKeys(doc)
		return doc, nil
	case r.named:
		at := r.s.ConfigFile
		if errors.As(err, &broken) {
			at = broken.place
		}
		return document{}, &FileError{Path: at, Source: source, Err: err}
	case errors.As(err, &broken):
		r.warn("read settings from %s: %v; all of that file is passed over", broken.place, err)
	case !errors.Is(err, fs.ErrNotExist):
		r.warn("read settings from %s: %v; that file is passed over", r.s.ConfigFile, err)
	}
	return document{}, nil
}

func (r *resolver) read(path string) (document, error) {
	data, err := readFile(path)
	if err != nil {
		return document{}, err
	}
	return parse(path, data)
}

// strangeKeys warns of keys of the user config that are no settings.
func (r *resolver) strangeKeys(doc document) {
	known := Names()
	isKnown := map[string]bool{}
	for _, name := range known {
		isKnown[name] = true
	}
	strange := 0
	for _, e := range doc.entries {
		if isKnown[e.key] {
			continue
		}
		if strange++; strange > maxWarnings {
			continue
		}
		if near, ok := nearest(e.key, known); ok {
			r.warn("%s: %q is no setting; did you mean %q?", e.place, e.key, near)
		} else {
			r.warn("%s: %q is no setting; `neetbox-tui config show` lists them", e.place, e.key)
		}
	}
	if more := strange - maxWarnings; more > 0 {
		r.warn("%s: %d more keys are no settings", r.s.ConfigFile, more)
	}
}

// strangeVariables warns of variables that look like a misspelt setting, and of
// no others: they may be meant for something else.
func (r *resolver) strangeVariables() {
	var known []string
	for _, name := range append(Names(), configName) {
		known = append(known, Variable(name))
	}
	for _, item := range r.in.Env {
		name, value, _ := strings.Cut(item, "=")
		if value == "" || !strings.HasPrefix(name, envPrefix) {
			continue
		}
		near, ok := nearest(name, known)
		if d := distance(name, near); ok && d > 0 && d <= 2 {
			r.warn("%s is no setting; did you mean %s?", name, near)
		}
	}
}

// ports settles what the ports mean for one another.
func (r *resolver) ports() error {
	if err := r.webSocketPort(); err != nil {
		return err
	}
	compat := r.origins["compat-port"]
	// A second daemon, started at a port of its own, must not look as if it were
	// the one that released clients find by themselves.
	if compat.Kind == Default && r.origins["port"].Kind == Flag {
		r.s.CompatPort = 0
		r.origins["compat-port"] = r.origins["port"]
		return nil
	}
	if c := r.s.CompatPort; c != 0 && overlap(c, c+1, r.s.Port, r.s.WSPort) {
		// Projects of released clients often name that very port.
		r.s.CompatPort = 0
		if compat.Kind != Default {
			r.warn("%s: ports %d and %d are the daemon's own already; compat-port is off", compat, c, c+1)
		}
		r.origins["compat-port"] = r.origins["port"]
	}
	return nil
}

// webSocketPort is the one after the REST port unless something that is not
// weaker than what set the REST port says otherwise: --port alone moves both.
func (r *resolver) webSocketPort() error {
	rest, ws := r.origins["port"], r.origins["ws-port"]
	if ws.Kind == Default || ws.Kind < rest.Kind {
		if r.s.Port == maxPort {
			return r.impossiblePair(&ValueError{
				Key: "port", Value: strconv.Itoa(maxPort), Source: rest,
				Want: "at most 65534, because the WebSocket port is the next one, unless --ws-port is given",
			})
		}
		r.s.WSPort = r.s.Port + 1
		r.origins["ws-port"] = rest
		return nil
	}
	if r.s.WSPort == r.s.Port {
		return r.impossiblePair(&ValueError{
			Key: "ws-port", Value: strconv.Itoa(r.s.WSPort), Source: ws,
			Want: "another port than port",
		})
	}
	return nil
}

// impossiblePair is the error of two ports that do not go together; when a file
// that was merely found is to blame, the default pair counts instead.
func (r *resolver) impossiblePair(err *ValueError) error {
	if kind := err.Source.Kind; kind > ProjectFile || kind == UserConfig && r.named {
		return err
	}
	r.warn("%v; the default ports count", err)
	fallback := defaults()
	r.s.Port, r.s.WSPort = fallback.Port, fallback.WSPort
	r.origins["port"], r.origins["ws-port"] = Source{}, Source{}
	return nil
}

func overlap(a, b, c, d int) bool { return a == c || a == d || b == c || b == d }

// color lets the variables that many programs know decide what is left to be
// decided. See no-color.org and bixense.com/clicolors.
func (r *resolver) color() {
	if r.s.Color != "auto" {
		return
	}
	if r.env["NO_COLOR"] != "" {
		r.s.Color, r.origins["color"] = "never", Source{Environment, "NO_COLOR"}
		return
	}
	for _, name := range []string{"CLICOLOR_FORCE", "FORCE_COLOR"} {
		if on := r.env[name]; on != "" && on != "0" && on != "false" {
			r.s.Color, r.origins["color"] = "always", Source{Environment, name}
			return
		}
	}
}

// project finds and reads the nearest neetbox.toml.
func (r *resolver) project() document {
	path, ok := findUp(r.in.Dir, projectFile)
	if !ok {
		return document{}
	}
	doc, err := r.read(path)
	if err != nil {
		at := path
		if broken, ok := errors.AsType[*brokenError](err); ok {
			at = broken.place
		}
		r.warn("read %s: %v; all of that file is passed over", at, err)
		return document{}
	}
	r.s.ProjectFile = path
	for _, key := range []string{"daemon.displayName", "client.displayName", "name"} {
		// The wire of the first releases carries the display name where there is one.
		if e, ok := doc.find(key); ok && e.plain && e.text != "" && len(e.text) <= protocol.MaxName {
			r.s.Project = e.text
			break
		}
	}
	for _, key := range []string{"host", "port"} {
		d, okD := doc.find("daemon." + key)
		c, okC := doc.find("client." + key)
		if okD && okC && d.text != c.text {
			r.warn("%s: %s of [daemon] counts; [client] has another at %s", d.place, key, c.place)
		}
	}
	return doc
}

// projectValue is what neetbox.toml says about a setting. An empty host is what
// some releases write for "none".
func projectValue(doc document, name string) (entry, bool) {
	if name != "host" && name != "port" {
		return entry{}, false
	}
	for _, table := range []string{"daemon.", "client."} {
		if e, ok := doc.find(table + name); ok && e.text != "" {
			return e, true
		}
	}
	return entry{}, false
}

// findUp looks for a regular file in dir and its parents.
func findUp(dir, name string) (string, bool) {
	if !filepath.IsAbs(dir) {
		return "", false
	}
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}
