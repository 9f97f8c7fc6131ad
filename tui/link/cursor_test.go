package link

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
)

type heads = map[string]protocol.Seq

func TestCursor_JudgesEachNumberOnce(t *testing.T) {
	tests := []struct {
		name    string
		project string
		seq     protocol.Seq
		want    verdict
		gap     gap
	}{
		{"next in order", "a", 11, next, gap{}},
		{"the head itself", "a", 10, duplicate, gap{}},
		{"long ago", "a", 1, duplicate, gap{}},
		{"one missing", "a", 12, ahead, gap{"a", 10, 11}},
		{"many missing", "a", 1000, ahead, gap{"a", 10, 999}},
		{"first of a new project", "new", 1, next, gap{}},
		{"new project starts late", "new", 3, ahead, gap{"new", 0, 2}},
		{"without a number", "*", 0, next, gap{}},
		{"nonsense number", "a", -7, next, gap{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var c cursor
			c.join("e1", heads{"a": 10})
			got, g := c.judge(test.project, test.seq)
			if got != test.want || g != test.gap {
				t.Errorf("judge = %v %+v, want %v %+v", got, g, test.want, test.gap)
			}
			if again, _ := c.judge(test.project, test.seq); test.seq > 0 && got == next && again != duplicate {
				t.Errorf("the same event again = %v, want duplicate", again)
			}
			if again, _ := c.judge(test.project, test.seq); got == ahead && again != ahead {
				t.Errorf("the event after an unfilled gap = %v, want still ahead", again)
			}
		})
	}
}

func TestCursor_JoinTellsWhatWasMissed(t *testing.T) {
	tests := []struct {
		name  string
		epoch string
		heads heads
		gaps  []gap
		fresh bool
		seen  heads // after it
	}{
		{"nothing new", "e1", heads{"a": 10, "b": 5}, nil, false, heads{"a": 10, "b": 5}},
		{"new events, by project", "e1", heads{"b": 6, "a": 30}, []gap{{"a", 10, 30}, {"b", 5, 6}}, false, heads{"a": 10, "b": 5}},
		{"new project", "e1", heads{"a": 10, "b": 5, "c": 4}, []gap{{"c", 0, 4}}, false, heads{"a": 10, "b": 5, "c": 0}},
		{"deleted project", "e1", heads{"a": 10}, nil, false, heads{"a": 10}},
		{"daemon lost its newest", "e1", heads{"a": 7, "b": 5}, nil, false, heads{"a": 7, "b": 5}},
		{"another epoch", "e2", heads{"a": 3}, nil, true, heads{"a": 3}},
		{"no epoch", "", heads{"a": 30}, nil, true, heads{"a": 30}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var c cursor
			if gaps, fresh := c.join("e1", heads{"a": 10, "b": 5}); gaps != nil || !fresh {
				t.Fatalf("first join = %v %v, want no gaps, fresh", gaps, fresh)
			}
			gaps, fresh := c.join(test.epoch, test.heads)
			if fresh != test.fresh {
				t.Errorf("fresh = %v, want %v", fresh, test.fresh)
			}
			if diff := cmp.Diff(test.gaps, gaps, cmp.AllowUnexported(gap{})); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.seen, c.seen); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCursor_SkipCountsWhatItLeavesOut(t *testing.T) {
	var c cursor
	c.join("e", heads{"a": 10})
	if got := c.skip("a", 15); got != 5 {
		t.Errorf("skip to 15 = %d, want 5", got)
	}
	if got := c.skip("a", 12); got != 0 || c.seen["a"] != 15 {
		t.Errorf("skip back = %d, at %d; want 0, at 15", got, c.seen["a"])
	}
}

func TestGap_NewestKeepsTheEnd(t *testing.T) {
	g, skipped := gap{"a", 10, 110}.newest(30)
	if want := (gap{"a", 80, 110}); g != want || skipped != 70 {
		t.Errorf("newest = %+v %d, want %+v 70", g, skipped, want)
	}
	g, skipped = gap{"a", 10, 20}.newest(30)
	if want := (gap{"a", 10, 20}); g != want || skipped != 0 {
		t.Errorf("newest = %+v %d, want it whole", g, skipped)
	}
}

// FuzzCursor_EveryNumberOnceInOrder holds the promise of the package against any
// order of arrival: what is passed on of a project only ever goes up by one.
func FuzzCursor_EveryNumberOnceInOrder(f *testing.F) {
	f.Add([]byte{1, 2, 3, 3, 9, 4, 10})
	f.Fuzz(func(t *testing.T, seqs []byte) {
		var c cursor
		c.join("e", nil)
		last := protocol.Seq(0)
		for _, n := range seqs {
			seq := protocol.Seq(n)
			v, g := c.judge("p", seq)
			if v == ahead {
				if g.after != last || g.to != seq-1 || g.to <= g.after {
					t.Fatalf("gap before %d = %+v after %d", seq, g, last)
				}
				last += protocol.Seq(c.skip("p", g.to))
				v, _ = c.judge("p", seq)
			}
			if seq == 0 {
				continue
			}
			if (v == next) != (seq == last+1) {
				t.Fatalf("judge(%d) = %v after %d", seq, v, last)
			}
			if v == next {
				last = seq
			}
		}
	})
}
