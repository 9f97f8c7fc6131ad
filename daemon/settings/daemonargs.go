package settings

import "slices"

// DaemonArgs are the flags that make a daemon in the background hold to these
// settings, wherever it is started: the ports and the data directory always, the
// rest where somebody set it. Origins are those that came with the settings.
//
// The ports are given together with --compat-port, because a --port alone would
// turn that off.
func (s Settings) DaemonArgs(from Origins) []string {
	if from["idle-exit"].Kind == Default {
		s.IdleExit = BackgroundIdleExit
	}
	always := []string{"port", "ws-port", "compat-port", "data-dir", "idle-exit"}
	ifSet := []string{"log-level", "listen", "token-file", "allow", "tls-cert", "tls-key", "retention", "web-dir"}
	var args []string
	for _, k := range keys() {
		if slices.Contains(always, k.name) || slices.Contains(ifSet, k.name) && from[k.name].Kind != Default {
			args = append(args, "--"+k.name+"="+k.text(s))
		}
	}
	if from[configName].Kind != Default {
		args = append(args, "--"+configName+"="+s.ConfigFile)
	}
	return args
}
