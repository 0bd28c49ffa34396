"""Properties on random forms: what is computed step by step is what computing everything anew gives."""

from __future__ import annotations

import random

import pytest
from random_forms import answers_of, image, random_form, restored, step, values_for
from small_forms import opened

from forms.engine.session import FillingSession
from forms.load import LoadedForm

STEPS = 25


def in_step(seed: int) -> None:
    """After every step the state is that of the draft read back, where nothing is known of the steps."""
    rng = random.Random(seed)
    session = opened(random_form(rng, actions=seed % 3 == 0))
    for _ in range(STEPS):
        step(rng, session)
        anew = restored(session)
        assert image(anew) == image(session)
        assert anew.submission_xml() == session.submission_xml()


def in_any_order(seed: int) -> None:
    """The same answers in other orders, with drafts saved and restored on the way, come to the same state."""
    rng = random.Random(seed)
    form = random_form(rng)
    answers = [(path, rng.choice(values_for(path))) for path in answers_of(form)]
    answers += [(f"/data/rep[{at}]/x", rng.choice(["", "1", "2", "3", "8"])) for at in (1, 2, 3)]
    images = [image(_answered(rng, form, rng.sample(answers, len(answers)), saving=k > 0)) for k in range(3)]
    assert images[0] == images[1] == images[2]


def _answered(rng: random.Random, form: LoadedForm, answers: list[tuple[str, str]], *, saving: bool) -> FillingSession:
    session = opened(form)
    for _ in range(3):
        session._do(lambda: session._live.add(session._find("/data/rep"), 0, None))  # type: ignore[arg-type]
    for ref, value in answers:
        session.set(ref, value, force=True)
        if saving and rng.random() < 0.3:
            session = restored(session)
    return session


def in_changes(seed: int) -> None:
    """A change names every node whose state is another now."""
    rng = random.Random(seed)
    session = opened(random_form(rng, actions=seed % 3 == 0))
    for _ in range(3):
        session.add_repeat("/data/rep")
    before = image(session)
    for _ in range(STEPS):
        change = step(rng, session)
        after = image(session)
        if not change.repeats:
            moved = {ref for ref in after if before.get(ref) != after[ref]}
            assert moved <= change.refs | change.choices
        before = after


@pytest.mark.parametrize("check", [in_step, in_any_order, in_changes])
@pytest.mark.parametrize("seed", range(30))
def test_on_some_forms(check: object, seed: int) -> None:
    check(seed)  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.parametrize("check", [in_step, in_any_order, in_changes])
@pytest.mark.parametrize("seed", range(1_000, 1_070))
def test_on_more_forms(check: object, seed: int) -> None:
    check(seed)  # type: ignore[operator]


@pytest.mark.deep
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("check", [in_step, in_any_order, in_changes])
@pytest.mark.parametrize("hundred", range(10))
def test_on_a_thousand_forms(check: object, hundred: int) -> None:
    for seed in range(10_000 + 100 * hundred, 10_100 + 100 * hundred):
        check(seed)  # type: ignore[operator]
