"""People are found as others know them."""

from collections.abc import Iterator

import pytest
from store_samples import Village, new_village

from sync.store import people
from sync.store.api import RequestQuery

OTHER = "99062110120205"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | Village]]:
    village = new_village(tmp_path_factory.mktemp("people") / "village")
    house = village.household("陈桂芳", "14号", phone="15400005678")
    people: dict[str, str | Village] = {"village": village, "house": house}
    for name, more in {
        "陈桂芳": {"household": house, "phone": "15400005678", "id_tail": "123X"},
        "王秀兰": {},
        "王兰": {},
        "单明亮": {},
        "仇建国": {},
        "曾志强": {},
        "区玉梅": {},
        "解军": {},
        "查理想": {},
        "盖英": {},
        "欧阳海": {},
        "乐平": {},
    }.items():
        people[name] = village.resident(name, **more)
    people["远处的王秀兰"] = village.resident("王秀兰", area=OTHER)
    yield people
    village.store.close()


def found(town: dict[str, str | Village], text: str, dataset: str = "residents") -> list[str]:
    village = town["village"]
    assert isinstance(village, Village)
    return [hit.uuid for hit in village.store.people.search(text, datasets=(dataset,))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈桂芳", "陈桂芳"),
        ("桂芳", "陈桂芳"),
        ("芳", "陈桂芳"),
        ("chenguifang", "陈桂芳"),
        ("chen'gui'fang", "陈桂芳"),
        ("cgf", "陈桂芳"),
        ("CGF", "陈桂芳"),
        ("guifang", "陈桂芳"),
        ("gf", "陈桂芳"),
        ("chengf", "陈桂芳"),
        ("陈gf", "陈桂芳"),
        ("cgf 14", "陈桂芳"),
        ("14号", "陈桂芳"),
        ("chen 3zu", "陈桂芳"),
        ("陈 3组14号", "陈桂芳"),
        ("5678", "陈桂芳"),
        ("陈5678", "陈桂芳"),
        ("15400005678", "陈桂芳"),
        ("１５４００００５６７８", "陈桂芳"),
        ("王兰", "王兰"),
        ("shan", "单明亮"),
        ("sml", "单明亮"),
        ("qiujianguo", "仇建国"),
        ("zengzhiqiang", "曾志强"),
        ("ouym", "区玉梅"),
        ("xiejun", "解军"),
        ("zha", "查理想"),
        ("geying", "盖英"),
        ("gaiying", "盖英"),
        ("ouyang", "欧阳海"),
        ("oyh", "欧阳海"),
        ("yueping", "乐平"),
        ("leping", "乐平"),
    ],
)
def test_found_first(town: dict[str, str | Village], text: str, name: str) -> None:
    assert found(town, text)[0] == town[name]


def test_own_village_comes_first_and_exact_names_before_others(town: dict[str, str | Village]) -> None:
    assert found(town, "王秀兰") == [town["王秀兰"], town["远处的王秀兰"]]
    assert found(town, "wang")[-1] == town["远处的王秀兰"]


def test_lately_seen_people_come_first(town: dict[str, str | Village]) -> None:
    village = town["village"]
    assert isinstance(village, Village)
    person = town["王兰"]
    assert isinstance(person, str)
    village.request(person)
    assert found(town, "wang")[0] == person
    assert found(town, "")[0] == person
    hit = village.store.people.search("王兰")[0]
    assert (hit.requests, hit.village, hit.last_contact > "") == (1, "990621101201", True)


@pytest.mark.parametrize("text", ["赵云", "vv", "9999", "%", "'", "陈 99号", "\U0010ffff"])
def test_nothing_found_is_nothing(town: dict[str, str | Village], text: str) -> None:
    assert found(town, text) == []


def test_households_by_head_door_and_telephone(town: dict[str, str | Village]) -> None:
    for text in ("cgf", "14", "陈桂芳 14号", "5678"):
        assert found(town, text, "households") == [town["house"]]


def test_requests_by_number_and_by_who_asks(town: dict[str, str | Village]) -> None:
    village = town["village"]
    assert isinstance(village, Village)
    person = town["陈桂芳"]
    assert isinstance(person, str)
    done = village.request(person, label="路灯亮化维护")
    digits = done.ref.split("-")[2]
    for text in (done.ref, done.ref.lower(), done.ref.replace("-", ""), digits, digits.lstrip("0"), "cgf", "路灯"):
        assert done.request in found(town, text, "requests"), text


def test_a_new_door_number_reaches_the_people_who_live_there(village: Village) -> None:
    house = village.household("李大成", "27号")
    person = village.resident("李大成", house)
    village.change_household(house, house_no="31号")
    assert [hit.uuid for hit in village.store.people.search("ldc 31")] == [person]
    assert village.store.people.search("ldc 27") == ()


def test_requests_are_found_alike_by_what_very_many_have(
    town: dict[str, str | Village], monkeypatch: pytest.MonkeyPatch
) -> None:
    village = town["village"]
    assert isinstance(village, Village)
    query = RequestQuery(query="路灯")
    refs = [item.ref for item in village.store.requests.all(query)]
    monkeypatch.setattr(people, "MANY", 1)
    assert [item.ref for item in village.store.requests.all(query)] == refs != []


@pytest.mark.parametrize("text", ["li wei jun", "lwj", "l w j", "wei li jun"])
def test_a_name_may_be_spelt_in_parts(village: Village, text: str) -> None:
    found = [village.resident("李伟军"), village.resident("李大成")]
    village.resident("王秀兰")
    hits = [hit.uuid for hit in village.store.people.search(text)]
    assert hits == ([] if text == "wei li jun" else found[:1])
