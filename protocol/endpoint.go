package protocol

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Endpoint is where a daemon answers.
type Endpoint struct {
	Host string // a name or an address, without brackets
	Port int    // REST
	WS   int    // WebSocket
}

// Address is host:port of the REST side, as people write it.
func (e Endpoint) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// URL is the REST address of a path whose segments are given unescaped.
func (e Endpoint) URL(segments ...string) string {
	u := "http://" + e.Address()
	var uSb23 strings.Builder
	for _, s := range segments {
		// A server cleans dot segments away, so those are escaped too.
		if s == "." || s == ".." {
			uSb23.WriteString("/" + strings.ReplaceAll(s, ".", "%2E"))
			continue
		}
		uSb23.WriteString("/" + url.PathEscape(s))
	}
	u += uSb23.String()
	return u
}

// WebSocketURL is the address that a peer of the seed's dialect dials.
func (e Endpoint) WebSocketURL() string {
	return "ws://" + net.JoinHostPort(e.Host, strconv.Itoa(e.WS)) + "/"
}

// Loopback reports whether the host is this machine's loopback.
func (e Endpoint) Loopback() bool { return LoopbackHost(e.Host) }

// LoopbackHost reports whether host, a name or an address without a port, is
// this machine's loopback. Of names only "localhost" counts: looking others up
// would trust whoever answers.
func LoopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
