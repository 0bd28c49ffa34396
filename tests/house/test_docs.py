"""What the papers name is there: files in README, ARCHITECTURE and the decisions, and commands in README."""

import re
from pathlib import Path

import pytest

from desktop.cli.arguments import parser
from forms.text import Text

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
HOMES = [ROOT, ROOT / "desktop", ROOT / "sync", ROOT / "forms", ROOT / "tests"]
FILE = re.compile(r"`((?:[A-Za-z0-9_]+/)+[A-Za-z0-9_]+\.(?:py|c|txt|csv|md))`|\]\(([a-z/]+[A-Za-z0-9_./-]+)\)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_files_that_are_named_are_there(paper: Path) -> None:
    named = [first or second for first, second in FILE.findall(paper.read_text("utf-8"))]
    missing = [name for name in named if not any((home / name).exists() for home in HOMES)]
    assert missing == []


def test_commands_of_the_readme_can_be_typed() -> None:
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition(" #")[0].split() for block in blocks for line in block.splitlines()]
    typed = [words[1:] for words in lines if words[:1] == ["hamlet"]]
    assert len(typed) >= 10
    for words in typed:
        parser(Text("en")).parse_args(words)
