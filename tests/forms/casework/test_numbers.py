"""Short numbers: reading back, and what their check sign catches."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.casework.numbers import LETTERS, SIGNS, Number, check_sign, format_number, letters_of, parse

numbers = st.builds(
    format_number,
    st.text(LETTERS, min_size=2, max_size=2),
    st.text(LETTERS, min_size=3, max_size=4),
    st.integers(1, 99_999_999),
)


def test_it_looks_as_on_the_slip():
    written = format_number("QS", "SQA", 424)
    assert written.startswith("QS-SQA-0424-")
    assert parse(written) == Number("QS", "SQA", 424)
    assert str(parse(written)) == written


@given(numbers)
def test_what_is_written_is_read_however_it_is_typed(written):
    full_width = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else "－" for sign in written)
    for typed in (written, written.lower(), written.replace("-", ""), written.replace("-", " "), full_width):
        assert str(parse(typed)) == written


@given(numbers, st.data())
def test_any_single_wrong_sign_is_caught(written, data):
    at = data.draw(st.sampled_from([n for n, sign in enumerate(written) if sign != "-"]))
    wrong = data.draw(st.sampled_from(SIGNS))
    assume(wrong != written[at])
    assert parse(written[:at] + wrong + written[at + 1 :]) is None


@given(numbers, st.data())
def test_any_swap_of_two_signs_is_caught(written, data):
    places = [n for n, sign in enumerate(written) if sign != "-"]
    one, other = data.draw(st.sampled_from([(a, b) for a in places for b in places if a < b]))
    assume(written[one] != written[other])
    signs = list(written)
    signs[one], signs[other] = signs[other], signs[one]
    assert parse("".join(signs)) is None


def test_every_wrong_sign_of_one_number_exhaustively():
    written = format_number("YH", "LLZB", 10_023)
    for at, right in enumerate(written):
        for wrong in set(SIGNS) - {right, "-"}:
            assert right == "-" or parse(written[:at] + wrong + written[at + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "QS", "QS-SQA-0424", "QS-SQA-0424-", "QS-OIA-0424-7", "QS-SQA-42-7", "一二三"])
def test_what_is_no_number_is_none(typed):
    assert parse(typed) is None


@pytest.mark.parametrize(
    ("kind", "letters", "running"), [("Q", "SQA", 1), ("QS", "S", 1), ("QS", "SOA", 1), ("QS", "SQA", 0)]
)
def test_signs_outside_the_alphabet_are_our_error(kind, letters, running):
    with pytest.raises(ValueError):
        format_number(kind, letters, running)


def test_letters_of_a_village_avoid_what_is_misread():
    assert letters_of("sqc") == "SQ"
    assert letters_of("ojc") == "JC"
    assert letters_of("w") == "WZ"
    assert letters_of("") == "ZZ"
    assert check_sign("0") == "0"
