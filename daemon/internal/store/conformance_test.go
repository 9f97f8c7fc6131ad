package store_test

import (
	"testing"

	"go.uber.org/goleak"

	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/daemon/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if child() {
		return
	}
	goleak.VerifyTestMain(m)
}

func TestMemory_Conforms(t *testing.T) {
	storetest.Run(t, func(*testing.T) (storetest.History, func()) {
		return store.NewMemory("e"), func() {}
	})
}

func TestHistory_Conforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (storetest.History, func()) {
		h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
		return h, func() {}
	})
}

// TestHistory_ConformsWhileArchiving keeps moving rows into blocks under the
// same tests.
func TestHistory_ConformsWhileArchiving(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (storetest.History, func()) {
		h := openIn(t, t.TempDir(), store.Options{}, store.Small{HotRows: 300})
		return h, func() {
			if err := h.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestHistory_ConformsArchived reads everything from blocks.
func TestHistory_ConformsArchived(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (storetest.History, func()) {
		h := openIn(t, t.TempDir(), store.Options{}, store.Small{AllCold: true})
		return h, func() {
			if err := h.Cold(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
		}
	})
}
