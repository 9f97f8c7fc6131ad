package logs

// deque is a queue that grows at its end and shrinks at both. Its memory
// follows what it holds: the room of removed elements is used again.
type deque[T any] struct {
	buf  []T
	head int
}

func (d *deque[T]) len() int { return len(d.buf) - d.head }

func (d *deque[T]) at(i int) *T { return &d.buf[d.head+i] }

func (d *deque[T]) last() *T { return &d.buf[len(d.buf)-1] }

func (d *deque[T]) push(v T) {
	// Growing would copy the removed elements too; moving the others down is
	// cheaper and pays once for as many pushes as there are elements.
	if len(d.buf) == cap(d.buf) && d.head > len(d.buf)/4 {
		n := copy(d.buf, d.buf[d.head:])
		clear(d.buf[n:])
		d.buf, d.head = d.buf[:n], 0
	}
	d.buf = append(d.buf, v)
}

func (d *deque[T]) popFront() {
	var none T
	d.buf[d.head] = none
	d.head++
}

func (d *deque[T]) clear() {
	clear(d.buf)
	d.buf, d.head = d.buf[:0], 0
}
