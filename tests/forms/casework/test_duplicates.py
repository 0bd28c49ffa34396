"""Two writings of one person, and two people of one name."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework.duplicates import LIKELY, Person, Reason, candidates, compare, near, pairs

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


def test_pairs_of_a_register_are_those_that_comparing_everybody_finds(names):
    chance = random.Random(7)
    given = ("建国", "建华", "秀英", "桂芳", "桂方", "伟")
    people = [
        Person(
            uuid=f"{number:08d}",
            name=chance.choice("王李陈") + chance.choice(given),
            house=f"house-{chance.randrange(60)}",
            phone=f"1541234{chance.randrange(10_000):04d}",
            birth=f"19{chance.randrange(40, 99)}-05-06",
            sex=chance.choice("mf"),
        )
        for number in range(400)
    ]
    found = {(pair.one, pair.other): pair.score for pair in pairs(people, names, most=100_000)}
    every = {}
    for at, person in enumerate(people):
        for match in candidates(person, people[at + 1 :], names):
            every[person.uuid, match.uuid] = match.score
    assert found == every
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_very_common_name_is_compared_where_something_more_is_shared(names):
    people = [Person(f"{number:04d}", "王建国", house=f"house-{number // 2}") for number in range(400)]
    found = pairs(people, names)
    assert {(pair.one, pair.other) for pair in found} == {
        (f"{number:04d}", f"{number + 1:04d}") for number in range(0, 400, 2)
    }
