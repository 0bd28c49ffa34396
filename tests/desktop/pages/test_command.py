"""What a few letters find."""

import pytest

from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.command import Command, fitting
from forms.casework.names import Names

COMMANDS = (
    Command("交接", "", Place(Name.HAND_OVER), "x"),
    Command("居民", "", Place(Name.PEOPLE), "x"),
    Command("登记新住户", "", Place(Name.FORM, "household"), "x"),
    Command("New household", "", Place(Name.FORM, "household"), "x"),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("jj", ["交接"]),
        ("jiaoj", ["交接"]),
        ("交", ["交接"]),
        ("住户", ["登记新住户"]),
        ("djxzh", ["登记新住户"]),
        ("HOUSE", ["New household"]),
        ("zzz", []),
        ("", [command.words for command in COMMANDS]),
    ],
)
def test_signs_sounds_and_initials_find(query: str, found: list[str]) -> None:
    assert [command.words for command in fitting(COMMANDS, query, Names())] == found
