"""Two writings of one person, and two people of one name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework.duplicates import LIKELY, Person, Reason, candidates, compare, near

FANG = Person("a", "陈桂芳", house="h1", phone="15400001234", id_tail="1830", birth="1983-10-17", sex="f")


def test_reasons_are_those_that_a_clerk_reads(names):
    other = replace(FANG, uuid="b", name="陈贵芳", phone="15400001243", id_tail="", birth="")
    match = compare(FANG, other, names)
    assert set(match.reasons) == {Reason.SOUND, Reason.HOUSE, Reason.PHONE_NEAR}
    assert match.score >= LIKELY


def test_the_same_name_alone_is_no_duplicate(names):
    assert candidates(FANG, [Person("b", "陈桂芳")], names) == ()
    assert candidates(FANG, [FANG], names) == ()


def test_father_and_daughter_in_one_house_with_one_telephone_are_not_proposed(names):
    father = Person("b", "陈大成", house="h1", phone="15400001234", id_tail="0012", birth="1955-01-01", sex="m")
    assert candidates(FANG, [father], names) == ()


def test_the_likeliest_first(names):
    twins = [Person("b", "陈桂芳", house="h1"), replace(FANG, uuid="c")]
    assert [match.uuid for match in candidates(FANG, twins, names)] == ["c", "b"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("15400001234", "15400001235", True),
        ("15400001234", "15400001243", True),
        ("15400001234", "1540000123", True),
        ("15400001234", "154000012345", True),
        ("15400001234", "15400001234", False),
        ("15400001234", "15400002235", False),
        ("15400001234", "15400001", False),
    ],
)
def test_off_by_one(one, other, expected):
    assert near(one, other) is expected
    assert near(other, one) is expected


people = st.builds(
    Person,
    uuid=st.just("x"),
    name=st.sampled_from(["陈桂芳", "陈贵芳", "单雄", "李四", ""]),
    house=st.sampled_from(["", "h1", "h2"]),
    phone=st.sampled_from(["", "15400001234", "15400001235"]),
    birth=st.sampled_from(["", "1983-10-17", "1990-01-01"]),
    sex=st.sampled_from(["", "m", "f"]),
)


@given(one=people, other=people)
def test_it_is_symmetric(names, one, other):
    assert compare(one, other, names) == compare(other, one, names)
