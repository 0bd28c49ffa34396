"""One township with its hub running, for tests that only add to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hamlet_program import HOUSEHOLD, TOWNSHIP, VILLAGE, Program, World, jsonl


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def lone(program: Program) -> Path:
    """A village's workspace without a hub."""
    folder = program.home / "lone"
    program.ask("workspace", "init", str(folder), "--role", "village", "--area", VILLAGE, "--user", "wang")
    return folder


@pytest.fixture
def resident(program: Program, lone: Path) -> str:
    program.ask("--workspace", str(lone), "record", "list")
    program.run("record", "add", "household", "--answers", "-", "--workspace", str(lone), stdin=jsonl([HOUSEHOLD]))
    return str(program.ask("entity", "list", "residents", "--workspace", str(lone))["entities"][0]["uuid"])


@pytest.fixture
def world(program: Program) -> Iterator[World]:
    hub, township, village = (program.home / name for name in ("hub", "township", "village"))
    program.make_hub(hub)
    with program.serving(hub) as (url, server):
        program.enrol(hub, url, township, area=TOWNSHIP, role="township", user="lin")
        program.enrol(hub, url, village, area=VILLAGE, role="village")
        yield World(program, hub, url, township, village, server)
