"""Rows of cells as lines: lined up, and as Markdown."""

from sim.columns import columns, markdown


def test_columns_line_up_at_the_left_and_end_without_blanks():
    assert columns([("a", "bb", "c"), ("aaa", "b", "")], indent="  ") == ["  a    bb  c", "  aaa  b"]


def test_numbers_line_up_at_the_right_between_the_first_and_the_last_column():
    assert columns([("name", "mean", "unit"), ("x", "1", "a")], numbers=True) == [
        "name  mean  unit",
        "x        1  a",
    ]


def test_no_rows_give_no_lines():
    assert columns([]) == []


def test_a_bar_in_a_cell_does_not_begin_a_column_of_markdown():
    assert markdown(["a", "b"], [["1|2", "3"]]) == ["| a | b |", "| --- | --- |", "| 1/2 | 3 |"]
