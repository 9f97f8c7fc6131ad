package text

import (
	"math"
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	for in, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1204: "1,204", 88310: "88,310", 1234567: "1,234,567",
		-1204: "-1,204", -999: "-999", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Count(in); got != want {
			t.Errorf("Count(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestSI(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0", 6.2: "6.2", 12.34: "12.3", 999: "999", 999.6: "1k", 41200: "41.2k",
		412000: "412k", 999499: "999k", 999600: "1M", 1.0344e6: "1.03M", -41200: "-41.2k", 0.0042: "0.0042", 9.999: "10",
		3e22: "30000E", math.Inf(1): "∞",
	} {
		if got := SI(in); got != want {
			t.Errorf("SI(%v) = %q, want %q", in, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for in, want := range map[uint64]string{
		0: "0 B", 999: "999 B", 1000: "1 kB", 812e6: "812 MB", 31200e6: "31.2 GB",
		math.MaxUint64: "18.4 EB",
	} {
		if got := Bytes(in); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		in   float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{1.712, "1.712"},
		{1.71234, "1.712"},
		{0.00029, "2.9e-04"},
		{0.02, "0.02"},
		{41200, "41200"},
		{41200.56, "41200.6"},
		{1234567, "1234567"},
		{1e7, "1e+07"},
		{1234567.8, "1.235e+06"},
		{-3.5, "-3.5"},
		{100.04, "100"},
		{1e300, "1e+300"},
		{5e-324, "4.941e-324"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "∞"},
		{math.Inf(-1), "-∞"},
	} {
		if got := Number(tt.in); got != tt.want {
			t.Errorf("Number(%v) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestAge(t *testing.T) {
	for in, want := range map[time.Duration]string{
		-time.Hour: "0s", 0: "0s", 900 * time.Millisecond: "0s", 3 * time.Second: "3s",
		59*time.Second + 999*time.Millisecond: "59s", 14 * time.Minute: "14m", time.Hour: "1h00", 125 * time.Minute: "2h05",
		23*time.Hour + 59*time.Minute: "23h59", 24 * time.Hour: "1d", 80 * time.Hour: "3d",
	} {
		if got := Age(in); got != want {
			t.Errorf("Age(%v) = %q, want %q", in, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 runs", 1: "1 run", 2: "2 runs", 1204: "1,204 runs"} {
		if got := Plural(n, "run", "runs"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}
