package settings_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/daemon/settings"
)

// world is a temporary machine: a project directory below a root, and a config
// directory.
type world struct {
	root, dir, config string
}

func newWorld(t *testing.T) world {
	t.Helper()
	root := t.TempDir()
	w := world{root: root, dir: filepath.Join(root, "project", "deep"), config: filepath.Join(root, "config", "neetbox-tui", "config.toml")}
	for _, dir := range []string{w.dir, filepath.Dir(w.config)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w world) env(more ...string) []string {
	return append([]string{
		"XDG_CONFIG_HOME=" + filepath.Join(w.root, "config"),
		"XDG_DATA_HOME=" + filepath.Join(w.root, "data"),
		"XDG_STATE_HOME=" + filepath.Join(w.root, "state"),
	}, more...)
}

func (w world) project() string { return filepath.Join(w.root, "project", "neetbox.toml") }

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// given is what one test puts into the sources.
type given struct {
	flags           map[string]string
	env             []string
	project, config string
	debug           bool
}

func (w world) resolve(t *testing.T, g given) (settings.Settings, settings.Origins, []string, error) {
	t.Helper()
	if g.project != "" {
		write(t, w.project(), g.project)
	}
	if g.config != "" {
		write(t, w.config, g.config)
	}
	return settings.Resolve(settings.Inputs{Flags: g.flags, Env: w.env(g.env...), Dir: w.dir, Debug: g.debug})
}

func flags(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func TestResolve_Defaults(t *testing.T) {
	w := newWorld(t)
	got, from, warnings, err := w.resolve(t, given{})
	if err != nil || len(warnings) != 0 {
		t.Fatal(warnings, err)
	}
	want := settings.Settings{
		Host: "127.0.0.1", Port: 5000, WSPort: 5001,
		DataDir:    filepath.Join(w.root, "data", "neetbox-tui"),
		StateDir:   filepath.Join(w.root, "state", "neetbox-tui"),
		ConfigFile: w.config,
		Color:      "auto", LogLevel: "info", Glyphs: "auto", Listen: "127.0.0.1",
		Retention: settings.Retention{Size: 20 << 30, Age: 180 * 24 * time.Hour}, CompatPort: 20202,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range append(settings.Names(), "config", "state-dir") {
		if source, ok := from[name]; !ok || source.Kind != settings.Default {
			t.Errorf("%s comes from %v, %v", name, source, ok)
		}
	}
}

func TestResolve_StrongerSourceWins(t *testing.T) {
	const (
		project = "name = \"p\"\n[daemon]\nhost = \"h2\"\nport = 2000\n"
		config  = "# mine\nport = 1000\nhost = \"h1\"\n"
		env     = "NEETBOX_TUI_PORT=3000"
	)
	tests := []struct {
		name  string
		given given
		port  int
		kind  settings.Kind
		place string
	}{
		{"default", given{}, 5000, settings.Default, "default"},
		{"user config", given{config: config}, 1000, settings.UserConfig, "config.toml:2"},
		{"neetbox.toml over user config", given{config: config, project: project}, 2000, settings.ProjectFile, "neetbox.toml:4"},
		{"environment over neetbox.toml", given{config: config, project: project, env: []string{env}}, 3000, settings.Environment, "NEETBOX_TUI_PORT"},
		{"empty variable counts as none", given{config: config, env: []string{"NEETBOX_TUI_PORT="}}, 1000, settings.UserConfig, "config.toml:2"},
		{"flag over environment", given{config: config, project: project, env: []string{env}, flags: flags("port", "4000")}, 4000, settings.Flag, "--port"},
		{"flag over broken variable", given{env: []string{"NEETBOX_TUI_PORT=x"}, flags: flags("port", "4000")}, 4000, settings.Flag, "--port"},
		{"debug knows no files", given{config: config, project: project, env: []string{env}, debug: true}, 5000, settings.Default, "default"},
		{"debug knows the command line", given{project: project, debug: true, flags: flags("port", "4000")}, 4000, settings.Flag, "--port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, from, warnings, err := newWorld(t).resolve(t, tt.given)
			if err != nil || len(warnings) != 0 {
				t.Fatal(warnings, err)
			}
			if got.Port != tt.port || got.WSPort != tt.port+1 || from["port"].Kind != tt.kind || !strings.HasSuffix(from["port"].String(), tt.place) {
				t.Errorf("port %d, %d from %v (%v); want %d from %v", got.Port, got.WSPort, from["port"], from["port"].Kind, tt.port, tt.place)
			}
		})
	}
}

func TestResolve_EverySettingFromEverySource(t *testing.T) {
	values := map[string]string{
		"host": "10.0.0.7", "port": "6000", "ws-port": "6005", "data-dir": "/d", "no-daemon": "true", "read-only": "true",
		"color": "never", "log-level": "debug", "log-file": "/l", "linear": "true", "theme": "paper", "glyphs": "ascii",
		"listen": "0.0.0.0", "token-file": "/t", "allow": "10.0.0.0/8,192.168.1.7/32", "tls-cert": "/c", "tls-key": "/k",
		"retention": "size=1GiB,age=2d", "compat-port": "7000", "web-dir": "/w", "idle-exit": "2h0m0s",
	}
	if runtime.GOOS == "windows" {
		for _, name := range []string{"data-dir", "log-file", "token-file", "tls-cert", "tls-key", "web-dir"} {
			values[name] = `C:\x`
		}
	}
	for _, name := range settings.Names() {
		value, ok := values[name]
		if !ok {
			t.Errorf("%s has no value here", name)
			continue
		}
		quoted := "'" + value + "'"
		for kind, g := range map[settings.Kind]given{
			settings.Flag:        {flags: flags(name, value)},
			settings.Environment: {env: []string{settings.Variable(name) + "=" + value}},
			settings.UserConfig:  {config: name + " = " + quoted},
		} {
			got, from, warnings, err := newWorld(t).resolve(t, g)
			if err != nil || len(warnings) != 0 {
				t.Errorf("%s from %v: %v, %v", name, kind, warnings, err)
				continue
			}
			if got.Text(name) != value || from[name].Kind != kind {
				t.Errorf("%s = %q from %v, want %q from %v", name, got.Text(name), from[name], value, kind)
			}
		}
	}
}

func TestResolve_ConfigTakesTOMLsOwnTypes(t *testing.T) {
	got, _, warnings, err := newWorld(t).resolve(t, given{config: "no-daemon = true\nport = 0x1F40\nallow = ['10.1.2.3', '::1']\nidle-exit = 0\n"})
	if err != nil || len(warnings) != 0 {
		t.Fatal(warnings, err)
	}
	if !got.NoDaemon || got.Port != 8000 || got.Text("allow") != "10.1.2.3/32,::1/128" || got.IdleExit != 0 {
		t.Fatalf("got %+v", got)
	}
}

func TestResolve_ProjectFile(t *testing.T) {
	tests := []struct {
		name, toml    string
		project, host string
		port          int
		warning       string
	}{
		{"name alone", "name = 'bert'", "bert", "127.0.0.1", 5000, ""},
		{"first releases", "name = 'bert'\n[daemon]\nhost = 'localhost'\nport = 20202\ndisplayName = ''\nmode = 'detached'", "bert", "localhost", 20202, ""},
		{"display name is what the wire carries", "name = 'bert'\n[daemon]\ndisplayName = 'BERT large'", "BERT large", "127.0.0.1", 5000, ""},
		{"later releases", "name = 'bert'\n[client]\nhost = '10.0.0.1'\nport = 7000", "bert", "10.0.0.1", 7000, ""},
		{"inline table", "daemon = { host = 'a', port = 7 }", "", "a", 7, ""},
		{"dotted", "daemon.port = 9", "", "127.0.0.1", 9, ""},
		{"both, alike", "[daemon]\nport = 7\n[client]\nport = 7", "", "127.0.0.1", 7, ""},
		{"both, unlike", "[daemon]\nport = 7\n[client]\nport = 8", "", "127.0.0.1", 7, "neetbox.toml:4"},
		{"every address is this machine", "[daemon]\nhost = '0.0.0.0'", "", "127.0.0.1", 5000, ""},
		{"every IPv6 address too", "[daemon]\nhost = '::'", "", "127.0.0.1", 5000, ""},
		{"no host", "[daemon]\nhost = ''", "", "127.0.0.1", 5000, ""},
		{"IPv6 in brackets", "[daemon]\nhost = '[fd00::1]'", "", "fd00::1", 5000, ""},
		{"broken", "name = 'x'\n[daemon\nport = 7", "", "127.0.0.1", 5000, "neetbox.toml:2"},
		{"port that is none", "name = 'x'\n[daemon]\nport = 70000", "x", "127.0.0.1", 5000, "neetbox.toml:3: port is \"70000\"; it must be a port from 1 to 65535"},
		{"port of another type", "[daemon]\nport = [1]", "", "127.0.0.1", 5000, "neetbox.toml:2"},
		{"list of tables", "[[daemon]]\nport = 7", "", "127.0.0.1", 5000, ""},
		{"other keys are its own business", "version = 1\n[logging]\nlevel = 'INFO'", "", "127.0.0.1", 5000, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, warnings, err := newWorld(t).resolve(t, given{project: tt.toml})
			if err != nil {
				t.Fatal(err)
			}
			if got.Project != tt.project || got.Host != tt.host || got.Port != tt.port {
				t.Errorf("project %q at %s:%d, want %q at %s:%d", got.Project, got.Host, got.Port, tt.project, tt.host, tt.port)
			}
			checkWarnings(t, warnings, tt.warning)
		})
	}
}

// checkWarnings wants one warning that holds want, or none for "".
func checkWarnings(t *testing.T, warnings []string, want string) {
	t.Helper()
	if want == "" {
		if len(warnings) != 0 {
			t.Errorf("warnings %q, want none", warnings)
		}
		return
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], want) {
		t.Errorf("warnings %q, want one with %q", warnings, want)
	}
}

func TestResolve_NearestProjectFileCounts(t *testing.T) {
	w := newWorld(t)
	write(t, filepath.Join(w.dir, "neetbox.toml"), "name = 'near'")
	got, _, _, err := w.resolve(t, given{project: "name = 'far'"})
	if err != nil || got.Project != "near" || got.ProjectFile != filepath.Join(w.dir, "neetbox.toml") {
		t.Fatalf("project %q of %s, %v", got.Project, got.ProjectFile, err)
	}
}

func TestResolve_Ports(t *testing.T) {
	tests := []struct {
		name             string
		given            given
		port, ws, compat int
		err, warning     string
	}{
		{"WebSocket port of its own", given{flags: flags("ws-port", "9000")}, 5000, 9000, 20202, "", ""},
		{"--port moves both", given{config: "port = 6000\nws-port = 6005", flags: flags("port", "7000")}, 7000, 7001, 0, "", ""},
		{"ws-port of the same source", given{config: "port = 6000\nws-port = 6005"}, 6000, 6005, 20202, "", ""},
		{"no port after the last", given{flags: flags("port", "65535")}, 0, 0, 0, "--port: port is \"65535\"", ""},
		{"last port with another WebSocket port", given{flags: flags("port", "65535", "ws-port", "65534")}, 65535, 65534, 0, "", ""},
		{"twice the same", given{flags: flags("port", "7000", "ws-port", "7000")}, 0, 0, 0, "--ws-port", ""},
		{"compat off with an explicit --port", given{flags: flags("port", "5000")}, 5000, 5001, 0, "", ""},
		{"compat on with a port from elsewhere", given{env: []string{"NEETBOX_TUI_PORT=6000"}}, 6000, 6001, 20202, "", ""},
		{"both explicit", given{flags: flags("port", "6000", "compat-port", "20202")}, 6000, 6001, 20202, "", ""},
		{"compat off", given{flags: flags("compat-port", "0")}, 5000, 5001, 0, "", ""},
		{"the daemon's own ports already", given{project: "[daemon]\nport = 20202"}, 20202, 20203, 0, "", ""},
		{"overlap by one", given{project: "[daemon]\nport = 20201"}, 20201, 20202, 0, "", ""},
		{"overlap on purpose", given{flags: flags("compat-port", "5001")}, 5000, 5001, 0, "", "compat-port is off"},
		{"compat port without a next", given{flags: flags("compat-port", "65535")}, 0, 0, 0, "--compat-port", ""},
		{"a found file's last port", given{project: "[daemon]\nport = 65535"}, 5000, 5001, 20202, "", "the default ports count"},
		{"a found file's twice the same", given{config: "port = 6000\nws-port = 6000"}, 5000, 5001, 20202, "", "the default ports count"},
		{"debug forgets other WebSocket ports", given{config: "ws-port = 9000", debug: true}, 5000, 5001, 20202, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, warnings, err := newWorld(t).resolve(t, tt.given)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Port != tt.port || got.WSPort != tt.ws || got.CompatPort != tt.compat {
				t.Errorf("ports %d, %d, %d, want %d, %d, %d", got.Port, got.WSPort, got.CompatPort, tt.port, tt.ws, tt.compat)
			}
			checkWarnings(t, warnings, tt.warning)
		})
	}
}

func TestResolve_PathsAreRelativeToWhereTheyStand(t *testing.T) {
	w := newWorld(t)
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	got, _, _, err := w.resolve(t, given{
		config: "data-dir = 'data'\nlog-file = '~/x.log'", env: []string{"NEETBOX_TUI_WEB_DIR=web"}, flags: flags("token-file", "../token"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"config": {got.DataDir, filepath.Join(filepath.Dir(w.config), "data")},
		"home":   {got.LogFile, filepath.Join(home, "x.log")},
		"env":    {got.WebDir, filepath.Join(w.dir, "web")},
		"flag":   {got.TokenFile, filepath.Join(filepath.Dir(w.dir), "token")},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, want %s", what, pair[0], pair[1])
		}
	}
}

func TestResolve_Color(t *testing.T) {
	tests := []struct {
		env   []string
		flags map[string]string
		want  string
		place string
	}{
		{nil, nil, "auto", "default"},
		{[]string{"NO_COLOR=1"}, nil, "never", "NO_COLOR"},
		{[]string{"NO_COLOR="}, nil, "auto", "default"},
		{[]string{"CLICOLOR_FORCE=1"}, nil, "always", "CLICOLOR_FORCE"},
		{[]string{"CLICOLOR_FORCE=0"}, nil, "auto", "default"},
		{[]string{"FORCE_COLOR=3"}, nil, "always", "FORCE_COLOR"},
		{[]string{"NO_COLOR=1", "FORCE_COLOR=1"}, nil, "never", "NO_COLOR"},
		{[]string{"NO_COLOR=1"}, flags("color", "always"), "always", "--color"},
		{[]string{"NO_COLOR=1", "NEETBOX_TUI_COLOR=always"}, nil, "always", "NEETBOX_TUI_COLOR"},
	}
	for _, tt := range tests {
		got, from, _, err := newWorld(t).resolve(t, given{env: tt.env, flags: tt.flags})
		if err != nil || got.Color != tt.want || from["color"].String() != tt.place {
			t.Errorf("%v %v: color %s from %v, %v; want %s from %s", tt.env, tt.flags, got.Color, from["color"], err, tt.want, tt.place)
		}
	}
}

func TestResolve_MisspeltVariableWarns(t *testing.T) {
	_, _, warnings, err := newWorld(t).resolve(t, given{env: []string{"NEETBOX_TUI_PROT=1", "NEETBOX_TUI_SOMETHING_ELSE=1", "NEETBOX_TUI_CONFIG="}})
	if err != nil {
		t.Fatal(err)
	}
	checkWarnings(t, warnings, "NEETBOX_TUI_PROT is no setting; did you mean NEETBOX_TUI_PORT?")
}

func TestResolve_FileThatIsNoneDoesNotHang(t *testing.T) {
	w := newWorld(t)
	if err := os.Mkdir(w.config, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, warnings, err := w.resolve(t, given{})
	if err != nil {
		t.Fatal(err)
	}
	checkWarnings(t, warnings, "it is not a file")
}

func TestDaemonArgs_MakeTheSameDaemonElsewhere(t *testing.T) {
	w := newWorld(t)
	mine, from, _, err := w.resolve(t, given{
		project: "[daemon]\nport = 6000", env: []string{"NEETBOX_TUI_DATA_DIR=d"}, config: "retention = 'size=1GiB'", flags: flags("log-level", "debug"),
	})
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for _, arg := range mine.DaemonArgs(from) {
		name, value, ok := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !ok {
			t.Fatalf("argument %q", arg)
		}
		given[name] = value
	}
	theirs, _, _, err := settings.Resolve(settings.Inputs{Flags: given, Env: w.env(), Dir: w.root})
	if err != nil {
		t.Fatal(err)
	}
	mine.IdleExit, mine.ProjectFile = settings.BackgroundIdleExit, ""
	if diff := cmp.Diff(mine, theirs); diff != "" {
		t.Error(diff)
	}
}

func TestDirs_AreForThisUserOnly(t *testing.T) {
	w := newWorld(t)
	got, _, _, err := w.resolve(t, given{})
	if err != nil {
		t.Fatal(err)
	}
	d := got.Dirs()
	for _, create := range []func() error{d.MakeData, d.MakeState, d.MakeConfig} {
		if err := create(); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{d.Data, d.State, d.Config} {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o700) {
			t.Errorf("%s: %v, %v", dir, info, err)
		}
	}
	file := filepath.Join(w.root, "file")
	write(t, file, "")
	bad := settings.Dirs{Data: filepath.Join(file, "x")}
	if err := bad.MakeData(); err == nil || !strings.Contains(err.Error(), "--data-dir") || !strings.Contains(err.Error(), bad.Data) {
		t.Errorf("error %v", err)
	}
}
