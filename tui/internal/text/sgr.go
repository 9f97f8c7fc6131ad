package text

import "strconv"

const reset = "\x1b[0m"

// attr is a set of character attributes. Blinking and concealed text are
// missing on purpose: nothing in the dashboard blinks, and text that a person
// cannot see but a copy would carry is a trap.
type attr uint8

const (
	bold attr = 1 << iota
	faint
	italic
	underline
	reverse
	strike
)

type colourKind uint8

const (
	defaultColour colourKind = iota
	basicColour              // 0–15
	indexedColour            // 0–255
	rgbColour                // 0xrrggbb
)

type colour struct {
	kind  colourKind
	value uint32
}

// style is the graphic rendition in force. The zero value is the terminal's
// own, the state after a reset.
type style struct {
	attrs  attr
	fg, bg colour
}

// apply changes the style by the parameters of one SGR sequence, the part
// between "CSI" and "m" (ECMA-48 8.3.117 and ITU-T T.416 for colon forms).
// Parameters it does not know are skipped.
func (s *style) apply(params string) {
	for {
		var first string
		first, params = field(params)
		code, sub := number(first)
		switch {
		case code == 38 || code == 48 || code == 58:
			var c colour
			var ok bool
			if sub != "" {
				c, ok = colonColour(sub)
			} else {
				c, ok, params = semicolonColour(params)
			}
			if ok {
				s.setColour(code, c)
			}
		case code == 4 && sub == ":0":
			s.attrs &^= underline
		default:
			s.applyCode(code)
		}
		if params == "" {
			return
		}
		params = params[1:]
	}
}

func (s *style) setColour(code int, c colour) {
	switch code {
	case 38:
		s.fg = c
	case 48:
		s.bg = c
	}
}

func (s *style) applyCode(code int) {
	switch {
	case code == 0:
		*s = style{}
	case code == 22:
		s.attrs &^= bold | faint
	case code == 39:
		s.fg = colour{}
	case code == 49:
		s.bg = colour{}
	case code >= 30 && code <= 37:
		s.fg = colour{basicColour, uint32(code - 30)}
	case code >= 90 && code <= 97:
		s.fg = colour{basicColour, uint32(code - 90 + 8)}
	case code >= 40 && code <= 47:
		s.bg = colour{basicColour, uint32(code - 40)}
	case code >= 100 && code <= 107:
		s.bg = colour{basicColour, uint32(code - 100 + 8)}
	case code > 20 && code < 30:
		s.attrs &^= attrOf(code - 20)
	default:
		s.attrs |= attrOf(code)
	}
}

// attrOf maps the code that switches an attribute on; the code that switches
// it off is 20 higher.
func attrOf(code int) attr {
	switch code {
	case 1:
		return bold
	case 2:
		return faint
	case 3:
		return italic
	case 4, 21:
		return underline
	case 7:
		return reverse
	case 9:
		return strike
	}
	return 0
}

// field splits params before its first semicolon, which stays in rest.
func field(params string) (first, rest string) {
	for i := range len(params) {
		if params[i] == ';' {
			return params[:i], params[i:]
		}
	}
	return params, ""
}

// number reads the leading digits of a parameter; none is 0, as ECMA-48 says.
// Absurd values saturate so that they cannot wrap into a known code.
func number(s string) (n int, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		n = min(n*10+int(s[i]-'0'), 1<<16)
		i++
	}
	return n, s[i:]
}

// colonColour reads ":5:n", ":2:r:g:b" and ":2:space:r:g:b".
func colonColour(sub string) (colour, bool) {
	var v [6]int
	n := 0
	for sub != "" && n < len(v) {
		v[n], sub = number(sub[1:])
		n++
	}
	switch {
	case sub != "":
		return colour{}, false
	case n == 2 && v[0] == 5:
		return indexed(v[1])
	case n == 4 && v[0] == 2:
		return rgb(v[1], v[2], v[3])
	case n >= 5 && v[0] == 2:
		return rgb(v[2], v[3], v[4])
	}
	return colour{}, false
}

// semicolonColour reads ";5;n" and ";2;r;g;b" and returns what follows.
func semicolonColour(params string) (colour, bool, string) {
	next := func() int {
		if params == "" {
			return -1
		}
		var f string
		f, params = field(params[1:])
		n, _ := number(f)
		return n
	}
	switch next() {
	case 5:
		c, ok := indexed(next())
		return c, ok, params
	case 2:
		c, ok := rgb(next(), next(), next())
		return c, ok, params
	}
	return colour{}, false, params
}

func indexed(n int) (colour, bool) {
	return colour{indexedColour, uint32(n)}, n >= 0 && n < 256
}

func rgb(r, g, b int) (colour, bool) {
	ok := min(r, g, b) >= 0 && max(r, g, b) < 256
	return colour{rgbColour, uint32(r<<16 | g<<8 | b)}, ok
}

// appendSGR appends the sequence that takes a terminal from one style to
// another. Starting again from a reset is a few bytes longer than the least
// change and cannot leave anything behind.
func appendSGR(b []byte, from, to style) []byte {
	if from == to {
		return b
	}
	if to == (style{}) {
		return append(b, reset...)
	}
	b = append(b, "\x1b["...)
	if from != (style{}) {
		b = append(b, "0;"...)
	}
	for code := 1; code <= 9; code++ {
		if a := attrOf(code); a != 0 && to.attrs&a != 0 {
			b = append(strconv.AppendInt(b, int64(code), 10), ';')
		}
	}
	b = appendColour(b, to.fg, 30)
	b = appendColour(b, to.bg, 40)
	b[len(b)-1] = 'm'
	return b
}

// appendColour appends the parameters of a colour, each followed by a
// semicolon; base is 30 for text and 40 for background.
func appendColour(b []byte, c colour, base int64) []byte {
	add := func(n int64) { b = append(strconv.AppendInt(b, n, 10), ';') }
	v := int64(c.value)
	switch c.kind {
	case defaultColour:
	case basicColour:
		if v >= 8 {
			base, v = base+60, v-8
		}
		add(base + v)
	case indexedColour:
		add(base + 8)
		add(5)
		add(v)
	case rgbColour:
		add(base + 8)
		add(2)
		add(v >> 16)
		add(v >> 8 & 0xff)
		add(v & 0xff)
	}
	return b
}
