package runs

import (
	"testing"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/theme"
)

func TestSetSnapshot_SelectsTheNewestConnectedRun(t *testing.T) {
	p := newPane(t)
	if _, ok := p.Selected(); ok {
		t.Error("a run is selected before there is one")
	}
	p.SetSnapshot(usual())
	if got := selected(t, p); got != "r1" {
		t.Errorf("selected %s, want r1", got)
	}
}

func TestApply_CountsEachEventOnce(t *testing.T) {
	p := newPane(t)
	projects, runs := usual()
	p.SetSnapshot(projects, runs)
	ev := protocol.Event{Type: protocol.EventLog, Project: "bert-finetune", Run: "r1", At: noon().UnixMilli(), Seq: 11}
	p.Apply(ev)
	p.Apply(ev)
	ri, _ := p.Find("p1", "r1")
	if ri.Counts[protocol.EventLog] != 1205 || ri.LastSeq != 11 || ri.LastEvent != ev.At {
		t.Errorf("got %+v", ri)
	}
	if runs["p1"][1].Counts[protocol.EventLog] != 1204 {
		t.Error("counting changed the caller's map")
	}
	ri.Counts[protocol.EventLog] = 0
	if again, _ := p.Find("p1", "r1"); again.Counts[protocol.EventLog] != 1205 {
		t.Error("the caller changed our map")
	}
	p.Apply(protocol.Event{Type: protocol.EventHardware, Project: protocol.AllProjects})
	p.Apply(protocol.Event{Type: protocol.EventLog, Project: "p1", Run: "never heard of"})
	if _, ok := p.Find("p1", "never heard of"); ok {
		t.Error("a log made a run")
	}
}

func TestApply_PresenceMakesAndEndsRuns(t *testing.T) {
	p := newPane(t)
	p.Apply(presence("new project", "x1", protocol.RunRunning, 1))
	ri, ok := p.Selected()
	if !ok || ri.State != protocol.RunRunning || ri.Started == 0 || ri.Ended != 0 {
		t.Fatalf("got %+v, %v", ri, ok)
	}
	p.Apply(presence("new project", "x1", protocol.RunLost, 2))
	if ri, _ = p.Selected(); ri.State != protocol.RunLost || ri.Reason != "why" || ri.Ended != noon().UnixMilli()+2 {
		t.Errorf("got %+v", ri)
	}
	p.Apply(presence("new project", "x1", protocol.RunRunning, 3))
	if ri, _ = p.Selected(); ri.State != protocol.RunRunning || ri.Ended != 0 {
		t.Errorf("got %+v", ri)
	}
}

func TestSetDetail_KeepsWhatEventsToldSince(t *testing.T) {
	p := full(t)
	detail := info("r1", "renamed", protocol.RunQuiet, 3*time.Hour, time.Hour, 5)
	detail.Project, detail.Machine = "p1", "gpu-box"
	p.SetDetail(detail)
	ri, _ := p.Find("p1", "r1")
	if ri.Name != "renamed" || ri.Machine != "gpu-box" || ri.State != protocol.RunRunning || ri.Counts[protocol.EventScalar] != 40 {
		t.Errorf("got %+v", ri)
	}
}

func TestSetSnapshot_DeletedRunPassesTheSelectionOn(t *testing.T) {
	p := full(t)
	press(p, "j")
	projects, runs := usual()
	runs["p1"] = runs["p1"][:2]
	p.SetSnapshot(projects, runs)
	if got := selected(t, p); got == "r2" || got == "" {
		t.Errorf("selected %q", got)
	}
	p.SetSnapshot(nil, nil)
	if got := selected(t, p); got != "" {
		t.Errorf("selected %q of nothing", got)
	}
	p.SetSize(30, 10)
	press(p, "j", "k", "enter", "h", "l", "n", "N", "G", "i")
}

func TestMeter_ForgetsWhatIsOld(t *testing.T) {
	var m meter
	g := theme.GlyphsFor(theme.Braille)
	start := noon().UnixMilli()
	for i := range int64(4) {
		for range i + 1 {
			m.add(start + i*meterStep.Milliseconds())
		}
	}
	if got, want := m.spark(noon().Add(4*meterStep), g), "▁▁▁▁▂▄▆█"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := m.spark(noon().Add(time.Hour), g); got != "" {
		t.Errorf("an hour later: %s", got)
	}
	m.add(start - time.Hour.Milliseconds())
	m.add(-5)
	m.add(1 << 62)
	m.add(start)
	if got := m.spark(noon().Add(time.Minute), g); got != "" {
		t.Errorf("after a jump of the clock: %s", got)
	}
}
