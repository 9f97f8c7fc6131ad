package hub

import "strings"

// ProjectName is a handshake's project as it is filed: without the {'…'} that
// the seed's own client wraps around it by mistake.
func ProjectName(name string) string {
	if inner, ok := strings.CutPrefix(name, "{'"); ok {
		if inner, ok = strings.CutSuffix(inner, "'}"); ok {
			return inner
		}
	}
	return name
}

// resolve finds a project by its id.
func (h *Hub) resolve(name string) (*Project, bool) {
	p := h.project(ProjectName(name), false)
	return p, p != nil
}
