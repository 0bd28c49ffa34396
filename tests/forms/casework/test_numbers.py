"""Short numbers: reading back, and what their check sign catches."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.casework.numbers import LETTERS, Number, check_digit, format_number, letters_of, parse

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
def test_any_single_wrong_digit_is_caught(written, data):
    at = data.draw(st.sampled_from([n for n, sign in enumerate(written) if sign.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789"))
    assume(wrong != written[at])
    assert parse(written[:at] + wrong + written[at + 1 :]) is None


@given(numbers, st.data())
def test_any_swap_of_neighbouring_digits_is_caught(written, data):
    pairs = [n for n in range(len(written) - 1) if written[n : n + 2].isdigit() and written[n] != written[n + 1]]
    assume(pairs)
    at = data.draw(st.sampled_from(pairs))
    swapped = written[:at] + written[at + 1] + written[at] + written[at + 2 :]
    assert parse(swapped) is None


def test_nine_of_ten_wrong_letters_are_caught():
    written = format_number("YH", "LLZB", 10_023)
    wrongs = [
        parse(written[:at] + wrong + written[at + 1 :])
        for at, right in enumerate(written)
        if right in LETTERS
        for wrong in set(LETTERS) - {right}
    ]
    assert sum(found is None for found in wrongs) >= 0.85 * len(wrongs)


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
    assert check_digit("0") == "0"
