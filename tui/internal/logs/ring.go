package logs

import (
	"slices"
	"sort"

	"apps.local/neetbox-tui/protocol"
)

const (
	defaultLines = 10_000
	maxLines     = 200_000
	maxBytes     = 16 << 20
)

// ring holds the newest lines in order, bounded in lines and in bytes. Lines
// have an index that stays theirs while others are cut: the first has base.
type ring struct {
	lines    deque[line]
	base     int64
	bytes    int
	gaps     int // lines that are gaps
	maxLines int
	maxBytes int
	cut      int // lines that were received and are not kept
}

func (r *ring) end() int64 { return r.base + int64(r.lines.len()) }

func (r *ring) at(index int64) *line { return r.lines.at(int(index - r.base)) }

// last is the key of the newest line; the zero key when there is none.
func (r *ring) last() key {
	if r.lines.len() == 0 {
		return key{}
	}
	return r.lines.last().key
}

// count is how many lines there are, gaps left out.
func (r *ring) count() int { return r.lines.len() - r.gaps }

// full reports that the next line would cut another, or has.
func (r *ring) full() bool {
	return r.cut > 0 || r.count() >= r.maxLines || r.bytes >= r.maxBytes
}

// over reports more than the ring may hold. One line is always kept.
func (r *ring) over() bool {
	return r.lines.len() > 1 && (r.lines.len() > r.maxLines || r.bytes > r.maxBytes)
}

func (r *ring) push(l line) {
	r.lines.push(l)
	r.weigh(&l, 1)
}

func (r *ring) dropFront() {
	l := r.lines.at(0)
	r.weigh(l, -1)
	if l.gap == 0 {
		r.cut++
	}
	r.lines.popFront()
	r.base++
}

func (r *ring) weigh(l *line, sign int) {
	r.bytes += sign * l.size()
	if l.gap > 0 {
		r.gaps += sign
	}
}

// find is the index of the first line that is not before k, end when there is
// none.
func (r *ring) find(k key) int64 {
	n := r.lines.len()
	return r.base + int64(sort.Search(n, func(i int) bool { return r.lines.at(i).key.compare(k) >= 0 }))
}

// holds reports lines of the event seq.
func (r *ring) holds(seq protocol.Seq) bool {
	i := r.find(key{seq: seq})
	return i < r.end() && r.at(i).key.seq == seq && r.at(i).gap == 0
}

// merge puts in lines that come before some of those held; of lines with one
// key it keeps the first. Afterwards other lines have their indexes.
func (r *ring) merge(late []line) {
	slices.SortStableFunc(late, func(a, b line) int { return a.key.compare(b.key) })
	late = slices.CompactFunc(late, func(a, b line) bool { return a.key == b.key })
	all := make([]line, 0, r.lines.len()+len(late))
	for i := range r.lines.len() {
		l := r.lines.at(i)
		for len(late) > 0 && late[0].key.compare(l.key) < 0 {
			all, late = append(all, late[0]), late[1:]
		}
		if len(late) > 0 && late[0].key == l.key {
			late = late[1:]
		}
		all = append(all, *l)
	}
	all = append(all, late...)
	r.lines = deque[line]{buf: all}
	r.bytes, r.gaps = 0, 0
	for i := range all {
		r.weigh(&all[i], 1)
	}
	for r.over() {
		r.dropFront()
	}
}

func (r *ring) clear() {
	r.lines.clear()
	r.base, r.bytes, r.gaps, r.cut = 0, 0, 0, 0
}

// dropGaps takes all gaps out. Afterwards lines have other indexes.
func (r *ring) dropGaps() {
	kept := make([]line, 0, r.lines.len())
	for i := range r.lines.len() {
		if l := r.lines.at(i); l.gap == 0 {
			kept = append(kept, *l)
		}
	}
	for range r.gaps {
		r.bytes -= (&line{}).size()
	}
	r.lines, r.gaps = deque[line]{buf: kept}, 0
}

// firstSeq is the number of the oldest event; 0 when there is none.
func (r *ring) firstSeq() protocol.Seq {
	for i := range r.lines.len() {
		if l := r.lines.at(i); l.gap == 0 {
			return l.key.seq
		}
	}
	return 0
}
