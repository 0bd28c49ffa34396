"""A head count told in digits: every single mistake is found, what was spoken is understood."""

import pytest

from forms.casework.headcount import Headcount, code_of, parse, place_of, qr_text, read

COUNT = Headcount("20103", 58, 2, 1)


def test_a_code_comes_back():
    assert code_of(COUNT) == f"20103-0058-002-001-{code_of(COUNT)[-2:]}"
    assert parse(code_of(COUNT)) == COUNT


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found():
    digits = code_of(COUNT).replace("-", "")
    for at, right in enumerate(digits):
        for wrong in set("0123456789") - {right}:
            assert parse(digits[:at] + wrong + digits[at + 1 :]) is None
        if at and digits[at - 1] != right:
            assert parse(digits[: at - 1] + right + digits[at - 1] + digits[at + 1 :]) is None


@pytest.mark.parametrize(
    "say",
    [
        lambda code: code.replace("-", " "),
        lambda code: f"清点 {code}！",
        lambda code: code.translate(str.maketrans("0123456789-", "零幺两三四五六七八九，")),
        lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ],
)
def test_spoken_and_full_width_digits_are_understood(say):
    assert parse(say(code_of(COUNT))) == COUNT


@pytest.mark.parametrize("written", ["", "20103", "二零一", "1" * 17, "1" * 18])
def test_what_is_no_code_is_refused(written):
    assert parse(written) is None


@pytest.mark.parametrize(
    "count", [Headcount("20103", 10000, 0, 0), Headcount("20103", 0, -1, 0), Headcount("2010", 1, 0, 0)]
)
def test_a_number_that_does_not_fit_is_refused(count):
    with pytest.raises(ValueError):
        code_of(count)


def test_a_village_in_one_qr_code():
    other = Headcount("20104", 41, 0, 0)
    told = read(qr_text("990621101201", "202611221405", (COUNT, other)))
    assert (told.village, told.at, told.counts, told.refused) == ("990621101201", "202611221405", (COUNT, other), ())


def test_lines_that_are_wrong_are_named():
    told = read(f"{code_of(COUNT)}\n20103-0058-002-001-00\n\n好的")
    assert told.counts == (COUNT,)
    assert told.refused == ("20103-0058-002-001-00", "好的")


def test_a_code_of_another_village_is_not_the_qr_codes():
    assert read(f"HC1 990621101202 202611221405\n{code_of(COUNT)}").counts == ()


def test_the_place_of_a_group():
    assert place_of("99062110120103") == "20103"
    assert place_of("990621101201") == "20100"
    with pytest.raises(ValueError):
        place_of("990621101")
