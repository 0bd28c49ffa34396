"""What was signed or sealed by version 1 beside its messages is read for ever; `protocol_1_beside.json` never changes.

Each entry is the bytes in hex. For a new version: `python tests/sync/wire/test_golden_statements.py > ...`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import statements

GOLDEN = Path(__file__).with_name("protocol_1_beside.json")
SLOW = {name for name, one in statements.every().items() if one.slow}


def as_it_always_was(name: str) -> None:
    statement, golden = statements.every()[name], bytes.fromhex(json.loads(GOLDEN.read_text())[name])
    assert statement.read(golden) == statement.says
    assert statement.written() == golden


@pytest.mark.parametrize("name", sorted(statements.every().keys() - SLOW))
def test_what_version_1_says_beside_its_messages_is_as_it_always_was(name: str) -> None:
    as_it_always_was(name)


@pytest.mark.usefixtures("full_cost")
@pytest.mark.parametrize("name", sorted(SLOW))
def test_what_version_1_seals_under_a_code_is_as_it_always_was(name: str) -> None:
    as_it_always_was(name)


if __name__ == "__main__":
    print(json.dumps({name: one.written().hex() for name, one in statements.every().items()}, indent=1))
