package settings

// ParseEntries reads TOML and returns how many values it found.
func ParseEntries(data []byte) (int, error) {
	doc, err := parse("x.toml", data)
	return len(doc.entries), err
}

// Nearest and Distance are pure parts.
func Nearest(s string, names []string) (string, bool) { return nearest(s, names) }
func Distance(a, b string) int                        { return distance(a, b) }

// SetText applies text to a setting and returns the text of the result.
func SetText(name, text string) (string, bool) {
	s := defaults()
	for _, k := range keys() {
		if k.name == name {
			ok := k.set(&s, text)
			return k.text(s), ok
		}
	}
	return "", false
}
