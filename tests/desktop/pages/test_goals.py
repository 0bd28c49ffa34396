"""The goals of the interface name tests that are there; and what must never be on a page is on none."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLE = (ROOT / "docs" / "interface-goals.md").read_text("utf-8")
GOALS = [f"G{number}" for number in range(1, 22)]
UNWANTED = {
    "zh": ("排名", "排行", "积分", "打卡", "连续签到", "在线时长", "第一名"),
    "en": ("ranking", "leaderboard", "points earned", "streak", "time online", "check-in"),
}


def named() -> list[tuple[str, str]]:
    """(file, test) of every line; a test without a file is in the one named before it."""
    found, file = [], ""
    for part in re.findall(r"tests/[\w/]+\.py(?:::\w+)?|::\w+", TABLE):
        path, _, test = part.partition("::")
        file = path or file
        found.append((file, test))
    return found


def test_every_goal_has_a_line() -> None:
    assert [goal for goal in GOALS if f"| {goal} " not in TABLE] == []


@pytest.mark.parametrize(("file", "test"), named())
def test_what_a_line_names_is_there(file: str, test: str) -> None:
    source = ROOT / file
    assert source.is_file()
    assert not test or f"def {test}(" in source.read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_ranked_or_watched(language: str) -> None:
    found = []
    for file in (ROOT / "resources" / "translations" / language).glob("*.json"):
        for key, said in json.loads(file.read_text("utf-8")).items():
            found += [
                f"{file.stem}.{key}: {word}"
                for word in UNWANTED[language]
                if word in str(said).lower().replace("不排名", "")
            ]
    assert found == []
