"""Our own forms, one for each corner of the specification: filled in, kept, opened again, handed in."""

from __future__ import annotations

import random

import pytest
from own_forms import FORMS
from random_answers import fill
from small_forms import world

from forms.api import Mode, Session
from forms.load import load_form


def state(session: Session) -> dict[str, tuple[object, ...]]:
    return {n.ref: (n.value, n.relevant, n.readonly, n.required, n.valid, n.count) for n in session.everything()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_kept_and_opened_again(name: str, seed: int) -> None:
    """A draft comes back as it was, but for what an opening does by itself (odk-instance-load)."""
    form = load_form(FORMS[name].encode())
    doubts = [warning.code for warning in form.warnings if "unsupported" not in warning.code]
    assert doubts == DOUBTS.get(name, [])
    session = form.open(world())
    fill(session, random.Random(seed))
    again = form.open(world(), instance=session.draft(), mode=Mode.RESTORE)
    before, after = state(session), state(again)
    own = LOADED.get(name, frozenset())
    assert {ref: before[ref] for ref in before if ref not in own} == {
        ref: after[ref] for ref in after if ref not in own
    }


LOADED = {
    "actions": frozenset({"/data/log", "/data/stamp"}),
    "calculated-and-set": frozenset({"/data/b", "/data/c", "/data/d"}),  # a calculation wins over an answer again
}
DOUBTS = {"types": ["unknown_type", "unknown_type"]}


@pytest.mark.parametrize("name", FORMS)
def test_handed_in(name: str) -> None:
    session = load_form(FORMS[name].encode()).open(world())
    fill(session, random.Random(3))
    assert session.problems() == ()
    submission = session.finalise()
    assert submission.instance_id in submission.xml.decode()
