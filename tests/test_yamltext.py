import os
import pickle
import string
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim import yamltext
from sim.errors import Fault, ScenarioError, nearest
from sim.layers import merge, resolve
from sim.yamltext import Mark, Note, from_text, override, read, subtree

UNUSED = "which scenario files do not use"
COLON = "a ':' cannot stand here"
TAB = "a tab is used for indentation or spacing; use spaces"
TAG = f"'!' starts a tag, {UNUSED}; put text that starts with '!' in quotes"
NOT_TEXT_KEY = "; put text that starts with '[' or '{' in quotes"
LINES = "the top level must be 'name: value' lines, but it is "
INDENT = "this line is indented unlike the lines around it"
BLOCK = "after '|' or '>' the line must end; text follows on the next lines"

MALFORMED = [
    # text, line, column, message
    ("", 1, 1, "the file is empty; 'name: value' lines are expected"),
    ("# only a remark\n", 2, 1, "the file is empty; 'name: value' lines are expected"),
    ("---\n", 2, 1, LINES + "null"),
    ("some text", 1, 1, LINES + "'some text'"),
    ("a:1\n", 1, 1, LINES + "'a:1'; a space is needed after ':'"),
    ("- a\n- b\n", 1, 1, LINES + "a list"),
    ("7", 1, 1, LINES + "7"),
    ("true", 1, 1, LINES + "true"),
    ("a: [1, 2\nb: 3\n", 1, 4, "this '[' is not closed: ',' or ']' is expected at line 2, "
     "column 2"),
    ("a: [1, 2", 1, 4, "this '[' is not closed: ',' or ']' is expected at line 1, column 9"),
    ("a: {b: [1, 2}", 1, 8, "this '[' is not closed: ',' or ']' is expected at line 1, column 13"),
    ("a: {b: 1", 1, 4, "this '{' is not closed: ',' or '}' is expected at line 1, column 9"),
    ("a: [{b: 1]}", 1, 5, "this '{' is not closed: ',' or '}' is expected at line 1, column 10"),
    ("{", 1, 2, "the file ends inside an open '[' or '{'"),
    ("a: 'x\nb: 1\n", 1, 4, "this quote is never closed"),
    ('a: "x\n', 1, 4, "this quote is never closed"),
    ("a: 'x\n---\n'", 1, 4, "this quote is never closed"),
    ("a: 'it's'", 1, 8, "nothing can follow the value here; put all text in quotes"),
    ("a: [b]c", 1, 7, "nothing can follow the value here; put all text in quotes"),
    ("a: 1\n\tb: 2\n", 2, 1, TAB),
    ("a:\n\tb: 2\n", 2, 1, TAB),
    ("\ta: 1", 1, 1, TAB),
    ("a:\t1", 1, 3, TAB),
    ("a: b: c\n", 1, 5, COLON),
    ("a: 1\n b: 2\n", 2, 3, COLON),
    ("--- a: 1", 1, 6, COLON),
    ("a:\n  b: 1\n c: 2\n", 3, 2, INDENT),
    ("a:\n    b: 1\n  c: 2\n", 3, 3, INDENT),
    ("- a\nb: 1\n", 2, 1, "only '- item' lines can stand in this list"),
    ("a: 1\n- b\n", 2, 1, "a list item '-' cannot stand among 'name: value' lines"),
    ("a: - b", 1, 4, "a list item '-' cannot start here; give it its own line"),
    ("a: ? b", 1, 4, "text cannot start with '? '; put it in quotes"),
    ("a: @x", 1, 4, "text cannot start with '@'; put it in quotes"),
    ("a: `x`", 1, 4, "text cannot start with '`'; put it in quotes"),
    ("a: %x", 1, 4, "text cannot start with '%'; put it in quotes"),
    ("a: *\n", 1, 4, "text cannot start with '*'; put it in quotes"),
    ("a: &\n", 1, 4, "text cannot start with '&'; put it in quotes"),
    ("a: 1\na 2\nb: 3\n", 2, 1, "'name: value' is expected, but there is no ': ' here"),
    (": 1", 1, 1, "a name is expected before ':'"),
    ("a: ]", 1, 4, "a value is expected here, but there is ']'"),
    ("a: [1,,2]", 1, 7, "a value is expected here, but there is ','"),
    ('a: "\\q"', 1, 6, r"unknown escape after '\'; use single quotes or write '\\'"),
    ('a: "\\x4"', 1, 7, r"incomplete escape after '\'; write '\\' for a '\'"),
    ('a: "\\UFFFFFFFF"', 1, 7, "this escape or '%' line is invalid"),
    ("%YAML 1." + "1" * 5000 + "\n---\na: 1", 1, 9, "this escape or '%' line is invalid"),
    ("a: |x\n  b", 1, 5, BLOCK),
    ("a: |0\n  b", 1, 5, BLOCK),
    ("a: 1\n...\nb: 2", 3, 1, "'---' or the end of the file is expected here"),
    ("a: 1\n---\nb: 2", 2, 1, "a second document starts here ('---'); a file holds only one"),
    ("%TAG ! tag:x,2000:\n---\na: 1", 1, 1, f"this is a %TAG directive, {UNUSED}"),
    ("%YAML 2.0\n---\na: 1", 1, 1, f"this line is a directive ('%'), {UNUSED}"),
    ("%", 1, 2, f"this line is a directive ('%'), {UNUSED}"),
    ("a: !<x", 1, 4, TAG),
    ("a: !e!x 1", 1, 4, TAG),
    ("a: !!python/object:os.system 1", 1, 4, f"'tag:yaml.org,2002:python/object:os.system' is a "
     f"tag ('!'), {UNUSED}"),
    ("a: !x 1", 1, 4, f"'!x' is a tag ('!'), {UNUSED}"),
    ("a: ! 1", 1, 4, f"'!' is a tag ('!'), {UNUSED}"),
    ("!x a: 1", 1, 1, f"'!x' is a tag ('!'), {UNUSED}"),
    ("a: &x 1", 1, 4, f"'&x' is an anchor, {UNUSED}"),
    ("a: &x [1]", 1, 4, f"'&x' is an anchor, {UNUSED}"),
    ("&x a: 1", 1, 1, f"'&x' is an anchor, {UNUSED}"),
    ("a: *x", 1, 4, f"'*x' is an alias, {UNUSED}"),
    ("*x : 1", 1, 1, f"'*x' is an alias, {UNUSED}"),
    ("<<: {a: 1}", 1, 1, f"'<<' is a merge key, {UNUSED}"),
    ("a: 1\nb: 2\na: 3", 3, 1, "'a' is already given in line 1"),
    ("m:\n  a: 1\n  'a': 2", 3, 3, "'a' is already given in line 2"),
    ("'': 1", 1, 1, "a name is empty"),
    ("' ': 1", 1, 1, "a name is empty"),
    ("a: {: 1}", 1, 5, "a name is expected before ':'"),
    ("[a]: 1", 1, 1, "a name must be text, not a list" + NOT_TEXT_KEY),
    ("a: {{ b }}", 1, 5, "a name must be text, not a mapping" + NOT_TEXT_KEY),
    ("? - a\n: 1", 1, 3, "a name must be text, not a list" + NOT_TEXT_KEY),
    ("a: .inf", 1, 4, "must be a finite number, not '.inf'"),
    ("a: +.Inf", 1, 4, "must be a finite number, not '+.Inf'"),
    ("a: -.INF", 1, 4, "must be a finite number, not '-.INF'"),
    ("a: [.NaN]", 1, 5, "must be a finite number, not '.NaN'"),
    ("a: 1e999", 1, 4, "must be a finite number, not '1e999', which overflows"),
    ("a: -1e999", 1, 4, "must be a finite number, not '-1e999', which overflows"),
    ("a: 1000000000000001", 1, 4, "must be a finite number of at most 10**15, not "
     "'1000000000000001'"),
    ("a: 0xFFFFFFFFFFFFF", 1, 4, "must be a finite number of at most 10**15, not "
     "'0xFFFFFFFFFFFFF'"),
    ("a: " + "9" * 5000, 1, 4, "must be a finite number of at most 10**15, not "
     f"'{'9' * 39}...'"),
    ("a: x\x00y", 1, 5, "U+0000 is a control character; delete it, and save the file as "
     "UTF-8 text"),
    ("a: 1\r\nb: \x1b[1m", 2, 4, "U+001B is a control character"),
    ("a: x\u2028y", 1, 5, "U+2028 is a control character"),
    ("a: x\ufeffy", 1, 5, "U+FEFF is a control character"),
    ("a: x\ud800y", 1, 5, "U+D800 is a control character"),
    ('a: "\\0"', 1, 4, "this text holds the control character U+0000"),
    ('"\\e": 1', 1, 1, "this text holds the control character U+001B"),
    ('a: "\\ud800"', 1, 4, "this text holds the control character U+D800"),
    ("a: " + "x" * 10_001, 1, 4, "this text has more than 10000 characters"),
    ("? " + "x" * 10_001 + "\n: 1", 1, 3, "this text has more than 10000 characters"),
    ("a: " + "[" * 24, 1, 27, "nesting is deeper than 24 levels"),
    ("a:\n  " + "- " * 5000, 2, 49, "nesting is deeper than 24 levels"),
    ("a: [" + "1," * 50_000 + "]", 1, 99_999, "more than 50000 keys and values in a file"),
    ("a: " + " " * 2**20, 1, 1, "the text is larger than 1 MiB"),
    ("m: {why: 3}", 1, 10, "why must be text, not 3"),
    ("m: {why: }", 1, 9, "why must be text, not null"),
    ("m: {source: [x]}", 1, 13, "source must be text, not a list"),
    ("m: {source: {value: x}}", 1, 13, "source must be text, not a mapping"),
    ("m: {value: 1, wy: x}", 1, 15, "'wy' cannot stand beside 'value'; only why and source can; "
     "did you mean 'why'?"),
    ("m: [{value: 1, Source: x}]", 1, 16, "'Source' cannot stand beside 'value'; only why and "
     "source can; did you mean 'source'?"),
    ("m: {value: 1, level: 2}", 1, 15, "'level' cannot stand beside 'value'; only why and source "
     "can"),
]  # fmt: skip


def faults_of(text):
    with pytest.raises(ScenarioError) as caught:
        from_text(text, "s.yaml")
    return caught.value.faults


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def message(path, **options):
    with pytest.raises(ScenarioError) as caught:
        resolve(path, **{"shipped": None, **options})
    return str(caught.value)


@pytest.mark.parametrize(("text", "line", "column", "said"), MALFORMED)
def test_a_malformed_file_is_refused_at_its_place_in_plain_words(text, line, column, said):
    fault = faults_of(text)[0]
    assert (fault.file, fault.line, fault.column) == ("s.yaml", line, column)
    assert fault.message.startswith(said)
    assert "\n" not in fault.message


def test_the_malformed_inputs_are_of_at_least_eighty_kinds():
    assert len({text for text, *_ in MALFORMED}) >= 80


def test_a_misplaced_colon_is_explained():
    assert faults_of("a: b: c")[0].message == (
        "a ':' cannot stand here; put text that holds ': ' in quotes, "
        "and start every name in the same column as its neighbours"
    )


def test_faults_are_collected_in_order_and_without_repeats():
    text = "z: {why: 1, x: .inf}\na: *x\na: !t &y 2\n<<: 3\n"
    assert [(f.line, f.column) for f in faults_of(text)] == [
        (1, 10), (1, 16), (2, 4), (3, 1), (3, 4), (3, 4), (4, 1)
    ]  # fmt: skip


def test_a_syntax_fault_is_shown_with_the_faults_before_it():
    assert [f.line for f in faults_of("a: .nan\nb: 'x\n")] == [1, 2]


def test_errors_print_one_fault_per_line_and_survive_pickling():
    error = ScenarioError([Fault("s", 2, 1, "b"), Fault("s", 1, 9, "a"), Fault("s", 2, 1, "b")])
    assert str(error) == "s:1:9: a\ns:2:1: b"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
        ("nULL", "nULL"), ("true", True), ("True", True), ("TRUE", True), ("tRue", "tRue"),
        ("false", False), ("False", False), ("FALSE", False),
        ("no", "no"), ("NO", "NO"), ("on", "on"), ("yes", "yes"), ("off", "off"), ("y", "y"),
        ("0", 0), ("010", 10), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31), ("-0x1", "-0x1"),
        ("1000000000000000", 10**15), ("-1000000000000000", -(10**15)), ("0b11", "0b11"),
        ("1e6", 1e6), ("1E6", 1e6), (".5", 0.5), ("-1.5E-3", -0.0015), ("1.", 1.0), ("+.5e+1", 5.0),
        ("12:30", "12:30"), ("1_000", "1_000"), ("2014-03", "2014-03"), ("2014Q2", "2014Q2"),
        ("2014-03-01", "2014-03-01"), ("1,5", "1,5"), ("50%", "50%"), ("1.2.3", "1.2.3"),
        ("inf", "inf"), ("nan", "nan"), ("0x", "0x"), (".", "."), ("1e", "1e"), ("٣", "٣"),
        ("'1'", "1"), ('"true"', "true"), ("''", ""), ("'.inf'", ".inf"), ("'~'", "~"),
        ("0" * 9000 + "1", 1), ("|\n  x\n  y\n", "x\ny\n"), (">-\n  x\n  y\n", "x y"),
    ],
)  # fmt: skip
def test_unquoted_values_follow_the_core_schema_of_yaml_1_2(text, value):
    got = from_text(f"a: {text}", "s").data["a"]
    assert (got, type(got)) == (value, type(value))


def test_names_are_text_as_written():
    text = "2014: 1\nNO: 2\nnull: 3\n0x1F: 4\n1.0: 5\n~: 6\ntrue: 7"
    expected = ["2014", "NO", "null", "0x1F", "1.0", "~", "true"]
    assert list(from_text(text, "s").data) == expected


@pytest.mark.parametrize("text", ["\ufeffa: 1", "a: 1\r\n", "---\na: 1\n...\n", "%YAML 1.2\n---\na: 1"])
def test_harmless_forms_are_accepted(text):
    assert from_text(text, "s").data == {"a": 1}


def test_a_quoted_merge_sign_is_an_ordinary_name():
    assert from_text("'<<': 1", "s").data == {"<<": 1}


def test_values_at_the_limits_are_accepted():
    assert from_text("a: " + "[" * 23 + "]" * 23, "s").data
    assert from_text("a: [" + "1," * 49_997 + "]", "s").data
    assert from_text("a: " + "x" * 10_000, "s").data


def test_marks_tell_where_each_name_and_value_stands():
    document = from_text("é: 1\nm:\n  b: [2,\n    {c: 3}]\n", "s")
    assert document.data == {"é": 1, "m": {"b": [2, {"c": 3}]}}
    assert document.key_marks == {
        ("é",): Mark("s", 1, 1),
        ("m",): Mark("s", 2, 1),
        ("m", "b"): Mark("s", 3, 3),
        ("m", "b", "1", "c"): Mark("s", 4, 6),
    }
    assert document.marks == {
        (): Mark("s", 1, 1),
        ("é",): Mark("s", 1, 4),
        ("m",): Mark("s", 3, 3),
        ("m", "b"): Mark("s", 3, 6),
        ("m", "b", "0"): Mark("s", 3, 7),
        ("m", "b", "1"): Mark("s", 4, 5),
        ("m", "b", "1", "c"): Mark("s", 4, 9),
    }


def test_notes_are_not_data_and_the_nearest_one_counts():
    text = """
m:
  why: outer
  source: book
  a: 1
  b: {why: inner, c: 2, d: {source: paper, e: [3, 4]}}
n: {f: 5}
"""
    document = from_text(text, "s")
    assert document.data == {"m": {"a": 1, "b": {"c": 2, "d": {"e": [3, 4]}}}, "n": {"f": 5}}
    assert document.notes == {
        ("m", "a"): Note("outer", "book"),
        ("m", "b", "c"): Note("inner", "book"),
        ("m", "b", "d", "e"): Note("inner", "paper"),
    }


def test_a_value_with_its_notes_is_unwrapped():
    document = from_text("a: {value: 0.3, why: w}\nb: {value: [1], source: s}\nc: {value: x}", "s")
    assert document.data == {"a": 0.3, "b": [1], "c": "x"}
    assert document.notes == {("a",): Note(why="w"), ("b",): Note(source="s")}
    assert document.marks["a",] == Mark("s", 1, 12)
    assert document.key_marks.keys() == {("a",), ("b",), ("c",)}


def test_notes_reach_into_lists_of_mappings():
    document = from_text("a:\n  why: w\n  b: [{c: 1, source: s}, {value: 2, why: v}, 3]", "s")
    assert document.data == {"a": {"b": [{"c": 1}, 2, 3]}}
    assert document.notes == {
        ("a", "b"): Note("w"),
        ("a", "b", "0", "c"): Note("w", "s"),
        ("a", "b", "1"): Note("v"),
    }


def test_notes_and_value_at_the_top_level_are_left_as_data():
    document = from_text("why: x\nsource: 3\nvalue: 1", "s")
    assert document.data == {"why": "x", "source": 3, "value": 1}
    assert document.notes == {}


# --- reading files ---


def read_message(path):
    with pytest.raises(ScenarioError) as caught:
        read(path)
    return str(caught.value)


def test_marks_name_the_file_as_the_user_gave_it(tmp_path, monkeypatch):
    write(tmp_path, a="x: 1")
    monkeypatch.chdir(tmp_path)
    assert read("./a.yaml").marks[()].file == "./a.yaml"
    assert read(Path("a.yaml")).data == {"x": 1}


def test_a_null_is_kept_when_one_file_is_read(tmp_path):
    write(tmp_path, a="x:\ny: {z: ~}")
    assert read(tmp_path / "a.yaml").data == {"x": None, "y": {"z": None}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\nb: \xe9\n", "2:4: byte 0xE9 is not UTF-8 text; save the file as UTF-8"),
        (b"\xef\xbb\xbfab\xff", "1:3: byte 0xFF is not UTF-8 text; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "1:1: byte 0xFF is not UTF-8 text; save the file as UTF-8"),
        (b"a: \x00", "1:4: U+0000 is a control character"),
        (b"#" * (2**20 + 1), "1:1: the file is larger than 1 MiB, too large for a scenario"),
        (b"", "1:1: the file is empty; 'name: value' lines are expected"),
    ],
)
def test_unreadable_content_is_refused(tmp_path, content, said):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    assert read_message(path).startswith(f"{path}:{said}")


def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    expected = ":1:1: this is a pipe or a device; a YAML file is expected"
    assert read_message(tmp_path / "pipe.yaml").endswith(expected)
    assert read_message("/dev/zero").endswith(expected)
    expected = f"{tmp_path}:1:1: this is a folder; a YAML file is expected"
    assert read_message(tmp_path) == expected


def test_a_file_that_is_missing_or_cannot_be_read_is_named(tmp_path, monkeypatch):
    assert read_message("no.yaml") == "no.yaml:1:1: there is no such file"
    assert "cannot be read: embedded null byte" in read_message("a\0.yaml")
    assert "cannot be read: File name too long" in read_message("a" * 5000)
    write(tmp_path, a="x: 1")
    assert "cannot be read: Not a directory" in read_message(tmp_path / "a.yaml" / "b.yaml")

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert read_message(tmp_path / "a.yaml").endswith("cannot be read: Permission denied")


# --- merging ---


def merged(parent, child, **options):
    return merge(from_text(parent, "p"), from_text(child, "c"), **options)


def test_the_child_wins_key_by_key_and_lists_are_replaced():
    document, faults = merged("a: {x: 1, y: 2}\nl: [1, 2]\nk: 0", "z: 9\nl: [3]\na: {new: 5, y: 3}")
    assert document.data == {"a": {"x": 1, "y": 3, "new": 5}, "l": [3], "k": 0, "z": 9}
    assert list(document.data) == ["a", "l", "k", "z"]
    assert list(document.data["a"]) == ["x", "y", "new"]
    assert faults == []


def test_replaced_values_lose_the_marks_and_notes_of_the_parent():
    parent = "a: {why: w, x: 1, l: [1, {y: 2}]}\nb: {c: {why: v, d: 1}}\ne: {why: u, f: 1}"
    document, _ = merged(parent, "a: {l: [7]}\nb: {c: 8}\ne:")
    assert document.data == {"a": {"x": 1, "l": [7]}, "b": {"c": 8}}
    assert document.notes == {("a", "x"): Note("w")}
    assert document.key_marks.keys() == {("a",), ("a", "x"), ("a", "l"), ("b",), ("b", "c")}
    below = {(), ("a",), ("a", "x"), ("a", "l"), ("a", "l", "0"), ("b",), ("b", "c")}
    assert document.marks.keys() == below
    assert document.marks["a", "x"].file == "p"
    assert document.marks["a", "l", "0"] == Mark("c", 1, 9)


def test_merging_changes_neither_document():
    parent, child = from_text("a: {b: 1, c: {d: 1}}", "p"), from_text("a: {b: ~, c: {d: 2}}", "c")
    before = repr((parent, child))
    merge(parent, child)
    assert repr((parent, child)) == before


def test_null_removes_from_the_parent():
    document, faults = merged("a: {x: 1, y: 2}\nb: 3", "a: {x: ~}\nb:")
    assert (document.data, faults) == ({"a": {"y": 2}}, [])


@pytest.mark.parametrize(
    ("child", "said"),
    [
        ("m: {treat: ~}", "c:1:5: 'treat' is null, but there is nothing called 'treat' to remove; "
         "did you mean 'threat'?"),
        ("zzz:", "c:1:1: 'zzz' is null, but there is nothing called 'zzz' to remove"),
        ("n: {x: {y: ~}}", "c:1:9: 'y' is null, but there is nothing called 'y' to remove"),
        ("n: [1, ~]", "c:1:8: this list item has no value"),
        ("n: [{x: }]", "c:1:6: 'x' is null, but there is nothing called 'x' to remove"),
    ],
)  # fmt: skip
def test_a_null_that_removes_nothing_is_a_fault(child, said):
    assert list(map(str, merged("m: {threat: 1}", child)[1])) == [said]


def test_a_mapping_can_replace_the_parents_whole():
    asked = []

    def whole(path, parent, child):
        asked.append((path, parent, child))
        return path == ("a",)

    document, faults = merged("a: {x: 1}\nb: {x: 1}", "a: {y: 2}\nb: {y: 2}", whole=whole)
    assert document.data == {"a": {"y": 2}, "b": {"x": 1, "y": 2}}
    assert (("a",), {"x": 1}, {"y": 2}) in asked
    assert ("a", "x") not in document.marks
    assert faults == []


plain_data = st.recursive(
    st.integers(0, 9) | st.text(string.ascii_letters, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner) | st.lists(inner, max_size=2),
)
mappings = st.dictionaries(st.sampled_from("abcd"), plain_data)


def places(value, path=()):
    yield path
    items = enumerate(value) if isinstance(value, list) else ()
    for key, below in value.items() if isinstance(value, dict) else items:
        yield from places(below, (*path, str(key)))


@given(mappings, mappings)
def test_a_merged_document_has_a_mark_for_each_value_and_no_others(parent, child):
    document, faults = merge(override(parent, file="p"), override(child, file="c"))
    assert faults == []
    assert document.marks.keys() == set(places(document.data))
    assert all(len(p) == 0 or p in document.marks for p in document.key_marks)


@given(mappings)
def test_merging_a_document_with_itself_or_with_nothing_changes_no_data(data):
    document = override(data, file="p")
    nothing = override({}, file="c")
    for parent, child in [(document, document), (document, nothing), (nothing, document)]:
        assert merge(parent, child)[0].data == data


# --- overrides and subtrees ---


def test_an_override_stands_at_the_given_line():
    document = override({"a": {"b": [1, None]}, "c": {"value": 2, "why": "w"}}, file="--set")
    assert document.data == {"a": {"b": [1, None]}, "c": 2}
    assert document.notes == {("c",): Note("w")}
    assert set(document.marks.values()) == {Mark("--set", 1, 1)}
    assert override({"a": 1}, file="f", mark_line=7).key_marks["a",] == Mark("f", 7, 1)


def test_a_malformed_override_is_refused():
    with pytest.raises(ScenarioError, match="--set:1:1: why must be text, not 3"):
        override({"a": {"why": 3}}, file="--set")


def test_a_subtree_keeps_its_marks_and_notes():
    below = subtree(from_text("a:\n  why: w\n  b: {c: {d: 1}}\n", "s"), ("a", "b"))
    assert below.data == {"c": {"d": 1}}
    assert below.key_marks == {("c",): Mark("s", 3, 7), ("c", "d"): Mark("s", 3, 11)}
    assert below.marks.keys() == {(), ("c",), ("c", "d")}
    assert below.notes == {("c", "d"): Note("w")}


@pytest.mark.parametrize(("text", "what"), [("~", "null"), ("[1]", "a list"), ("'x'", "'x'")])
def test_a_subtree_must_be_a_mapping(text, what):
    document = from_text(f"a: {{b: {text}}}", "s")
    with pytest.raises(ScenarioError, match=rf"^s:1:8: 'b' must be a mapping, not {what}") as caught:
        subtree(document, ("a", "b"))
    assert len(caught.value.faults) == 1
    with pytest.raises(KeyError):
        subtree(document, ("a", "z"))


# --- extending ---


def test_a_file_extends_files_in_its_folder_and_shipped_ones(tmp_path):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    (own / "sub").mkdir(parents=True)
    write(shipped, cold_war="a: 1\nb: {c: 1, d: 1}", deeper="extends: cold_war\nb: {c: 2}")
    write(own, child="extends: sub/parent.yaml\nb: {d: ~, f: 4}")
    write(own / "sub", parent="extends: deeper\ne: 3")
    document = resolve(own / "child.yaml", shipped=shipped)
    assert document.data == {"a": 1, "b": {"c": 2, "f": 4}, "e": 3}
    assert ("extends",) not in document.key_marks | document.marks
    assert document.marks["a",].file == str(shipped / "cold_war.yaml")
    assert document.marks["e",] == Mark(str(own / "sub" / "parent.yaml"), 2, 4)


def test_relative_names_stay_relative(tmp_path, monkeypatch):
    (tmp_path / "s").mkdir()
    write(tmp_path / "s", child="extends: parent.yml", other="a: 1")
    (tmp_path / "s" / "other.yaml").rename(tmp_path / "s" / "parent.yml")
    monkeypatch.chdir(tmp_path)
    assert resolve("s/child.yaml", shipped=None).marks["a",] == Mark("s/parent.yml", 1, 4)


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("cold_wor", "no shipped scenario is called 'cold_wor'; did you mean 'cold_war'?"),
        ("zzz", "no shipped scenario is called 'zzz'"),
        ("Cold-War", "extends must be a shipped name or end in .yaml, not 'Cold-War'; "
         "did you mean 'cold_war'?"),
        ("x/y.json", "extends must be a shipped name or end in .yaml, not 'x/y.json'"),
        ("''", "extends must be a shipped name or end in .yaml, not ''"),
        ("3", "extends must be text, not 3"),
        ("", "extends must be text, not null"),
        ("[a, b]", "extends must be text, not a list"),
        ("{a: b}", "extends must be text, not a mapping"),
        ("bas.yaml", "there is no file 'bas.yaml' beside this one; did you mean 'base.yaml'?"),
        ("qqqqqqqqqq.yaml", "there is no file 'qqqqqqqqqq.yaml' beside this one"),
        ("../base.yaml", "extends must stay inside the file's own folder, not '../base.yaml'"),
        ("/etc/base.yaml", "extends must stay inside the file's own folder, not '/etc/base.yaml'"),
        ("link.yaml", "extends must stay inside the file's own folder, not 'link.yaml'"),
        ("linked/outside.yaml", "extends must stay inside the file's own folder, not "
         "'linked/outside.yaml'"),
    ],
)  # fmt: skip
def test_a_wrong_extends_is_refused_at_its_place(tmp_path, extends, said):
    shipped, own, outside = (tmp_path / name for name in ("shipped", "own", "outside"))
    for folder in (shipped, own, outside):
        folder.mkdir()
    write(shipped, cold_war="a: 1")
    write(outside, outside="a: 1")
    write(own, base="a: 1", child=f"b: 1\nextends: {extends}")
    (own / "link.yaml").symlink_to(outside / "outside.yaml")
    (own / "linked").symlink_to(outside)
    (own / "qqqqqqqqqq.yaml").symlink_to(own / "qqqqqqqqqq.yaml")  # a circle
    first = message(own / "child.yaml", shipped=shipped).splitlines()[0]
    assert first.startswith(f"{own}/child.yaml:2:")
    assert first.split(": ", 1)[1] == said


def test_an_overlong_extends_is_refused(tmp_path):
    write(tmp_path, child="extends: " + "x" * 5000 + ".yaml")
    said = f"there is no file '{'x' * 39}...' beside this one"
    assert message(tmp_path / "child.yaml").endswith(said)


def test_a_bare_name_needs_shipped_scenarios(tmp_path):
    write(tmp_path, child="extends: base", base="a: 1")
    assert message(tmp_path / "child.yaml").endswith("no shipped scenario is called 'base'")


def test_files_that_extend_each_other_in_a_circle_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, a="extends: b.yaml", b="x: 1\nextends: a.yaml", own="extends: ./own.yaml")
    said = "these files extend each other in a circle: "
    assert message("a.yaml") == f"b.yaml:2:10: {said}a.yaml -> b.yaml -> a.yaml"
    assert message("own.yaml") == f"own.yaml:1:10: {said}own.yaml -> own.yaml"


def test_a_chain_of_sixteen_files_is_the_longest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, **{f"f{i}": f"extends: f{i + 1}.yaml" for i in range(17)}, f17="x: 1")
    assert resolve("f2.yaml", shipped=None).data == {"x": 1}
    said = message("f1.yaml")
    assert said.startswith("f16.yaml:1:10: more than 16 files extend each other: f1.yaml -> f2.yaml")


def test_a_file_that_extends_nothing_must_give_every_value(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, a="x:\ny: {z: ~}\nl: [~]\nm: {b:1}")
    assert message("a.yaml").splitlines() == [
        "a.yaml:1:1: 'x' has no value; write one, or leave the name out",
        "a.yaml:2:5: 'z' has no value; write one, or leave the name out",
        "a.yaml:3:5: this list item has no value",
        "a.yaml:4:5: 'b:1' has no value; write one, or leave the name out; a space is needed after ':'",
    ]


def test_the_faults_of_all_files_are_shown_together(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        child="extends: parent.yaml\na: .inf\nnone: ~",
        parent="extends: base.yaml\nb: *x",
        base="c: ~\nc: 2",
        orphan="extends: nowhere.yaml\na: .nan\nx: ~",
    )
    places = [said.split(": ")[0] for said in message("child.yaml").splitlines()]
    assert places == ["base.yaml:1:1", "base.yaml:2:1", "child.yaml:2:4", "child.yaml:3:1",
                      "parent.yaml:2:4"]  # fmt: skip
    places = [said.split(": ")[0] for said in message("orphan.yaml").splitlines()]
    assert places == ["orphan.yaml:1:10", "orphan.yaml:2:4"]
    (tmp_path / "base.yaml").write_text("a: 'x")
    assert "base.yaml:1:4: this quote is never closed" in message("child.yaml")


def test_whole_is_asked_along_the_chain(tmp_path):
    write(tmp_path, child="extends: base.yaml\na: {y: 2}", base="a: {x: 1}")
    document = resolve(
        tmp_path / "child.yaml",
        shipped=None,
        merging=partial(merge, whole=lambda path, *_: path == ("a",)),
    )
    assert document.data == {"a": {"y": 2}}


def test_nulls_survive_below_the_kept_paths_only(tmp_path):
    base = "q: {against: {one: {a: ~, b: 1}, two: {c: [~]}}}"
    child = "extends: base.yaml\nq: {against: {one: {b: ~, d: {e: ~}}, three: ~}}"
    write(tmp_path, base=base, child=child)
    keep = (("q", "against"),)
    document = resolve(tmp_path / "child.yaml", shipped=None, keep_null=keep)
    assert document.data == {
        "q": {
            "against": {
                "one": {"a": None, "b": None, "d": {"e": None}},
                "two": {"c": [None]},
                "three": None,
            }
        }
    }
    assert subtree(document, ("q", "against", "one")).data["a"] is None
    write(tmp_path, child="extends: base.yaml\nq: {against: ~}")
    assert resolve(tmp_path / "child.yaml", shipped=None, keep_null=keep).data == {"q": {}}


# --- any input ---

yamlish = st.lists(
    st.sampled_from(
        ["a", "b: ", ": ", "- ", "? ", "[", "]", "{", "}", ",", "\n", "\n  ", "\t", "'", '"', "#",
         "&x ", "*x", "!", "!!t ", "|", ">", "%", "---\n", "...\n", "<<", "~", "1", "e9", ".inf",
         "\\x", "\\U", "F" * 8, "value: ", "why: ", "extends: ", "%YAML ", "%TAG ", "\r", "\ufeff"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=500, deadline=2000)
@given(st.text(max_size=300) | yamlish)
@example('a: "\\UFFFFFFFF"')
def test_any_text_gives_a_document_or_a_scenario_error(text):
    try:
        document = from_text(text, "s")
    except ScenarioError as error:
        faults, said = error.faults, str(error)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert said.count("\n") == len(faults) - 1
        assert all(1 <= f.line <= len(lines) for f in faults)
        assert all(1 <= f.column <= len(lines[f.line - 1]) + 1 for f in faults)
    else:
        assert document.marks.keys() == set(places(document.data))


@settings(max_examples=200, deadline=2000)
@given(st.binary(max_size=300) | yamlish.map(str.encode))
def test_any_bytes_give_a_document_or_a_scenario_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        assert None not in resolve(path, shipped=None).data.values()
    except ScenarioError as error:
        assert error.faults  # noqa: PT017


HUGE = ["a: [" + "{b: 1}," * 150_000, "[" * 2**20, "- " * 2**19, "a: &x " * 150_000, "? " * 2**19,
        "".join(f"a{i}:\n" for i in range(100_000)), "a: x\n" * 200_000, "x " * 2**19, "\n" * 2**20,
        "a: '" + "x\n\n" * 300_000, "a: |\n" + " x\n" * 300_000, "a: {" * 250_000]  # fmt: skip


@pytest.mark.parametrize("text", HUGE, ids=lambda text: repr(text[:6]))
def test_a_hostile_file_is_refused_within_seconds(text):
    begin = time.perf_counter()
    assert faults_of(text)
    assert time.perf_counter() - begin < 10  # a tenth of this on the machine it was written on


def test_many_nulls_that_remove_nothing_are_refused_within_seconds():
    parent = override({f"name{i}": 1 for i in range(900)}, file="p")
    child = override({f"nome{i}": None for i in range(20_000)}, file="c")
    begin = time.perf_counter()
    assert len(merge(parent, child)[1]) == 20_000
    assert time.perf_counter() - begin < 10


# --- names ---


@pytest.mark.parametrize(
    ("name", "valid", "said"),
    [
        ("acommodate", ["confront", "accommodate"], "; did you mean 'accommodate'?"),
        ("THREAT", ["threat"], "; did you mean 'threat'?"),
        ("cold war", ["Cold_War"], "; did you mean 'Cold_War'?"),
        ("cold-war", ["cold_war"], "; did you mean 'cold_war'?"),
        ("xyz", ["threat"], ""),
        ("xyz", [], ""),
        ("name1", [f"name{i}" for i in range(5000)], ""),
    ],
)
def test_the_nearest_name_is_offered_when_one_is_near(name, valid, said):
    assert nearest(name, valid) == said


def test_every_plain_wording_is_met_by_some_malformed_input():
    said = [fault.message for text, *_ in MALFORMED for fault in faults_of(text)]
    for _, _, words in yamltext._PLAIN_WORDS[:-1]:  # the last is for messages not foreseen
        start = words.format("@", place="@").split("@")[0]
        assert any(message.startswith(start) for message in said), words
