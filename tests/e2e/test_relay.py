"""A township's hub below a county's, as processes: what a village writes is signed for at both levels."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hamlet_program import HOUSEHOLD, TOWNSHIP, VILLAGE, Program, jsonl

pytestmark = pytest.mark.slow


def until(what: Any, seconds: float = 60.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_record_is_signed_for_by_township_and_county(program: Program) -> None:
    home = program.home
    program.ask("hub", "init", str(home / "county"), "--name", "County", "--area", "990621")
    program.make_hub(home / "hub")
    with program.hub(home / "county") as above:
        code = program.ask("hub", "invite", str(home / "county"), "--area", TOWNSHIP, "--role", "township")["code"]
        process = program.start("hub", "serve", str(home / "hub"), "--upstream", above, "--code", code, "--json")
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            program.enrol(home / "hub", url, home / "village", area=VILLAGE, role="village")
            village = ["--workspace", str(home / "village")]
            done = program.run(
                "record", "add", "household", "--answers", "-", "--json", *village, stdin=jsonl([HOUSEHOLD])
            )
            record = done.lines[0]["instanceID"]
            assert program.ask("sync", *village)["pushed"] == 1
            until(lambda: program.ask("hub", "stats", str(home / "county"))["records"] == 1)
            until(lambda: program.ask("hub", "stats", str(home / "hub"))["above"]["waiting"] == 0)
            program.ask("sync", *village)
            where = program.ask("record", "show", record, *village)["where"]
            assert [(one["place"], one["hub"], one["signed"]) for one in where] == [
                ("saved", "", False),
                ("hub", "Liulin", True),
                ("hub", "County", True),
            ]
            export = program.run("hub", "record", str(home / "county"), "export", record)
            assert export.out == program.run("record", "export", record, *village).out
            second = program.run("hub", "serve", str(home / "hub"), "--json")
            assert (second.code, second.json["error"]["code"]) == (2, "hub.serving")
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()
    assert Path(home / "hub").is_dir()
    unknown = program.run("hub", "serve", str(home / "county"), "--upstream", "https://127.0.0.1:9", "--json")
    assert (unknown.code, unknown.json["error"]["code"]) == (2, "hub.needs_code")
