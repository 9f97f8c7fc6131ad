package logs

import "sort"

// item is what stands in one place of the view: a line and the equal lines
// that follow it.
type item struct {
	first int64 // index of the first of the lines
	n     int   // how many
}

// shown are the lines of a ring that pass the level floor, repeats folded. It
// grows with the ring; only a change of the floor or of the order starts anew.
type shown struct {
	ring  *ring
	floor uint8
	query query

	items deque[item]
	hits  deque[int64] // first lines of the items that the search found
	lines int          // lines in items, gaps left out

	marked bool
	mark   key // newest line when the view was paused
	news   int // lines after it
}

func (s *shown) passes(l *line) bool { return l.gap > 0 || l.rank >= s.floor }

// add takes the line at the index, the newest of the ring.
func (s *shown) add(index int64) {
	l := s.ring.at(index)
	if !s.passes(l) {
		return
	}
	if l.gap == 0 {
		s.lines++
		if s.marked && l.key.compare(s.mark) > 0 {
			s.news++
		}
	}
	if s.items.len() > 0 {
		if last := s.items.last(); s.ring.at(last.first).repeats(l) {
			last.n++
			return
		}
	}
	s.items.push(item{index, 1})
	if s.matches(l) {
		s.hits.push(index)
	}
}

// matches asks the search once for each line.
func (s *shown) matches(l *line) bool {
	if !s.query.active() || l.gap > 0 {
		return false
	}
	if l.found == unasked {
		l.found = miss
		if s.query.match(l.plain()) {
			l.found = hit
		}
	}
	return l.found == hit
}

// drop forgets the oldest line of the ring, which is about to be cut.
func (s *shown) drop() {
	index := s.ring.base
	l := s.ring.at(index)
	if !s.passes(l) || s.items.len() == 0 {
		return
	}
	if l.gap == 0 {
		s.lines--
		if s.marked && l.key.compare(s.mark) > 0 {
			s.news--
		}
	}
	isHit := s.hits.len() > 0 && *s.hits.at(0) == index
	first := s.items.at(0)
	if first.n--; first.n == 0 {
		s.items.popFront()
		if isHit {
			s.hits.popFront()
		}
		return
	}
	for first.first++; !s.passes(s.ring.at(first.first)); {
		first.first++
	}
	if isHit {
		*s.hits.at(0) = first.first
	}
}

// rebuild starts anew from the ring.
func (s *shown) rebuild() {
	s.items.clear()
	s.hits.clear()
	s.lines, s.news = 0, 0
	for i := s.ring.base; i < s.ring.end(); i++ {
		s.add(i)
	}
}

// search counts the hits of another query.
func (s *shown) search(q query) {
	s.query = q
	s.hits.clear()
	for i := range s.ring.lines.len() {
		s.ring.lines.at(i).found = unasked
	}
	for i := range s.items.len() {
		if first := s.items.at(i).first; s.matches(s.ring.at(first)) {
			s.hits.push(first)
		}
	}
}

// pause starts to count new lines.
func (s *shown) pause() { s.marked, s.mark, s.news = true, s.ring.last(), 0 }

func (s *shown) resume() { s.marked, s.news = false, 0 }

func (s *shown) len() int { return s.items.len() }

// line is the first line of an item.
func (s *shown) line(i int) *line { return s.ring.at(s.items.at(i).first) }

// hidden is how many lines the floor hides.
func (s *shown) hidden() int { return s.ring.count() - s.lines }

// locate is the item that holds the line k or, where that is not shown, one
// beside it; -1 when there is none.
func (s *shown) locate(k key) int {
	index := s.ring.find(k)
	i := sort.Search(s.items.len(), func(i int) bool { return s.items.at(i).first > index }) - 1
	return min(max(i, 0), s.items.len()-1)
}

// hitsUpTo is how many hits are up to and with the item i.
func (s *shown) hitsUpTo(i int) int {
	if i < 0 {
		return 0
	}
	first := s.items.at(i).first
	return sort.Search(s.hits.len(), func(j int) bool { return *s.hits.at(j) > first })
}
