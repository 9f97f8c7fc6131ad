package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFile bounds a settings file, in bytes. go-toml takes time quadratic in the
// number of keys: 0.1 s for this many bytes, a minute and more for a mebibyte.
const maxFile = 64 << 10

// A key with more parts or bytes than any setting has is passed over: what a
// table is called is repeated in each of its keys, so that a small file could ask
// for gigabytes.
const (
	maxDepth = 4
	maxKey   = 128
)

// entry is one value of a file as text, with its place.
type entry struct {
	key   string // dotted
	text  string
	plain bool // a string, number, truth value, or a list of strings
	place string
}

// document is a TOML file: its values in the order of the file.
type document struct{ entries []entry }

// find returns the value of a dotted key.
func (d document) find(key string) (entry, bool) {
	for _, e := range d.entries {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}

// readFile reads a regular file: a named pipe would hold up the start for ever.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("it is larger than %d KiB", maxFile>>10)
	}
	return data, nil
}

// parse reads TOML. Values are taken from the decoder, which alone knows TOML's
// rules in full; lines come from the parser below it, which alone knows them.
// The error of broken TOML is a [*brokenError].
func parse(path string, data []byte) (document, error) {
	var values map[string]any
	if err := toml.Unmarshal(data, &values); err != nil {
		broken := &brokenError{place: path, err: err}
		if de, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, _ := de.Position()
			broken.place = path + ":" + strconv.Itoa(row)
		}
		return document{}, broken
	}
	var doc document
	seen := map[string]bool{}
	for _, l := range lines(data) {
		value, ok := lookup(values, l.path)
		key := strings.Join(l.path, ".")
		if !ok || seen[key] {
			continue
		}
		seen[key] = true
		text, plain := asText(value)
		doc.entries = append(doc.entries, entry{key: key, text: text, plain: plain, place: path + ":" + strconv.Itoa(l.line)})
	}
	return doc, nil
}

// brokenError is TOML that can't be read.
type brokenError struct {
	place string
	err   error
}

func (e *brokenError) Error() string { return e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// line is where a key stands.
type line struct {
	path []string
	line int
}

// lines finds every "key = value" of a file that go-toml has read already.
func lines(data []byte) []line {
	f := finder{data: data, line: 1}
	f.parser.Reset(data)
	var table []string
	skip := false
	for f.parser.NextExpression() {
		node := f.parser.Expression()
		switch node.Kind {
		case unstable.Table, unstable.ArrayTable:
			var ok bool
			table, _, ok = f.path(node, nil)
			skip = !ok
		case unstable.KeyValue:
			if !skip {
				f.keyValue(node, table)
			}
		}
	}
	return f.found
}

// finder walks through a file once, counting lines as it goes: the parser would
// count them anew for every key.
type finder struct {
	parser unstable.Parser
	data   []byte
	offset int
	line   int
	found  []line
}

// keyValue adds a value, and the values of an inline table one by one.
func (f *finder) keyValue(node *unstable.Node, table []string) {
	path, at, ok := f.path(node, table)
	if !ok {
		return
	}
	value := node.Value()
	if value == nil || value.Kind != unstable.InlineTable {
		f.found = append(f.found, line{path: path, line: at})
		return
	}
	for it := value.Children(); it.Next(); {
		if child := it.Node(); child.Kind == unstable.KeyValue {
			f.keyValue(child, path)
		}
	}
}

// path is the key of a node below a table, and its line. It is not ok for a key
// that is no setting's for its size alone.
func (f *finder) path(node *unstable.Node, table []string) (path []string, at int, ok bool) {
	path = append(path, table...)
	size := 0
	for _, part := range table {
		size += len(part)
	}
	for it := node.Key(); it.Next(); {
		part := it.Node()
		if size += len(part.Data); size > maxKey || len(path) == maxDepth {
			return nil, 0, false
		}
		path = append(path, string(part.Data))
		if at == 0 {
			at = f.lineAt(int(part.Raw.Offset))
		}
	}
	return path, at, true
}

func (f *finder) lineAt(offset int) int {
	if offset > f.offset && offset <= len(f.data) {
		f.line += bytes.Count(f.data[f.offset:offset], []byte{'\n'})
		f.offset = offset
	}
	return f.line
}

// lookup follows a path through tables. A list of tables has no single value.
func lookup(values map[string]any, path []string) (any, bool) {
	var at any = values
	for _, part := range path {
		table, ok := at.(map[string]any)
		if !ok {
			return nil, false
		}
		if at, ok = table[part]; !ok {
			return nil, false
		}
	}
	return at, true
}

// asText is a value as one would write it after a flag.
func asText(value any) (text string, plain bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case []any:
		var parts []string
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return fmt.Sprint(value), false
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, ","), true
	default:
		return fmt.Sprint(value), false
	}
}
