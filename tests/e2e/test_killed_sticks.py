"""Processes killed while they write or read a bundle: nothing lost, nothing twice, no half file under its name."""

from __future__ import annotations

import json
import random
import subprocess
import time
from pathlib import Path

import pytest
from hamlet_program import HOUSEHOLD, TOWNSHIP, VILLAGE, Program, jsonl

RECORDS = 3


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def hub(program: Program) -> Path:
    folder = program.home / "hub"
    program.ask("hub", "init", str(folder), "--name", "Liulin", "--area", TOWNSHIP)
    return folder


@pytest.fixture(scope="module")
def village(program: Program, hub: Path) -> list[str]:
    file = program.home / "village.enrolment"
    code = program.ask("hub", "invite", str(hub), "--area", VILLAGE, "--role", "village", "--file", str(file))["code"]
    program.ask("workspace", "init", "village", "--enrolment", str(file), "--code", code, "--user", "wang")
    words = ["--workspace", str(program.home / "village")]
    done = program.run("record", "add", "household", "--answers", "-", *words, stdin=jsonl([HOUSEHOLD] * RECORDS))
    assert done.code == 0, done
    return words


def killed(program: Program, after: float, *words: str) -> bool:
    """Start a command and kill it after so many seconds; whether it was still at work."""
    process = program.start(*words, stderr=subprocess.DEVNULL)
    time.sleep(after)
    early = process.poll() is None
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    return early


def took(program: Program, *words: str) -> float:
    began = time.monotonic()
    process = program.start(*words)
    process.communicate()
    assert process.returncode == 0
    return time.monotonic() - began


def kills(program: Program, hub: Path, village: list[str], count: int) -> None:
    stick = program.home / "stick"
    stick.mkdir(exist_ok=True)
    chance = random.Random(count)
    up, down = stick / "up.hamlet", stick / "down.hamlet"
    writing = ("bundle", "write", str(up), *village)
    reading = ("hub", "bundle", str(hub), "read", str(up))
    answering = ("hub", "bundle", str(hub), "write", str(down), "--for", VILLAGE)
    applying = ("bundle", "read", str(down), *village)
    seconds = {words: took(program, *words) for words in (writing, reading, answering, applying)}
    before = len(program.ask("record", "list", *village)["records"])
    early = 0
    for number in range(count):
        words = (writing, reading, answering, applying)[number % 4]
        if words is writing:
            added = program.run("record", "add", "household", "--answers", "-", *village, stdin=jsonl([HOUSEHOLD]))
            assert added.code == 0
        early += killed(program, seconds[words] * chance.uniform(0.4, 1.0), *words)
        names = {path.name for path in stick.iterdir() if not path.name.endswith(".part")}
        assert names == {"up.hamlet", "down.hamlet"}
    program.ask(*writing)
    taken = program.ask(*reading)
    assert (taken["rejected"], taken["refused"]) == (0, [])
    program.ask(*answering)
    assert program.ask(*applying)["rejected"] == 0
    stats = program.ask("hub", "stats", str(hub))
    expected = before + -(-count // 4)
    assert (stats["records"], stats["quarantined"]) == (expected, 0)
    assert program.ask("hub", "record", str(hub), "list")["alarms"] == []
    listed = program.ask("record", "list", *village)["records"]
    assert [one["state"] for one in listed] == ["acknowledged"] * expected
    for one in listed:
        mine = program.run("record", "export", one["instanceID"], *village).out
        assert program.run("hub", "record", str(hub), "export", one["instanceID"]).out == mine
    assert program.ask("audit", "verify", *village)["ok"]
    assert json.dumps(program.ask("workspace", "check", *village))
    assert early > count // 4


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_while_writing_or_reading_a_bundle(program: Program, hub: Path, village: list[str]) -> None:
    kills(program, hub, village, 20)


@pytest.mark.deep
@pytest.mark.timeout(3_600)
def test_killed_200_times(program: Program, hub: Path, village: list[str]) -> None:
    kills(program, hub, village, 200)
