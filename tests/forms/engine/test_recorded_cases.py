"""Sessions recorded from the tests of ODK's engines: every expectation is met."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shared_folder import SHARED

from forms.play import Stage, play

CASES = sorted((SHARED / "forms" / "cases").glob("*.json"))
SAMPLES = ["ifrc-distribution-site-assessment-v1", "socio-economic-survey-v20240515", "whova_form"]
GAPS: dict[str, str] = {}  # a case's stem, and why it is not met


def stage() -> Stage:
    return Stage(lambda: datetime(2026, 3, 4, 10, tzinfo=UTC), lambda: str(uuid.uuid4()), random.Random(1).random)


def unmet(step: dict[str, Any], got: dict[str, Any] | None) -> list[str]:
    """The fields of a check that are not as expected."""
    return [
        f"{name}: wanted {want!r}, got {got and got.get(name)!r}"
        for name, want in step.items()
        if name not in ("check", "note", "any_order")
        and not met(name, want, got, any_order=bool(step.get("any_order")))
    ]


def met(name: str, want: Any, got: dict[str, Any] | None, *, any_order: bool) -> bool:
    if name == "absent":
        return (got is None) == want
    if got is None:
        return False
    items = (got.get("choices") or {}).get("items", [])
    if name in ("contains_choices", "contains_labels"):
        have = iter([item[name == "contains_labels"] for item in items])
        return set(want) <= set(have) if any_order else all(each in have for each in want)
    if name in ("choices", "choice_labels"):
        return [item[name == "choice_labels"] for item in items] == want
    if name == "approx":
        return abs(float(got["value"]) - want[0]) <= want[1]
    have = "" if name == "value" and not got.get("relevant", True) else got.get(name)
    return _canonical(have) == _canonical(want) if isinstance(want, str) else have == want


def _canonical(value: Any) -> Any:
    text = " ".join(str(value or "").split())
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() if "T" in text else text
    except ValueError:
        return text


@pytest.mark.shared
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.xfail(reason=GAPS[path.stem])] if path.stem in GAPS else [])
        for path in CASES
    ],
    ids=lambda path: path.stem,
)
def test_recorded_case(path: Path) -> None:
    session = json.loads(path.read_text("utf-8"))
    result = play(session, lambda name: (path.parent / name).read_bytes(), stage())
    assert result["status"] == "ok", result.get("error")
    wrong = [
        message
        for step, done in zip(session["steps"], result["steps"], strict=True)
        if "check" in step
        for message in unmet(step, done.get("got"))
    ]
    assert not wrong


@pytest.mark.shared
@pytest.mark.parametrize("name", SAMPLES)
def test_sample_forms_are_played_to_the_end(name: str) -> None:
    folder = SHARED / "forms" / "samples"
    session = json.loads((folder / f"{name}.session.json").read_text("utf-8"))
    result = play(session, lambda path: (folder / path).read_bytes(), stage())
    assert result["status"] == "ok", result.get("error")
    assert all(step["ok"] for step in result["steps"])
    assert result["xml"].startswith("<?xml")
