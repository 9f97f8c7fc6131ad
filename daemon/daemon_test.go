package daemon_test

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/daemon"
	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/sysinfo"
)

const patience = 10 * time.Second

func config(t *testing.T) daemon.Config {
	t.Helper()
	return daemon.Config{Host: "127.0.0.1", DataDir: t.TempDir(), Version: "test", Build: "b"}
}

// start runs a daemon on free ports; the function returned ends it.
func start(t *testing.T, c daemon.Config) (*daemon.Daemon, func() error) {
	t.Helper()
	d, err := daemon.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	return d, func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("it did not end")
		}
	}
}

func TestRun_EndsInOrderAndFreesEverything(t *testing.T) {
	c := config(t)
	d, stop := start(t, c)
	socket, response, err := websocket.DefaultDialer.Dial(d.Endpoint().WebSocketURL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if err := socket.WriteMessage(websocket.TextMessage, []byte(`{"event-type":"handshake","name":"*","payload":{"who":"web","extensions":1}}`)); err != nil {
		t.Fatal(err)
	}
	_ = socket.SetReadDeadline(time.Now().Add(patience))
	for machine := false; !machine; {
		_, frame, err := socket.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		machine = strings.Contains(string(frame), `"event-type":"hardware","name":"*"`)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, _, err = socket.ReadMessage()
	}
	if !websocket.IsCloseError(err, int(protocol.CloseGoingAway)) {
		t.Errorf("the frontend's socket ended with %v", err)
	}
	c.Port, c.WSPort = d.Endpoint().Port, d.Endpoint().WS
	_, again := start(t, c)
	if err := again(); err != nil {
		t.Errorf("a second daemon in the same place: %v", err)
	}
}

func TestNew_OneDaemonForADirectory(t *testing.T) {
	c := config(t)
	_, stop := start(t, c)
	_, err := daemon.New(t.Context(), c)
	var running *daemon.RunningError
	if !errors.As(err, &running) || running.ExitCode() != 4 || !strings.Contains(err.Error(), "pid") {
		t.Errorf("the second daemon says %v", err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestNew_TakenPortNamesTheFlag(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := config(t)
	c.Port = l.Addr().(*net.TCPAddr).Port
	_, err = daemon.New(t.Context(), c)
	var taken *daemon.PortError
	if !errors.As(err, &taken) || taken.ExitCode() != 4 || !strings.Contains(err.Error(), "--port") {
		t.Errorf("a taken port says %v", err)
	}
	c.Port = 0
	_, stop := start(t, c) // the failed one let go of the directory
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestNew_OnlyLoopbackIsServed(t *testing.T) {
	for _, host := range []string{"0.0.0.0", "", "::", "192.0.2.1", "example.com"} {
		c := config(t)
		c.Host = host
		if _, err := daemon.New(t.Context(), c); err == nil {
			t.Errorf("%q is served", host)
		}
	}
}

func TestCompat_HeldByAnotherIsDoneWithout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := config(t)
	c.CompatPort = l.Addr().(*net.TCPAddr).Port
	var addresses daemon.Addresses
	c.Ready = func(a daemon.Addresses) { addresses = a }
	_, stop := start(t, c)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if addresses.Compat != "" || addresses.REST == "" {
		t.Errorf("it answers at %+v", addresses)
	}
}

func TestStop_ByRestAnswersFirst(t *testing.T) {
	d, stop := start(t, config(t))
	client := http.Client{Timeout: patience}
	defer client.CloseIdleConnections()
	response, err := client.Post(d.Endpoint().URL("web", "shutdown"), "application/json", nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("shutdown answered %v %v", response, err)
	}
	_ = response.Body.Close()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestIdle_DaemonThatNobodyUsesEnds(t *testing.T) {
	c := config(t)
	c.IdleExit = 50 * time.Millisecond
	d, err := daemon.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Run(ctx); err != nil || ctx.Err() != nil {
		t.Errorf("ended with %v, context %v", err, ctx.Err())
	}
}

func TestHardware_UnitsOfTheWire(t *testing.T) {
	known := func(v float64) sysinfo.Reading { return sysinfo.Reading{Value: v, Known: true} }
	hw := daemon.Hardware(sysinfo.Snapshot{
		Host: sysinfo.Host{Hostname: "box", MachineID: "m"}, CPU: sysinfo.CPU{Total: 40, PerCore: []float64{30, 50}},
		Memory: sysinfo.Memory{Total: 64e9, Used: 16e9}, Load: sysinfo.Load{One: 1},
		GPUs:   []sysinfo.GPU{{Index: 1, Name: "g", Load: known(0.5), MemoryTotal: known(1000), MemoryUsed: known(250)}},
		Absent: map[sysinfo.Part]string{sysinfo.PartDisk: "first sample"},
	})
	switch {
	case hw.RAM.Total != 64000 || hw.RAM.Used != 16000:
		t.Errorf("RAM %+v is not in MB", hw.RAM)
	case len(hw.CPUs) != 2 || hw.CPUs[1].Percentage != 50 || *hw.Total != 40:
		t.Errorf("CPU %+v", hw.CPUs)
	case hw.GPUs[0].MemoryUtil != 0.25 || !math.IsNaN(float64(hw.GPUs[0].Temperature)):
		t.Errorf("GPU %+v", hw.GPUs[0])
	case hw.Disk != nil || hw.Absent["disk"] != "first sample" || hw.Machine.Host != "box":
		t.Errorf("%+v", hw)
	}
}
