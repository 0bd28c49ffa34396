"""What clerks write is read, and what could be read in two ways is not guessed."""

import pytest

from forms.register import lenient
from forms.register.lenient import Flaw, Telephone, When, Wrong
from forms.register.table import Written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1988-08-02", When(1988, 8, 2)),
        ("1988.8.2", When(1988, 8, 2)),
        ("1988年8月2日", When(1988, 8, 2)),
        ("19880802", When(1988, 8, 2)),
        ("1988/8/2", When(1988, 8, 2)),
        ("１９８８.０８.０２", When(1988, 8, 2)),
        ("1988-08-02 00:00:00", When(1988, 8, 2)),
        ("1988.08", When(1988, 8)),
        ("198808", When(1988, 8)),
        ("1988年", When(1988)),
        ("65.3.2", When(1965, 3, 2)),
        ("", None),
        ("1973.13.32", Wrong(Flaw.BIRTH_IMPOSSIBLE)),
        ("2023-02-29", Wrong(Flaw.BIRTH_IMPOSSIBLE)),
        ("六零年腊月", Wrong(Flaw.DATE_WORDS)),
        ("1960年左右", Wrong(Flaw.DATE_WORDS)),
        ("05.3.2", Wrong(Flaw.DATE_WORDS)),
    ],
)
def test_when(text: str, found: object) -> None:
    assert lenient.when(text, century_before=2026) == found


def test_part_of_a_date_fits_any_day_in_it() -> None:
    assert When(1988, 8).fits("1988-08-31")
    assert not When(1988, 8).fits("1988-09-01")
    assert not When(1988, 8, 2).fits("1988-08-03")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (Written("990621198808027143"), "990621198808027143"),
        (Written("'990621198808027143"), "990621198808027143"),
        (Written("990621 19880802 7143"), "990621198808027143"),
        (Written("９９０６２１１９８８０８０２７１４３"), "990621198808027143"),
        (Written("99062119670506206x"), "99062119670506206X"),
        (Written(""), ""),
        (Written("990621198310171830"), Wrong(Flaw.ID_CHECK)),
        (Written("9.90621197812123E+17", number=True), Wrong(Flaw.ID_NUMBER_LOST)),
        (Written("990621197812123000", number=True), Wrong(Flaw.ID_NUMBER_LOST)),
        (Written("990621500127711"), Wrong(Flaw.ID_SHORT)),
        (Written("9906211988"), Wrong(Flaw.ID_WRONG)),
        (Written("有"), Wrong(Flaw.ID_WRONG)),
    ],
)
def test_identity(cell: Written, found: object) -> None:
    assert lenient.identity(cell) == found


def test_what_the_number_says() -> None:
    assert lenient.birth_of("990621198808027143") == "1988-08-02"
    assert [lenient.sex_of(number) for number in ("990621198808027143", "990621194803121175")] == ["f", "m"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("15450671998", Telephone("15450671998")),
        ("154-4543-2415", Telephone("15445432415")),
        ("154 9631 3154", Telephone("15496313154")),
        ("１５４４１３８９０３４", Telephone("15441389034")),
        ("15483259111（儿子）", Telephone("15483259111", "儿子")),
        ("+8615483259111", Telephone("15483259111")),
        ("15483259111/15483259112", Telephone("15483259111", "15483259112")),
        ("0871-66123456", Telephone("087166123456")),
        ("", None),
        ("154159690", Wrong(Flaw.PHONE_SHORT)),
        ("25483259111", Wrong(Flaw.PHONE_WRONG)),
    ],
)
def test_telephone(text: str, found: object) -> None:
    assert lenient.telephone(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("王　伟", "王伟"), ("王 伟 ", "王伟"), ("John  Smith", "John Smith"), ("？", None), ("不详", None), ("", None)],
)
def test_name(text: str, found: str | None) -> None:
    assert lenient.name(text) == (found or Wrong(Flaw.NO_NAME))


@pytest.mark.parametrize(
    ("text", "found"),
    [("男", "m"), ("1", "m"), ("M", "m"), ("女", "f"), ("2", "f"), ("Ｆ", "f"), ("", ""), ("？", "")],
)
def test_sex(text: str, found: str) -> None:
    assert lenient.sex(text) == found


def test_a_sex_that_cannot_be_read() -> None:
    assert lenient.sex("不男") == Wrong(Flaw.SEX_WRONG)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", 3),
        ("3组", 3),
        ("第3组", 3),
        ("三组", 3),
        ("３组", 3),
        ("十二组", 12),
        ("二十组", 20),
        ("十组", 10),
        ("东头", 0),
        ("", 0),
    ],
)
def test_group(text: str, found: int) -> None:
    assert lenient.group_number(text) == found
