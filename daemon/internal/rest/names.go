package rest

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"apps.local/neetbox-tui/protocol"
)

// Routes of the seed that end in a project's name.
const (
	pathSync   = "/cli/sync/"
	pathStatus = "/web/status/"
)

// named prepares a request's path for the router, which cuts it at slashes and
// tidies dots and doubled slashes away. Behind the seed's two routes everything
// is one name: released clients paste it into the path as it is. Names that are
// too long or no text are refused here, for all routes alike.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		escaped := r.URL.EscapedPath()
		for _, prefix := range []string{pathSync, pathStatus} {
			name, found := strings.CutPrefix(escaped, prefix)
			if !found || name == "" {
				continue
			}
			plain, err := url.PathUnescape(name)
			if err != nil {
				newFailure(http.StatusBadRequest, "the project's name is not escaped well", "write % as %25").write(w)
				return
			}
			r = r.Clone(r.Context())
			r.URL.Path = prefix + plain
			r.URL.RawPath = prefix + escapeSegment(plain)
			escaped = r.URL.RawPath
		}
		if f := checkSegments(escaped); f != nil {
			f.write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// escapeSegment writes a name as one segment that no reader takes apart.
func escapeSegment(name string) string {
	if strings.Trim(name, ".") == "" {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}

func checkSegments(escaped string) *failure {
	for segment := range strings.SplitSeq(escaped, "/") {
		plain, err := url.PathUnescape(segment)
		switch {
		case err != nil:
			return newFailure(http.StatusBadRequest, "the path is not escaped well", "write % as %25")
		case len(plain) > protocol.MaxName:
			return newFailure(http.StatusRequestURITooLong, "a name in the path is longer than 64 KiB", "choose a shorter name")
		case !utf8.ValidString(plain):
			return newFailure(http.StatusBadRequest, "a name in the path is not UTF-8", "escape the name's UTF-8 bytes")
		}
	}
	return nil
}
