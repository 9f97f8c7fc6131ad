package command

import (
	"regexp"
	"strconv"
	"time"
)

// when reads what --since and --until take, against now and in its zone: how long
// ago (90s, 10m, 2h30m, 3d, 1d12h), or a time of RFC 3339, "2006-01-02",
// "2006-01-02 15:04", "2006-01-02 15:04:05" (with a T in between, too), or a time
// of today ("15:04", "15:04:05"). The answer is in Unix milliseconds, at least 1.
// Errors: [*UsageError].
func when(flag, value string, now time.Time) (int64, error) {
	if ago, ok := age(value); ok {
		return max(now.Add(-ago).UnixMilli(), 1), nil
	}
	for _, layout := range []string{
		time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04",
	} {
		if t, err := time.ParseInLocation(layout, value, now.Location()); err == nil {
			return max(t.UnixMilli(), 1), nil
		}
	}
	for _, layout := range []string{time.TimeOnly, "15:04"} {
		if t, err := time.Parse(layout, value); err == nil {
			year, month, day := now.Date()
			return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), now.Location()).UnixMilli(), nil
		}
	}
	return 0, wrongUsage("%s %s is no time; give how long ago (90s, 10m, 3d) or a time (15:04, \"2006-01-02 15:04\", 2006-01-02T15:04:05Z)",
		flag, quoted(value))
}

// age reads a duration that may begin with days.
func age(value string) (time.Duration, bool) {
	const day = 24 * time.Hour
	var ago time.Duration
	if parts := regexp.MustCompile(`^(\d{1,5})d(.*)$`).FindStringSubmatch(value); parts != nil {
		days, err := strconv.Atoi(parts[1])
		if err != nil {
			return 0, false
		}
		ago, value = time.Duration(days)*day, parts[2]
		if value == "" {
			return ago, true
		}
	}
	rest, err := time.ParseDuration(value)
	if err != nil || rest < 0 || ago+rest < 0 {
		return 0, false
	}
	return ago + rest, true
}
