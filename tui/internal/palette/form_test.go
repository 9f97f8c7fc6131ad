package palette

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/line"
)

func TestField_ChecksWhileOneTypes(t *testing.T) {
	long := strings.Repeat("x", line.Most+10)
	for _, tt := range []struct {
		typ, typed, want string // want is the literal; "-" for left out
		problem          string
	}{
		{"str", "", "-", ""},
		{"str", "after warm-up", "'after warm-up'", ""},
		{"str", " ", "' '", ""},
		{"str", "it's", `"it's"`, ""},
		{"str", "'v3'", "'v3'", ""},
		{"str", `"it's"`, `"it's"`, ""},
		{"str", "'tis", `"'tis"`, ""},
		{"str", "'a', 'b'", `"'a', 'b'"`, ""},
		{"str", "''", "''", ""},
		{"str", "'", `"'"`, ""},
		{"str", "None", "'None'", ""},
		{"str", `C:\new`, `'C:\\new'`, ""},
		{"str", "two\r\nlines\rthree", `'two\nlines\nthree'`, ""},
		{"str", "tab\there", `'tab\there'`, ""},
		{"str", "\x1b[31mred\x00", "'[31mred'", ""},
		{"str", "损失 👨‍👩‍👧", `'损失 👨\u200d👩\u200d👧'`, ""},
		{"str", "\u202eevil", `'\u202eevil'`, ""},
		{"str", "'; import os; os.system('x')", `"'; import os; os.system('x')"`, ""},
		{"str", long, "'" + long[:line.Most] + "'", "cut at 65,536 bytes"},
		{"int", "", "-", ""},
		{"int", "   ", "-", ""},
		{"int", " 5 ", "5", ""},
		{"int", "-1_000", "-1_000", ""},
		{"int", "0xff", "0xff", ""},
		{"int", "3.5", "3.5", "not a whole number"},
		{"int", "abc", "abc", "not a whole number"},
		{"int", "'5'", "'5'", "not a whole number"},
		{"int", "５", "５", "not a whole number"},
		{"int", "1\n2", "1\n2", "not a whole number"},
		{"int", "True", "True", "not a whole number"},
		{"float", "3e-4", "3e-4", ""},
		{"float", "5", "5", ""},
		{"float", "1e999", "1e999", ""},
		{"float", "inf", "inf", "write 1e999 for infinity"},
		{"float", "nan", "nan", "Python has no literal for nan"},
		{"float", "fast", "fast", "not a number"},
		{"float", "0,5", "0,5", "not a number"},
		{"list", "[1, 'a']", "[1, 'a']", ""},
		{"list", "[1,\n 2]", "[1,\n 2]", ""},
		{"list", "(1, 2)", "(1, 2)", "tuple, not list"},
		{"list", "[1, 2", "[1, 2", "]"},
		{"dict", "{'a': [1]}", "{'a': [1]}", ""},
		{"dict", "{1, 2}", "{1, 2}", "set, not dict"},
		{"any", "hello", "hello", "text needs quotes: 'hello'"},
		{"any", "None", "None", ""},
		{"any", "__import__('os')", "__import__('os')", "bare word"},
		{"Optional[str]", "None", "None", ""},
		{"", "[True]", "[True]", ""},
		{"bool", "", "-", ""},
		{"bool", "true", "True", ""},
		{"bool", "False\n", "False", ""},
		{"bool", "maybe", "-", ""},
	} {
		t.Run(tt.typ+" "+tt.typed[:min(len(tt.typed), 30)], func(t *testing.T) {
			o := newOverlay(t)
			one := Target{Project: "p", Run: "r", Online: true, Actions: map[string]protocol.ActionSpec{"f": spec("", false, "x:"+tt.typ)}}
			o.OpenForm(one, protocol.ActionCall{Name: "f"}, start, false)
			if tt.typed != "" {
				paste(o, tt.typed)
			}
			f := o.form.fields[0]
			literal, given := f.literal()
			if !given {
				literal = "-"
			}
			if literal != tt.want {
				t.Errorf("the literal is %q, want %q", literal, tt.want)
			}
			if (tt.problem == "") != (f.problem == "") || !strings.Contains(f.problem, tt.problem) {
				t.Errorf("the problem is %q, want %q", f.problem, tt.problem)
			}
			_ = o.View()
			msg := press(o, "enter")
			if tt.problem != "" {
				if msg != nil {
					t.Errorf("sent %v", msg)
				}
				return
			}
			sent := msg.(SubmitMsg).Call.Args
			for name, value := range sent {
				if _, err := protocol.ParseLiteral(value); err != nil {
					t.Errorf("%s was sent as %q: %v", name, value, err)
				}
			}
			if _, sentAny := sent["x"]; sentAny != given {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func FuzzField_WhatIsSentIsALiteral(f *testing.F) {
	for _, s := range []string{"", "a", "'", `"\`, "'a' 'b'", "\x00", "\u202e", "[1", "{'a': 1}", "3e-4", "\xff", "'''\n'''", "#", "'a' # b"} {
		for typ := range 6 {
			f.Add(typ, s)
		}
	}
	types := []string{"str", "int", "float", "bool", "list", "any"}
	f.Fuzz(func(t *testing.T, typ int, typed string) {
		field := newField("x", types[uint(typ)%uint(len(types))])
		field.edit(keyOf("x"))
		field.line.Set(typed)
		field.check()
		literal, given := field.literal()
		if !given || field.problem != "" {
			return
		}
		value, err := protocol.ParseLiteral(literal)
		if err != nil || protocol.CheckLiteral(literal, field.typ) != nil {
			t.Fatalf("%q as %s is sent as %q: %v", typed, field.typ, literal, err)
		}
		again := newField("x", field.typ)
		again.fill(literal)
		back, given := again.literal()
		second, err := protocol.ParseLiteral(back)
		if !given || err != nil || !cmp.Equal(value, second) {
			t.Fatalf("%q came back as %q: %v", literal, back, err)
		}
	})
}

func TestForm_EnterGoesToTheFirstBadField(t *testing.T) {
	o := newOverlay(t)
	openForm("set_lr")(o)
	press(o, "fast", "tab", "x", "tab", "fine")
	if msg := press(o, "enter"); msg != nil || o.form.focus != 0 {
		t.Fatalf("got %v with the cursor on %d", msg, o.form.focus)
	}
	press(o, "ctrl+u", "3e-4", "enter")
	if o.form.focus != 1 {
		t.Fatalf("the cursor is on %d", o.form.focus)
	}
	want := SubmitMsg{"bert-finetune", "r1", protocol.ActionCall{Name: "set_lr", Args: map[string]string{"lr": "3e-4", "note": "'fine'"}}}
	if diff := cmp.Diff(want, press(o, "backspace", "shift+tab", "enter")); diff != "" {
		t.Error(diff)
	}
}

func TestForm_AsksInAnnouncedOrder(t *testing.T) {
	s := spec("", false, "z:int", "a:str")
	s.Args["late"] = "int"
	s.ArgNames = append(s.ArgNames, "gone", "z")
	if diff := cmp.Diff([]string{"z", "a", "late"}, argNames(s)); diff != "" {
		t.Error(diff)
	}
}

func TestForm_RecallsCallsOfThisAction(t *testing.T) {
	o := newOverlay(t)
	for _, lr := range []string{"1", "2"} {
		openForm("set_lr")(o)
		press(o, lr, "tab", "tab", "note "+lr, "enter")
	}
	openForm("save_checkpoint")(o)
	press(o, "v3", "up")
	if got := o.form.fields[0].line.Text(); got != "v3" {
		t.Errorf("a value of another action came: %q", got)
	}
	openForm("set_lr")(o)
	press(o, "9")
	texts := func() string { return o.form.fields[0].line.Text() + "/" + o.form.fields[2].line.Text() }
	for i, step := range []struct{ key, want string }{
		{"up", "2/note 2"}, {"up", "1/note 1"}, {"up", "1/note 1"}, {"down", "2/note 2"}, {"down", "9/"}, {"down", "9/"},
	} {
		if press(o, step.key); texts() != step.want {
			t.Errorf("step %d, %s: %s, want %s", i, step.key, texts(), step.want)
		}
	}
	other := target()
	other.Project = "another"
	o.OpenForm(other, protocol.ActionCall{Name: "set_lr"}, start, false)
	if press(o, "up"); texts() != "/" {
		t.Errorf("a value of another project came: %s", texts())
	}
}

func TestForm_FillsInTheValuesOfACall(t *testing.T) {
	all := Target{Project: "p", Run: "r", Online: true, Actions: map[string]protocol.ActionSpec{
		"f": spec("", false, "s:str", "i:int", "f:float", "b:bool", "d:dict", "a:any"),
	}}
	for _, args := range []map[string]string{
		{"s": "'text'", "i": "5", "f": "0.5", "b": "False", "d": "{'a': 1}", "a": "None"},
		{"s": "None", "i": "None", "f": "'x'", "b": "1", "d": "None", "a": "'x'"},
		{"s": `"'quoted'"`, "b": "True"},
		{"s": `'a\nb\x00'`, "a": "[1,\n2]"},
		{"s": "''"},
	} {
		o := newOverlay(t)
		o.OpenForm(all, protocol.ActionCall{Name: "f", Args: args}, start, false)
		got := press(o, "enter").(SubmitMsg).Call.Args
		if len(got) != len(args) {
			t.Errorf("%v became %v", args, got)
		}
		for name, value := range args {
			want, _ := protocol.ParseLiteral(value)
			if now, err := protocol.ParseLiteral(got[name]); err != nil || !cmp.Equal(now, want) {
				t.Errorf("%s=%s became %s", name, value, got[name])
			}
		}
	}
}

func TestSwitch_TurnsWithSpaceAndArrows(t *testing.T) {
	f := newField("x", "bool")
	var got []string
	for _, k := range []string{"space", "right", "right", "left", "left", "backspace", "t", "n", "x"} {
		f.edit(keyOf(k))
		got = append(got, f.choice.String())
	}
	want := []string{"True", "False", "default", "False", "True", "default", "True", "False", "False"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind_OrdersAsAPersonExpects(t *testing.T) {
	for _, tt := range []struct {
		query string
		among []string
		want  []string
	}{
		{"save", []string{"autosave", "unsaved_values", "save_checkpoint", "set_average", "save"}, []string{"save", "save_checkpoint", "autosave", "unsaved_values", "set_average"}},
		{"sc", []string{"describe", "save_checkpoint", "scale"}, []string{"scale", "save_checkpoint", "describe"}},
		{"SL", []string{"slow", "setLr", "also"}, []string{"slow", "setLr"}},
		{"lr set", []string{"set_lr", "reset", "lr"}, []string{"set_lr"}},
		{"损", []string{"loss", "损失"}, []string{"损失"}},
		{"", []string{"b", "a"}, []string{"b", "a"}},
		{"xyz", []string{"a"}, nil},
	} {
		l := list{}
		for _, title := range tt.among {
			l.all = append(l.all, entry{title: title})
		}
		l.query.Set(tt.query)
		l.filter()
		var got []string
		for _, e := range l.found {
			got = append(got, e.title)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: %s", tt.query, diff)
		}
	}
}

func TestFind_SearchesDescriptionsLast(t *testing.T) {
	l := list{all: []entry{{title: "b", more: "Write a checkpoint"}, {title: "write_all"}}}
	l.query.Set("write")
	l.filter()
	if len(l.found) != 2 || l.found[0].title != "write_all" {
		t.Errorf("found %v", l.found)
	}
}

func FuzzFind_HitsSpellTheQuery(f *testing.F) {
	f.Add("sc", "save_checkpoint")
	f.Add("ß İ", "İSTANBUL straße")
	f.Fuzz(func(t *testing.T, query, title string) {
		_, at, ok := fuzzy(query, title)
		if !ok || query == "" {
			return
		}
		runes := fold(title)
		var spelled []rune
		for i, place := range at {
			if i > 0 && place <= at[i-1] {
				t.Fatalf("%v does not ascend", at)
			}
			spelled = append(spelled, runes[place])
		}
		if string(spelled) != string(fold(query)) {
			t.Fatalf("%q in %q spells %q", query, title, string(spelled))
		}
	})
}
