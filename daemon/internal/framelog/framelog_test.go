package framelog_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"apps.local/neetbox-tui/daemon/internal/framelog"
)

// frames cuts server frames apart.
func frames(t testing.TB, b []byte) []string {
	t.Helper()
	var list []string
	for len(b) > 0 {
		if b[0] != 0x81 {
			t.Fatalf("not a text frame: % x", b[:min(len(b), 8)])
		}
		size, head := int(b[1]), 2
		switch size {
		case 126:
			size, head = int(binary.BigEndian.Uint16(b[2:])), 4
		case 127:
			size, head = int(binary.BigEndian.Uint64(b[2:])), 10
		}
		list = append(list, string(b[head:head+size]))
		b = b[head+size:]
	}
	return list
}

func all(t testing.TB, c *framelog.Cursor) []string {
	t.Helper()
	var list []string
	for b := c.Next(); b != nil; b = c.Next() {
		list = append(list, frames(t, b)...)
	}
	return list
}

func TestLog_CursorReadsFromItsSubscriptionOn(t *testing.T) {
	l := framelog.New(&framelog.Pool{})
	early := l.Subscribe(make(chan struct{}, 1))
	l.Append([]byte("one"))
	late := l.Subscribe(make(chan struct{}, 1))
	l.Append([]byte("two"))
	if got := all(t, early); len(got) != 2 || got[0] != "one" || got[1] != "two" {
		t.Errorf("early cursor read %q", got)
	}
	if got := all(t, late); len(got) != 1 || got[0] != "two" {
		t.Errorf("late cursor read %q", got)
	}
}

func TestLog_WithoutReadersKeepsNothing(t *testing.T) {
	var pool framelog.Pool
	l := framelog.New(&pool)
	l.Append(make([]byte, 1<<20))
	if pool.Held() != 0 {
		t.Errorf("held %d bytes before anybody subscribed", pool.Held())
	}
	c := l.Subscribe(make(chan struct{}, 1))
	l.Append(make([]byte, 1<<20))
	c.Close()
	c.Close()
	if pool.Held() != 0 || l.Active() {
		t.Errorf("held %d bytes after the last cursor closed", pool.Held())
	}
}

func TestLog_EverySizeOfFrameArrivesWhole(t *testing.T) {
	l := framelog.New(&framelog.Pool{})
	c := l.Subscribe(make(chan struct{}, 1))
	for _, size := range []int{0, 1, 125, 126, 127, 65535, 65536, 300 << 10, 5} {
		want := bytes.Repeat([]byte{'x'}, size)
		l.Append(want)
		got := all(t, c)
		if len(got) != 1 || got[0] != string(want) {
			t.Errorf("frame of %d bytes came as %d frames", size, len(got))
		}
	}
}

func TestLog_LaggingCursorMovesToTheHeadAndOthersNoticeNothing(t *testing.T) {
	var pool framelog.Pool
	l := framelog.New(&pool)
	slow, quick := l.Subscribe(make(chan struct{}, 1)), l.Subscribe(make(chan struct{}, 1))
	frame := make([]byte, 1000)
	const count = 3 * framelog.Limit / 1000
	read := 0
	for range count {
		l.Append(frame)
		read += len(all(t, quick))
	}
	if read != count {
		t.Errorf("quick cursor read %d of %d frames", read, count)
	}
	if pool.Held() > framelog.Limit+512<<10 {
		t.Errorf("log holds %d bytes for a slow cursor, limit %d", pool.Held(), framelog.Limit)
	}
	if got := all(t, slow); len(got) != 0 || slow.Skips() != 1 {
		t.Errorf("slow cursor read %d frames after %d skips, want the head after 1", len(got), slow.Skips())
	}
	l.Append([]byte("next"))
	if got := all(t, slow); len(got) != 1 || got[0] != "next" {
		t.Errorf("slow cursor read %q at the head", got)
	}
}

func TestLog_AllLogsTogetherAreBounded(t *testing.T) {
	var pool framelog.Pool
	for range 12 {
		l := framelog.New(&pool)
		l.Subscribe(make(chan struct{}, 1))
		for range framelog.Limit / 1000 {
			l.Append(make([]byte, 1000))
		}
	}
	if pool.Held() > framelog.TotalLimit+1<<20 {
		t.Errorf("logs hold %d bytes, limit %d", pool.Held(), framelog.TotalLimit)
	}
}

func TestLog_OneFlushInAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := framelog.New(&framelog.Pool{})
		wake := make(chan struct{}, 1)
		l.Subscribe(wake)
		start := time.Now()
		l.Append([]byte("a"))
		<-wake
		if since := time.Since(start); since != 0 {
			t.Errorf("first frame after silence waited %v", since)
		}
		l.Append([]byte("b"))
		l.Append([]byte("c"))
		select {
		case <-wake:
			t.Error("frames within the window were flushed one by one")
		default:
		}
		<-wake
		if since := time.Since(start); since != framelog.Window {
			t.Errorf("the window lasted %v, want %v", since, framelog.Window)
		}
	})
}

func TestLog_MuchWaitingIsFlushedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := framelog.New(&framelog.Pool{})
		wake := make(chan struct{}, 1)
		l.Subscribe(wake)
		l.Append([]byte("a"))
		<-wake
		l.Append(make([]byte, 300<<10))
		select {
		case <-wake:
		default:
			t.Error("300 KiB waited for the window")
		}
	})
}

// A writer may still write from a chunk that the log has dropped: the bytes must
// stand until it is done.
func TestCursor_BytesStandWhileTheLogRecycles(t *testing.T) {
	l := framelog.New(&framelog.Pool{})
	reader, churn := l.Subscribe(make(chan struct{}, 1)), l.Subscribe(make(chan struct{}, 1))
	for i := range 100 {
		l.Append([]byte(strconv.Itoa(i)))
	}
	held := reader.Next()
	want := bytes.Clone(held)
	for i := range 4 * framelog.Limit / 1000 {
		l.Append(bytes.Repeat([]byte{byte(i)}, 1000))
		all(t, churn)
	}
	if !bytes.Equal(held, want) {
		t.Error("bytes handed to a writer changed under it")
	}
}

func TestLog_ConcurrentUse(t *testing.T) {
	l := framelog.New(&framelog.Pool{})
	var wait sync.WaitGroup
	const writers, count = 4, 2000
	results := make([]int, 8)
	var ready sync.WaitGroup
	ready.Add(len(results))
	for i := range results {
		wait.Go(func() {
			wake := make(chan struct{}, 1)
			c := l.Subscribe(wake)
			defer c.Close()
			ready.Done()
			for results[i] < writers*count {
				results[i] += len(all(t, c))
				if results[i] < writers*count {
					<-wake
				}
			}
		})
	}
	ready.Wait()
	for range writers {
		wait.Go(func() {
			for range count {
				l.Append(make([]byte, rand.IntN(300)))
			}
		})
	}
	wait.Wait()
	for i, n := range results {
		if n != writers*count {
			t.Errorf("cursor %d read %d frames, want %d", i, n, writers*count)
		}
	}
}

func BenchmarkLog_Append16Cursors(b *testing.B) {
	l := framelog.New(&framelog.Pool{})
	payload := make([]byte, 250)
	cursors := make([]*framelog.Cursor, 16)
	for i := range cursors {
		cursors[i] = l.Subscribe(make(chan struct{}, 1))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Append(payload)
		if i%256 == 0 {
			for _, c := range cursors {
				for c.Next() != nil {
				}
			}
		}
	}
}
