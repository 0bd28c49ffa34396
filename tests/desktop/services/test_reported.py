"""Who may have reported the same: open ones of the matter, the nearest first, nothing of a sealed matter."""

from pathlib import Path

import pytest
from service_world import GROUP, Filled, request

from desktop.services.filling.reported import SHOWN, Near, same_place


def again(village: Filled, resident: str, place: str = "") -> str:
    said = request(resident)
    if place:
        said["what"] |= {"place": place}
    return village.desk.batch("request").add(said, base=Path()).uuid


def test_the_persons_own_comes_first(village: Filled) -> None:
    found = village.desk.reported.perhaps("H05", resident=village.residents[0], area=GROUP)
    assert [(each.row.uuid, each.near) for each in found] == [(village.request, Near.PERSON)]


def test_the_same_place_comes_before_the_same_group(village: Filled) -> None:
    there = again(village, village.residents[0], "小学路口第三根杆")
    found = village.desk.reported.perhaps("H05", resident=village.residents[1], area=GROUP, place="小学路口")
    assert [(each.row.uuid, each.near) for each in found] == [(there, Near.PLACE), (village.request, Near.GROUP)]


def test_another_matter_and_what_is_over_stay_away(village: Filled) -> None:
    assert village.desk.reported.perhaps("H01", area=GROUP) == ()
    assert village.desk.reported.perhaps("") == ()


def test_of_a_sealed_matter_only_the_persons_own(village: Filled) -> None:
    said = request(village.residents[0], matter="M04")
    village.desk.batch("request").add(said, base=Path())
    assert village.desk.reported.perhaps("M04", resident=village.residents[1], area=GROUP) == ()
    (own,) = village.desk.reported.perhaps("M04", resident=village.residents[0], area=GROUP)
    assert own.near is Near.PERSON


def test_only_a_few_are_shown(village: Filled) -> None:
    for _ in range(SHOWN + 2):
        again(village, village.residents[0])
    assert len(village.desk.reported.perhaps("H05", area=GROUP)) == SHOWN


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("小学路口", "村小学路口第三根杆", True),
        ("老桥头水塘", "老桥头 的水塘", True),
        ("后山脚", "小学路口", False),
        ("", "小学", False),
    ],
)
def test_places_are_compared_leniently(one: str, other: str, same: bool) -> None:
    assert same_place(one, other) is same
