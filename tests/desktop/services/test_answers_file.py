"""Answers files: an object, a list, one a line; a bad line refuses itself only."""

import json
from pathlib import Path

import pytest

from desktop.services.filling.answers_file import one, opened
from forms.errors import Fault


def lines(path: Path, text: str) -> list[tuple[int, object, bool]]:
    path.write_text(text, "utf-8")
    with opened(str(path)) as (given, base):
        assert base == path.parent
        return [(line.number, line.answers, bool(line.problem)) for line in given]


def test_one_object(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.json", json.dumps({"a": "1"}, indent=2)) == [(1, {"a": "1"}, False)]


def test_a_list_counts_its_members(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.json", '[{"a": 1}, 5]') == [(1, {"a": 1}, False), (2, None, True)]
    assert lines(tmp_path / "a.json", '[\n {"a": 1}\n]\n') == [(1, {"a": 1}, False)]


def test_one_a_line_with_a_bad_one_between(tmp_path: Path) -> None:
    found = lines(tmp_path / "a.jsonl", '\ufeff{"a": 1}\n\n{"a": \n{"a": 3}\n[1]\n')
    assert [(number, bad) for number, _, bad in found] == [(1, False), (3, True), (4, False), (5, True)]


def test_a_bad_first_line_refuses_itself_only(tmp_path: Path) -> None:
    found = lines(tmp_path / "a.jsonl", '{"a": \n{"a": 2}\n')
    assert [(number, bad) for number, _, bad in found] == [(1, True), (2, False)]


def test_what_is_no_json_at_all_is_said_so(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.json", "name,value\n1,2\n") == [(1, None, True)]
    with pytest.raises(Fault) as fault:
        one(str(tmp_path / "a.json"))
    assert fault.value.code == "services.not_answers"


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault, opened(str(tmp_path / "none.json")):
        pass
    assert fault.value.kind.value == 2
