package theme

// tone is one colour for each kind of terminal: #rrggbb, and indexes into the
// palettes of 256 and of 16. An empty field is the terminal's own colour.
type tone struct{ rgb, c256, c16 string }

type emphasis uint8

const (
	bold emphasis = 1 << iota
	faint
	underline
	reverse
)

// ink is how a role is written. Where 16 colours have no quiet background to
// offer, instead is the emphasis that takes its place.
type ink struct {
	fg, bg  tone
	emph    emphasis
	instead emphasis
}

// palette has an ink for each role and each state.
type palette struct {
	text, muted, faint, accent, title ink
	border, borderFocused             ink
	success, warning, failure, info   ink
	debug, mention                    ink
	selected, selectedBlurred         ink
	key, keyText                      ink
	match, matchCurrent, banner       ink
	idle, normal, high, critical      ink

	starting, running, quiet, finished, failed, lost, unknown ink

	series []tone
}

// hues are the colours of which a coloured palette is made.
type hues struct {
	text, muted, faint, border tone

	cyan, green, yellow, red, blue, magenta tone

	// row is the background of the cursor row, onHit the text on a search hit.
	row, onHit tone
}

// colours gives each role its hue. The accent is cyan because the five other
// hues are states: in a terminal of 16 colours it is the one left over.
func colours(h hues, series []tone) palette {
	return palette{
		text: ink{fg: h.text}, muted: ink{fg: h.muted}, faint: ink{fg: h.faint},
		accent: ink{fg: h.cyan}, title: ink{fg: h.text, emph: bold},
		border: ink{fg: h.border}, borderFocused: ink{fg: h.cyan},
		success: ink{fg: h.green}, warning: ink{fg: h.yellow}, failure: ink{fg: h.red},
		info: ink{fg: h.blue}, debug: ink{fg: h.faint}, mention: ink{fg: h.magenta},
		selected:        ink{fg: h.text, bg: h.row, emph: bold, instead: reverse},
		selectedBlurred: ink{fg: h.text, bg: h.row, instead: underline},
		key:             ink{fg: h.cyan, emph: bold}, keyText: ink{fg: h.muted},
		match:        ink{fg: h.onHit, bg: h.yellow},
		matchCurrent: ink{fg: h.onHit, bg: h.cyan, emph: bold},
		banner:       ink{fg: h.yellow, emph: bold},
		idle:         ink{fg: h.faint}, normal: ink{fg: h.green}, high: ink{fg: h.yellow},
		critical: ink{fg: h.red, emph: bold},

		starting: ink{fg: h.cyan}, running: ink{fg: h.green}, quiet: ink{fg: h.yellow},
		finished: ink{fg: h.blue}, failed: ink{fg: h.red, emph: bold},
		lost: ink{fg: h.magenta}, unknown: ink{fg: h.faint},

		series: series,
	}
}

func calmDark() palette {
	return colours(hues{
		muted:   tone{"#a3acb9", "248", "7"},
		faint:   tone{"#8b95a3", "246", "7"},
		border:  tone{"#4b5563", "240", "8"},
		cyan:    tone{"#5cc8dd", "80", "14"},
		green:   tone{"#7ec77b", "114", "10"},
		yellow:  tone{"#e5b567", "179", "11"},
		red:     tone{"#f47c7c", "210", "9"},
		blue:    tone{"#8ab4f8", "111", "12"},
		magenta: tone{"#d39af0", "177", "13"},
		row:     tone{"#2a3340", "236", ""},
		onHit:   tone{"#000000", "16", "0"},
	}, darkSeries())
}

func calmLight() palette {
	return colours(hues{
		muted:   tone{"#59626e", "241", "8"},
		faint:   tone{"#616975", "242", "8"},
		border:  tone{"#b4bcc7", "250", "7"},
		cyan:    tone{"#0b6a7c", "23", "6"},
		green:   tone{"#1a7434", "22", "2"},
		yellow:  tone{"#855700", "94", "3"},
		red:     tone{"#b42318", "124", "1"},
		blue:    tone{"#1d4ed8", "26", "4"},
		magenta: tone{"#8b2fb0", "90", "5"},
		row:     tone{"#e3e8ef", "254", ""},
		onHit:   tone{"#ffffff", "231", "15"},
	}, lightSeries())
}

func contrastDark() palette {
	return colours(hues{
		text:    tone{"#ffffff", "231", "15"},
		muted:   tone{"#e4e4e4", "254", "15"},
		faint:   tone{"#d0d0d0", "252", "7"},
		border:  tone{"#d0d0d0", "252", "7"},
		cyan:    tone{"#00ffff", "51", "14"},
		green:   tone{"#00ff5f", "47", "10"},
		yellow:  tone{"#ffff00", "226", "11"},
		red:     tone{"#ff8787", "210", "9"},
		blue:    tone{"#87afff", "111", "12"},
		magenta: tone{"#ff87ff", "213", "13"},
		row:     tone{"#00005f", "17", "4"},
		onHit:   tone{"#000000", "16", "0"},
	}, darkSeries())
}

func contrastLight() palette {
	return colours(hues{
		text:    tone{"#000000", "16", "0"},
		muted:   tone{"#262626", "235", "0"},
		faint:   tone{"#303030", "236", "8"},
		border:  tone{"#303030", "236", "8"},
		cyan:    tone{"#005f5f", "23", "6"},
		green:   tone{"#005f00", "22", "2"},
		yellow:  tone{"#5f4300", "58", "3"},
		red:     tone{"#a00000", "124", "1"},
		blue:    tone{"#0000af", "19", "4"},
		magenta: tone{"#870087", "90", "5"},
		row:     tone{"#ffffaf", "229", "11"},
		onHit:   tone{"#ffffff", "231", "15"},
	}, lightSeries())
}

// mono tells roles apart by weight alone, for people and terminals that want
// no colour.
func mono() palette {
	return palette{
		title: ink{emph: bold}, muted: ink{emph: faint}, faint: ink{emph: faint},
		accent: ink{emph: bold}, border: ink{emph: faint}, borderFocused: ink{emph: bold},
		warning: ink{emph: bold}, failure: ink{emph: bold | reverse},
		debug: ink{emph: faint}, mention: ink{emph: bold | underline},
		selected: ink{emph: reverse}, selectedBlurred: ink{emph: underline},
		key: ink{emph: bold}, keyText: ink{},
		match: ink{emph: underline}, matchCurrent: ink{emph: reverse | underline},
		banner: ink{emph: bold | reverse},
		idle:   ink{emph: faint}, high: ink{emph: bold}, critical: ink{emph: bold | reverse},

		starting: ink{emph: underline}, running: ink{emph: bold}, quiet: ink{emph: bold | underline},
		failed: ink{emph: bold | reverse}, lost: ink{emph: reverse}, unknown: ink{emph: faint},

		series: []tone{{}},
	}
}

// Series colours differ in lightness as well as in hue, so that they stay
// apart for people who see fewer colours.
func darkSeries() []tone {
	return []tone{
		{"#56b4e9", "74", "12"},
		{"#e69f00", "178", "11"},
		{"#2fbf98", "36", "10"},
		{"#f0e442", "227", "3"},
		{"#d98cb8", "175", "13"},
		{"#ff8a5c", "209", "9"},
		{"#a8d8ff", "153", "14"},
		{"#b5d96b", "149", "2"},
		{"#b39ddb", "140", "5"},
		{"#d7c4a3", "180", "7"},
		{"#7fe0d4", "116", "6"},
		{"#ffb3c7", "218", "15"},
	}
}

func lightSeries() []tone {
	return []tone{
		{"#0067a3", "25", "4"},
		{"#8f5f00", "94", "3"},
		{"#006e52", "29", "2"},
		{"#6b6400", "58", "8"},
		{"#963a6f", "95", "5"},
		{"#a83c00", "130", "1"},
		{"#003f73", "24", "12"},
		{"#3f6212", "28", "10"},
		{"#5b3fa0", "61", "13"},
		{"#6b4f2a", "236", "0"},
		{"#0b5f6b", "23", "6"},
		{"#9c1c46", "125", "9"},
	}
}
