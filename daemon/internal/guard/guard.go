package guard

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// Loopback serves next only to this machine: the remote address and the Host
// header must both be loopback (localhost, 127.0.0.0/8 or [::1]).
func Loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackPeer(r.RemoteAddr) {
			refuse(w, "only this machine may connect", "run the command on the machine of the daemon")
			return
		}
		if host, ok := parseHost(r.Host); !ok || !protocol.LoopbackHost(host.name) {
			refuse(w, "the Host header does not name this machine", "use http://127.0.0.1 or http://localhost")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// SameOrigin serves next only what no other site's page has sent: methods that
// change something must come from the same origin or from no browser at all.
// GET, HEAD and OPTIONS always pass, WebSocket upgrades among them: those need
// [AllowOrigin].
func SameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, "the request comes from another site's page", "send it from the command line")
	}))
	return protection.Handler(next)
}

// AllowOrigin reports whether a WebSocket upgrade may come from where its Origin
// header says. Absent is fine: browsers always send one. Otherwise it must be
// http or https on the loopback host that the Host header names, and on the
// Host's port or the one before: the pages of the early clients are served one
// port below the WebSocket's, and their Python clients name the WebSocket's own.
//
// It fits the CheckOrigin field of a WebSocket upgrader.
func AllowOrigin(r *http.Request) bool {
	values := r.Header["Origin"]
	if len(values) == 0 {
		return true
	}
	if len(values) > 1 {
		return false
	}
	origin, ok := parseOrigin(values[0])
	if !ok {
		return false
	}
	host, ok := parseHost(r.Host)
	if !ok || host.name != origin.name || !protocol.LoopbackHost(host.name) {
		return false
	}
	if host.port == 0 {
		host.port = portHTTP
		if r.TLS != nil {
			host.port = portHTTPS
		}
	}
	return origin.port == host.port || origin.port == host.port-1
}

// loopbackPeer reports whether a request's remote address is this machine's. An
// address that can't be read, as of a socket that is not IP, is not.
func loopbackPeer(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

func refuse(w http.ResponseWriter, problem, hint string) {
	body := protocol.ErrorBody{Error: protocol.ErrorDetail{Code: "forbidden", Message: problem, Hint: hint}}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	// The peer may be gone already; there is nobody else to tell.
	_ = json.NewEncoder(w).Encode(body)
}

// Ports of origins and hosts that leave theirs out.
const (
	portHTTP  = 80
	portHTTPS = 443
)

// hostPort is a host in lower case without brackets, and its port, 0 when it was
// left out.
type hostPort struct {
	name string
	port int
}

// parseOrigin reads a serialised origin: scheme, host and port, nothing else.
func parseOrigin(origin string) (hostPort, bool) {
	scheme, rest, found := strings.Cut(origin, "://")
	if !found {
		return hostPort{}, false
	}
	host, ok := parseHost(rest)
	if !ok {
		return hostPort{}, false
	}
	var usual int
	switch strings.ToLower(scheme) {
	case "http":
		usual = portHTTP
	case "https":
		usual = portHTTPS
	default:
		return hostPort{}, false
	}
	if host.port == 0 {
		host.port = usual
	}
	return host, true
}

// parseHost reads a Host header: a name, an IPv4 address or an IPv6 address in
// brackets, and maybe a port. It is stricter than the standard's grammar, so
// that no other reader of the same text can see another host in it.
func parseHost(text string) (hostPort, bool) {
	var h hostPort
	rest := ""
	if strings.HasPrefix(text, "[") {
		inner, after, closed := strings.Cut(text[1:], "]")
		addr, err := netip.ParseAddr(inner)
		if !closed || err != nil || !addr.Is6() || addr.Zone() != "" {
			return h, false
		}
		h.name, rest = addr.String(), after
	} else {
		name, port, found := strings.Cut(text, ":")
		if !plainName(name) {
			return h, false
		}
		h.name = strings.ToLower(name)
		if found {
			rest = ":" + port
		}
	}
	if rest == "" {
		return h, true
	}
	port, ok := parsePort(rest)
	h.port = port
	return h, ok
}

// plainName reports whether name has only the letters of host names and IPv4
// addresses: no userinfo, path, escape, space or second port.
func plainName(name string) bool {
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return name != ""
}

// parsePort reads ":" and digits.
func parsePort(text string) (int, bool) {
	const most, maxPort = len(":65535"), 65535
	if len(text) < len(":0") || len(text) > most || text[0] != ':' {
		return 0, false
	}
	port := 0
	for _, c := range []byte(text[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		port = port*10 + int(c-'0')
	}
	return port, port > 0 && port <= maxPort
}
