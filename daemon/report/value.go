package report

import (
	"encoding/json"
	"fmt"
	"reflect"

	"apps.local/neetbox-tui/protocol"
)

// toJSON writes any value as JSON. Numbers that JSON has none for become the
// strings that [protocol.Float] reads, Python's literals the nearest thing to
// them, and what can't be written at all becomes a sentence that says so.
func toJSON(v any) json.RawMessage {
	text, err := json.Marshal(plainer{}.value(v))
	if err != nil {
		// Not the value's own text: fmt never comes back from a map within itself.
		text, _ = json.Marshal(fmt.Sprintf("%T is no JSON: %v", v, err)) //nolint:errchkjson // strings marshal
	}
	return text
}

// plainer replaces what json refuses in the values that programs are likely to
// report. It holds the lists and maps that it is within, because a value may
// hold itself; json sees to pointers that do.
type plainer map[place]bool

type place struct {
	at  uintptr
	len int
}

func (p plainer) value(v any) any {
	switch v := v.(type) {
	case nil, bool, string, int, int64, json.Marshaler:
		return v
	case float64:
		return protocol.Float(v)
	case float32:
		return protocol.Float(v)
	case error:
		return v.Error()
	case []byte:
		text, _ := protocol.FormatLiteral(v) // bytes always format
		return text
	case protocol.Dict:
		return p.dict(v)
	}
	return p.kind(v)
}

func (p plainer) dict(d protocol.Dict) map[string]any {
	m := make(map[string]any, len(d))
	for _, item := range d {
		key, isText := item.Key.(string)
		if !isText {
			key, _ = protocol.FormatLiteral(item.Key) // parsed keys always format
		}
		m[key] = p.value(item.Value)
	}
	return m
}

// kind walks lists and maps of any element type.
func (p plainer) kind(v any) any {
	r := reflect.ValueOf(v)
	if k := r.Kind(); (k == reflect.Slice || k == reflect.Map) && r.Len() > 0 {
		here := place{r.Pointer(), r.Len()}
		if p[here] {
			return "…"
		}
		p[here] = true
		defer delete(p, here)
	}
	switch r.Kind() {
	case reflect.Slice, reflect.Array:
		list := make([]any, r.Len())
		for i := range list {
			list[i] = p.value(r.Index(i).Interface())
		}
		return list
	case reflect.Map:
		m := make(map[string]any, r.Len())
		for each := r.MapRange(); each.Next(); {
			m[fmt.Sprint(each.Key().Interface())] = p.value(each.Value().Interface())
		}
		return m
	default:
		return v
	}
}
