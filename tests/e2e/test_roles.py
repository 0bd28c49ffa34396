"""Everybody who may have a workspace: enrolled by code or by file, and what each sees of one village's request."""

import json

import pytest
from hamlet_program import HOUSEHOLD, OTHER, TOWNSHIP, World, jsonl, request

pytestmark = pytest.mark.slow


def test_each_role_sees_its_own(world: World) -> None:
    program, ask = world.program, world.program.ask
    village, office = ["--workspace", str(world.village)], ["--workspace", str(world.township)]
    done = program.run("record", "add", "household", "--answers", "-", *village, stdin=jsonl([HOUSEHOLD]))
    assert done.code == 0, done
    resident = ask("entity", "list", "residents", *village)["entities"][0]["uuid"]
    done = program.run(
        "record", "add", "request", "--answers", "-", "--json", *village, stdin=jsonl([request(resident)])
    )
    ref = done.lines[0]["ref"]
    ask("sync", *village)
    ask("sync", *office)
    assigned = program.home / "assign.json"
    assigned.write_text(json.dumps({"action": "assign", "dept": "GD", "days": 3}), "utf-8")
    assert ask("request", "update", ref, "--answers", str(assigned), *office)["state"] == "assigned"
    ask("sync", *office)

    homes = {name: ["--workspace", str(program.home / name)] for name in ("supervisor", "power", "water", "other")}
    invitations = {
        "supervisor": ("--area", TOWNSHIP, "--role", "supervisor"),
        "power": ("--area", TOWNSHIP, "--role", "department", "--department", "GD"),
        "water": ("--area", TOWNSHIP, "--role", "department", "--department", "SL"),
        "other": ("--area", OTHER, "--role", "village"),
    }
    for name, words in invitations.items():
        code = ask("hub", "invite", str(world.hub), *words)["code"]
        made = ask("workspace", "init", name, "--hub", world.url, "--code", code, "--user", name)
        assert made["role"] == words[3]
        ask("sync", *homes[name])

    seen = {name: [row["ref"] for row in ask("request", "list", *home)["requests"]] for name, home in homes.items()}
    assert seen == {"supervisor": [ref], "power": [ref], "water": [], "other": []}
    assert len(ask("entity", "list", "residents", *homes["supervisor"])["entities"]) == 1
    assert program.run("entity", "list", "residents", "--json", *homes["power"]).code == 3
    assert ask("entity", "list", "residents", *homes["other"])["entities"] == []
    exported = ask("export", "requests", "--to", "r.xlsx", *homes["supervisor"])
    assert next(iter(exported["sheets"].values())) == 1
    for name in ("supervisor", "power"):
        refused = program.run(
            "record", "add", "household", "--answers", "-", "--json", *homes[name], stdin=jsonl([HOUSEHOLD])
        )
        assert refused.code == 3, refused

    answer = program.home / "answer.json"
    answer.write_text(json.dumps({"action": "answer", "outcome": "done", "did": "线路修好了"}), "utf-8")
    assert program.run("request", "update", ref, "--answers", str(answer), "--json", *homes["water"]).code in (2, 3)
    assert ask("request", "update", ref, "--answers", str(answer), *homes["power"])["state"] == "answered"
    ask("sync", *homes["power"])
    ask("sync", *village)
    assert ask("request", "show", ref, *village)["answer"] == "线路修好了"


def test_an_enrolment_file_works_before_the_hub_is_reached(world: World) -> None:
    program, ask = world.program, world.program.ask
    file = program.home / "village.enrolment"
    code = ask("hub", "invite", str(world.hub), "--area", OTHER, "--role", "village", "--file", str(file))["code"]
    start = ("workspace", "init", "second", "--hub", world.url, "--enrolment", str(file), "--user", "zhao", "--code")
    assert program.run(*start, "ABCDEFGHJK", "--json").code == 3
    made = ask(*start, code)
    assert (made["role"], made["area"]) == ("village", OTHER)
    here = ("--workspace", "second")
    home = {**HOUSEHOLD, "where": {**HOUSEHOLD["where"], "area": f"{OTHER}01"}}
    assert program.run("record", "add", "household", "--answers", "-", *here, stdin=jsonl([home])).code == 0
    assert ask("sync", *here)["pushed"] == 1
    assert ask("sync", *here)["pushed"] == 0
    ask("sync", "--workspace", str(world.township))
    assert len(ask("entity", "list", "households", "--workspace", str(world.township))["entities"]) == 1
