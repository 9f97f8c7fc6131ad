package daemon

import (
	"net"
	"strconv"

	"apps.local/neetbox-tui/daemon/internal/ws"
	"apps.local/neetbox-tui/protocol"
)

// listen takes the ports: REST and WebSocket must be had; the pair where
// released clients look by default is done without when another program, very
// likely upstream's own server, holds it.
func (d *Daemon) listen() error {
	c := d.config
	restPort, err := d.take(c.Port, "--port")
	if err != nil {
		return err
	}
	wsPort := c.WSPort
	if c.Port == 0 {
		wsPort = 0
	}
	wsPort, err = d.take(wsPort, "--ws-port")
	if err != nil {
		return err
	}
	d.endpoint = protocol.Endpoint{Host: c.Host, Port: restPort, WS: wsPort}
	if c.CompatPort == 0 || c.CompatPort == restPort || c.CompatPort == wsPort {
		return nil
	}
	for _, port := range []int{c.CompatPort, c.CompatPort + 1} {
		if _, err := d.take(port, "--compat-port"); err != nil {
			d.logger.Warn("released clients that nobody configured won't find this daemon", "port", port, "error", err)
			d.dropCompat()
			return nil
		}
	}
	return nil
}

// take listens on one port and gives its number.
func (d *Daemon) take(port int, flag string) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(d.config.Host, strconv.Itoa(port))) //nolint:noctx // does not wait
	if err != nil {
		return 0, &PortError{Port: port, Flag: flag, Err: err}
	}
	d.listeners = append(d.listeners, ws.Listener(l))
	if address, ok := l.Addr().(*net.TCPAddr); ok {
		port = address.Port
	}
	return port, nil
}

// dropCompat gives up the default pair of released clients: half of it is no use.
func (d *Daemon) dropCompat() {
	const main = 2
	for _, l := range d.listeners[main:] {
		_ = l.Close() // nothing was accepted yet
	}
	d.listeners = d.listeners[:main]
}
