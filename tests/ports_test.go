package tests

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
)

// Ports are taken from below those that systems hand out for outgoing
// connections, and each only once a process: between looking for a free one and
// listening on it nobody else of these tests can come.
const (
	firstPort = 21000
	lastPort  = 31000
)

var portsTaken atomic.Int64

// freePair returns a free port whose next one is free as well.
func freePair() (int, error) {
	const pairs = (lastPort - firstPort) / 2
	for range pairs {
		n := (int64(os.Getpid())*37 + portsTaken.Add(1)) % pairs
		port := firstPort + 2*int(n)
		if canListen(port) && canListen(port+1) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no two free ports from %d to %d", firstPort, lastPort)
}

// canListen reports whether a port of the loopback is free.
func canListen(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
