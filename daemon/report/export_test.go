package report

// ToJSON is what results and payloads are written with.
func ToJSON(v any) []byte { return toJSON(v) }
