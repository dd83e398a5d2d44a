"""Numbers and names as readers meet them: signs, zeros, rows of names, and nothing taken for markup."""

import pytest

from sim.wording import MINUS, decimal, escaped, listed, short, signed, true_minus


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.25, "+0.25"),
        (-0.25, f"{MINUS}0.25"),
        (0.0, "0.00"),
        (-0.0, "0.00"),
        (0.004, "0.00"),
        (-0.004, "0.00"),
        (-1234.5, f"{MINUS}1,234.50"),
        (float("nan"), "not known"),
    ],
)
def test_a_change_has_its_sign_and_what_is_told_as_zero_has_none(value, told):
    assert signed(value) == told
    assert decimal(value) == told.lstrip("+")


def test_a_change_is_told_to_as_many_decimals_as_asked():
    assert [signed(-0.0004, digits) for digits in (0, 3, 4)] == ["0", "0.000", f"{MINUS}0.0004"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from -0.5 to -1", f"from {MINUS}0.5 to {MINUS}1"),
        ("(-2)", f"({MINUS}2)"),
        ("1e-05", "1e-05"),
        ("2014-05", "2014-05"),
        ("Sino-Russian, 2-1", "Sino-Russian, 2-1"),
    ],
)
def test_only_the_hyphens_of_negative_numbers_become_minus_signs(text, told):
    assert true_minus(text) == told


def test_names_stand_in_a_row():
    assert [listed(names) for names in ([], ["a"], ["a", "b"], iter("abc"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_nothing_is_taken_for_markup():
    assert escaped("<b>R&D</b>") == "&lt;b&gt;R&amp;D&lt;/b&gt;"


def test_a_long_text_ends_in_an_ellipsis_on_one_line():
    assert short("Tokyo,\n  then Moscow", 8) == "Tokyo…"
    assert short("Tokyo", 5) == "Tokyo"
