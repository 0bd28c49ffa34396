"""Properties on random forms: what is computed step by step is what computing everything anew gives."""

from __future__ import annotations

import random

import pytest
from small_forms import META, bind, opened, world, xform

from forms.api import Mode, Skipped
from forms.engine.session import FillingSession
from forms.load import LoadedForm, load_form

_TESTS = ("/data/{a} > 2", "/data/{a} = /data/{b}", "selected(/data/{a}, '1')", "/data/{a} != '' or /data/{b} < 3")
_VALUES = (
    "/data/{a} + /data/{b}",
    "coalesce(/data/{a}, /data/{b})",
    "if(/data/{a} > 1, /data/{b}, 7)",
    "concat(/data/{a}, '-', /data/{b})",
    "count(/data/rep) + coalesce(/data/{a}, 0)",
    "sum(/data/rep/y) + 1",
    "join(' ', /data/rep/label)",
    "/data/rep[2]/y",
    "count(/data/rep[y > /data/{a}])",
)
_INSIDE = (
    "coalesce(../x, 0) * 2",
    "position(..)",
    "concat(position(..), '/', count(../../rep), ':', ../x)",
    "../x + /data/{a}",
    "sum(../../rep/x)",
    "indexed-repeat(/data/rep/x, /data/rep, position(..) - 1)",
)


def random_form(rng: random.Random, size: int = 12) -> LoadedForm:
    """Questions and calculations that read only what stands before them, and a repeat beside them."""
    names = [f"q{k}" for k in range(size)]
    model, body = [], []
    for at, name in enumerate(names):
        attributes: dict[str, str] = {}
        places = {"a": rng.choice(names[:at] or ["q0"]), "b": rng.choice(names[:at] or ["q0"])}
        if at and rng.random() < 0.4:
            attributes["relevant"] = rng.choice(_TESTS).format(**places)
        if at and rng.random() < 0.5:
            attributes["calculate"] = rng.choice(_VALUES).format(**places)
        else:
            body.append(f'<input ref="/data/{name}"/>')
            attributes["type"] = rng.choice(["int", "string", "decimal"])
            attributes["constraint"] = ". != 4"
        model.append(bind(name, **attributes))
    first = names[0]
    relevant = {"relevant": f"../x != 3 and /data/{first} != 9"} if rng.random() < 0.6 else {}
    model.append(bind("rep/y", calculate=rng.choice(_INSIDE).format(a=first), **relevant))
    model.append(bind("rep/label", calculate="concat('<', ../y, '>')"))
    group = '<repeat nodeset="/data/rep"><input ref="/data/rep/x"/><input ref="/data/rep/k"/></repeat>'
    leaves = "".join(f"<{name}/>" for name in names)
    form = xform(
        f'{leaves}<rep jr:template=""><x/><k/><y/><label/></rep>{META}',
        model="".join(model),
        body="".join(body) + group,
    )
    return load_form(form)


def step(rng: random.Random, session: FillingSession, size: int = 12) -> None:
    count = session.node("/data/rep").count
    kind = rng.random()
    if kind < 0.15:
        session.add_repeat("/data/rep", after=rng.choice([None, 0, count]))
    elif kind < 0.25 and count:
        session.remove_repeat("/data/rep", rng.randint(1, count))
    elif kind < 0.5 and count:
        session.set(f"/data/rep[{rng.randint(1, count)}]/x", rng.choice(["", "1", "2", "3", "8"]))
    else:
        skipped = session.set(f"/data/q{rng.randrange(size)}", rng.choice(["", "1", "2", "3", "4", "9"])).skipped
        assert skipped in (None, Skipped.IRRELEVANT, Skipped.NOT_A_CONTROL)


def image(session: FillingSession) -> dict[str, object]:
    return {node.ref: (node.value, node.relevant, node.valid, node.count) for node in session.everything()}


def _check(seed: int) -> None:
    rng = random.Random(seed)
    form = random_form(rng)
    session = opened(form)
    for _ in range(25):
        step(rng, session)
        anew = form.open(world(), instance=session.draft(), mode=Mode.RESTORE)
        assert image(anew) == image(session)
        assert anew.submission_xml() == session.submission_xml()


@pytest.mark.parametrize("seed", range(40))
def test_step_by_step_equals_anew(seed: int) -> None:
    _check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_100))
def test_step_by_step_equals_anew_on_more_forms(seed: int) -> None:
    _check(seed)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_answers_does_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    form = random_form(rng)
    answers = [(f"/data/q{k}", rng.choice(["1", "2", "3", "9"])) for k in range(12)]
    images = []
    for _ in range(3):
        rng.shuffle(answers)
        session = opened(form)
        for ref, value in answers:
            if "calculate" not in _bind_of(form, ref):
                session.set(ref, value, force=True)
        images.append(image(session))
    assert images[0] == images[1] == images[2]


def _bind_of(form: LoadedForm, ref: str) -> str:
    bound = form.compiled.definition.by_path[ref].bind
    return "calculate" if bound is not None and bound.calculate else ""


@pytest.mark.parametrize("seed", range(20))
def test_changes_name_every_node_whose_state_is_another(seed: int) -> None:
    rng = random.Random(seed)
    session = opened(random_form(rng))
    for _ in range(3):
        session.add_repeat("/data/rep")
    for _ in range(20):
        before = image(session)
        change = session.set(f"/data/q{rng.randrange(12)}", rng.choice(["", "1", "2", "3", "9"]))
        after = image(session)
        moved = {ref for ref in after if before.get(ref) != after[ref]}
        assert moved <= change.refs
