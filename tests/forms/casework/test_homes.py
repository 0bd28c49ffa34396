"""Two households that may be one."""

from forms.casework.homes import Home, Sign, compare, pairs
from forms.casework.names import Names

NAMES = Names()


def home(uuid: str, head: str = "王建国", **known: object) -> Home:
    return Home(uuid, head, **{"area": "a/1", "door": "3号", **known})  # type: ignore[arg-type]


def test_the_same_door_alone_is_no_sign_enough() -> None:
    assert pairs([home("1"), home("2", "赵春花")], NAMES) == ()


def test_door_and_head_are() -> None:
    (found,) = pairs([home("2"), home("1", "王建国 ", door="３号")], NAMES)
    assert (found.one, found.other) == ("1", "2")
    assert found.signs == (Sign.DOOR, Sign.HEAD)


def test_the_sound_of_the_head_counts_less_than_the_name() -> None:
    same, sound = (compare(home("1"), home("2", head), NAMES).score for head in ("王建国", "王建果"))
    assert 60 <= sound < same


def test_another_door_speaks_against() -> None:
    one, other = home("1", phone="15412345678"), home("2", door="9号", phone="15412345678")
    found = compare(one, other, NAMES)
    assert Sign.DOOR_DIFFERS in found.signs
    assert pairs([one, other], NAMES) == ()


def test_a_family_that_moved_is_found_by_its_names_and_telephone() -> None:
    living = ("王建国", "李秀兰")
    one = home("1", phone="15412345678", members=living)
    other = home("2", area="a/2", door="9号", phone="15412345678", members=(*living, "王小明"))
    (found,) = pairs([one, other], NAMES)
    assert Sign.MEMBERS in found.signs


def test_one_name_in_common_is_not_a_family() -> None:
    one, other = home("1", members=("王建国",)), home("2", "李四", members=("王建国", "李四"))
    assert Sign.MEMBERS not in compare(one, other, NAMES).signs


def test_the_likeliest_stand_first_and_none_is_paired_with_itself() -> None:
    rows = [home(str(n), phone="15412345678" if n < 2 else "") for n in range(3)]
    found = pairs(rows, NAMES)
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    assert (found[0].one, found[0].other) == ("0", "1")
    assert all(pair.one != pair.other for pair in found)


def test_what_very_many_share_is_no_reason_to_compare() -> None:
    assert pairs([home(str(n), door="", phone="15400000000") for n in range(200)], NAMES) == ()
