"""The whole pack between a village and its township: hazards, opinions, visits, changes of people, own lists."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hamlet_program import HOUSEHOLD, World, jsonl

GROUP = "99062110120201"
TWO = {
    **HOUSEHOLD,
    "member": [
        {"name": "王建国", "sex": "m", "relation": "head"},
        {"name": "李秀兰", "sex": "f", "relation": "spouse"},
    ],
}
HAZARD = {
    "what": {"kind": "water", "hlevel": "serious", "description": "水塘边没有护栏，孩子常去玩"},
    "where": {"area": GROUP, "place": "老桥头水塘"},
    "four": {"kit_have": "sign ring"},
    "done": {"did": "watch"},
}

pytestmark = pytest.mark.slow


class Place:
    """One workspace at the command line."""

    def __init__(self, world: World, folder: Path) -> None:
        self._program, self._here = world.program, ("--workspace", str(folder))

    def add(self, form: str, answers: dict[str, Any]) -> Any:
        found = self._program.run(
            "record", "add", form, "--answers", "-", *self._here, "--json", stdin=jsonl([answers])
        )
        assert found.code == 0, found
        return found.lines[0]

    def entities(self, dataset: str) -> dict[str, str]:
        found = self._program.ask("entity", "list", dataset, *self._here)["entities"]
        return {each["label"]: each["uuid"] for each in found}

    def requests(self) -> dict[str, Any]:
        return {each["ref"]: each for each in self._program.ask("request", "list", *self._here)["requests"]}

    def update(self, ref: str, answers: dict[str, Any]) -> None:
        stdin = json.dumps(answers, ensure_ascii=False).encode()
        self._program.ask("request", "update", ref, "--answers", "-", *self._here, stdin=stdin)

    def sync(self) -> Any:
        return self._program.ask("sync", *self._here)


def test_hazard_opinion_visit_and_a_divided_household(world: World) -> None:
    village, township = Place(world, world.village), Place(world, world.township)
    village.add("household", TWO)
    people, (home,) = village.entities("residents"), village.entities("households").values()
    hazard = village.add("hazard", HAZARD)["ref"]
    named = {"named": "yes", "resident": people["李秀兰"], "reply": "yes"}
    what = {"topic": "H", "stance": "worry", "text": "晚上没有灯不敢出门", "people": 3, "area": GROUP}
    opinion = village.add("opinion", {"what": {**what, **named}})["ref"]
    counted = village.add("opinion", {"what": what})["ref"]
    assert (hazard[:3], opinion[:3], counted) == ("YH-", "MY-", "")
    village.add("visit", {"who": {"household": home, "seen": people["李秀兰"]}, "check": {"problems": "none"}})
    which = {"what": "split", "household": home, "members": people["李秀兰"]}
    newhome = {"new_head": people["李秀兰"], "new_house_no": "1-1号"}
    village.add("resident_change", {"which": which, "newhome": newhome})
    assert village.sync()["rejected"] == 0

    township.sync()
    assert set(township.requests()) == {hazard, opinion}
    assert set(township.entities("households")) == {"王建国 1号", "李秀兰 1-1号"}
    assert township.entities("residents") == people
    township.update(hazard, {"action": "receive"})
    township.update(hazard, {"action": "assign"})
    answer = {"outcome": "done", "did": "装了护栏"}
    township.update(hazard, {"which": {"action": "answer"}, "answer": answer})
    assert township.sync()["rejected"] == 0

    village.sync()
    assert village.requests()[hazard]["state"] == "answered"
    assert village.entities("households") == township.entities("households")


def test_own_matters_reach_the_villages(world: World, tmp_path: Path) -> None:
    text = (files("resources") / "pack" / "matters.csv").read_text("utf-8-sig")
    row = "A20,A,代办高龄津贴,,dbgljt,MZ,7,,normal,0,0,0,0,本镇\nA02,A"
    own = tmp_path / "matters.csv"
    own.write_text(text.replace("A02,A", row, 1), "utf-8")
    done = world.program.ask("hub", "list", str(world.hub), str(own))
    assert done["lists"] == ["matters.csv"]
    assert "request" in done["forms"]
    village, township = Place(world, world.village), Place(world, world.township)
    village.sync()
    village.add("household", HOUSEHOLD)
    (resident,) = village.entities("residents").values()
    asked = {
        "who": {"requester": "person", "resident": resident},
        "what": {"matter": "A20", "description": "想请村里帮忙代办高龄津贴"},
    }
    ref = village.add("request", asked)["ref"]
    assert village.sync()["rejected"] == 0
    township.sync()
    assert township.requests()[ref]["matter"] == "A20"
    assert village.requests()[ref]["days"] == 7

    own.write_text(text.replace("sqdb,MZ,30", "sqdb,QQ,30", 1), "utf-8")
    refused = world.program.run("hub", "list", str(world.hub), str(own))
    assert refused.code == 1
    assert "dept" in refused.err
    assert "2" in refused.err
