"""The commands that the readme shows: each is one that the program knows, and the tour can be walked."""

import re
import shlex
from pathlib import Path

import pytest
from hamlet_program import HOUSEHOLD, ROOT, Program, jsonl, request

from desktop.cli.arguments import parser
from forms.text import Text


def commands(document: Path) -> list[list[str]]:
    """Every `hamlet …` line of the code blocks, without its remark."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("hamlet ")]


README = commands(ROOT / "README.md")


def test_the_readme_has_a_tour() -> None:
    assert len(README) > 5


@pytest.mark.parametrize("words", README, ids=" ".join)
def test_every_command_of_the_readme_is_known(words: list[str]) -> None:
    args = parser(Text("en")).parse_args(words)
    assert args.command is not None or args.workspace


@pytest.mark.slow
def test_the_tour_can_be_walked(program: Program) -> None:
    """The clerk's, the village's and the supervisor's commands, in their order, as they stand there."""
    program.run(*next(words for words in README if words[:2] == ["hub", "init"]))
    with program.hub(program.home / "hub") as url:
        invites = [words for words in README if words[:2] == ["hub", "invite"]]
        office, village = (program.ask(*words)["code"] for words in invites)
        init = next(words for words in README if words[:2] == ["workspace", "init"])
        filled = {"--hub": url, "--code": office}
        program.ask(*(filled.get(init[place - 1], word) for place, word in enumerate(init)))
        village_area = invites[1][invites[1].index("--area") + 1]
        program.ask("workspace", "init", "village", "--hub", url, "--code", village, "--user", "wang")
        here = ("--workspace", "village")
        group = f"{village_area}01"
        home = {**HOUSEHOLD, "where": {**HOUSEHOLD["where"], "area": group}}
        done = program.run("record", "add", "household", "--answers", "-", *here, stdin=jsonl([home]))
        assert done.code == 0, done
        resident = program.ask("entity", "list", "residents", *here)["entities"][0]["uuid"]
        done = program.run("record", "add", "request", "--answers", "-", *here, stdin=jsonl([request(resident)]))
        assert done.code == 0, done
        program.ask("sync", *here)
        program.ask("sync", "--workspace", "office")
        exports = [words for words in README if "export" in words and "requests" in words]
        assert exports
        for words in exports:
            done = program.run(*words)
            assert done.code == 0, (words, done)
            assert (program.home / words[words.index("--to") + 1]).is_file()
