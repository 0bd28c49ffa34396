"""Forms damaged at random: the engine refuses them or works, and raises nothing but its own faults."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest
from small_forms import META, UID, bind, world, xform

from forms.api import FormFault, Mode
from forms.errors import Fault
from forms.load import load_form

SEED = xform(
    f'<a>1</a><g><b/><c/></g><rep jr:template=""><x/><inner><y/></inner></rep><sel/><out/>{META}',
    model="<itext><translation lang='zh'><text id='t'><value>甲 <output value='/data/a'/></value></text>"
    "</translation></itext>"
    "<instance id='l'><root><item><name>1</name><label>one</label></item></root></instance>"
    + bind("a", type="int", constraint=". > 0 and . < 100", required="true()")
    + bind("g", relevant="/data/a > 0")
    + bind("g/c", calculate="concat(../b, '-', count(/data/rep))")
    + bind("rep/x", type="int", relevant="position(..) > 0")
    + bind("rep/inner/y", calculate="../../x * 2")
    + bind("out", calculate="sum(/data/rep/x) + coalesce(/data/a, 1)")
    + "<setvalue ref='/data/g/b' event='odk-instance-first-load' value='today()'/>"
    + UID,
    body='<input ref="/data/a"><label ref="jr:itext(\'t\')"/></input><group ref="/data/g"><label>g</label>'
    '<input ref="/data/g/b"/></group><repeat nodeset="/data/rep" jr:count="/data/a"><input ref="/data/rep/x"/>'
    '<repeat nodeset="/data/rep/inner"><input ref="/data/rep/inner/y"/></repeat></repeat>'
    '<select1 ref="/data/sel"><itemset nodeset="instance(\'l\')/root/item[name = /data/a]"><value ref="name"/>'
    '<label ref="label"/></itemset></select1>',
).decode()
_ATTRIBUTE = re.compile(r'(\w[\w:]*)="([^"]*)"')
_SPLINTERS = (
    "..", ".", "/data", "position()", "last()", "instance('l')", "[1]", "''", "1", "-", "*", "count(", ")", "/", "@id",
    "//", "current()", "|", " and ", "once(", "../../..", "randomize(", "nodeset", "", "中", "0 div 0",
    "indexed-repeat(",
)  # fmt: skip


def damaged(rng: random.Random) -> bytes:
    form = SEED
    for _ in range(rng.randint(1, 4)):
        found = rng.choice(list(_ATTRIBUTE.finditer(form)))
        value, at = found[2], rng.randrange(len(found[2]) + 1)
        kind = rng.random()
        if kind < 0.3:
            value = rng.choice(_SPLINTERS)
        elif kind < 0.6:
            value = value[:at] + rng.choice(_SPLINTERS) + value[at:]
        elif kind < 0.8:
            value = rng.choice(list(_ATTRIBUTE.finditer(form)))[2]
        else:
            value = value[:at]
        form = form[: found.start(2)] + value.replace("<", "") + form[found.end(2) :]
    if rng.random() < 0.2:
        at = rng.randrange(len(form))
        form = form[:at] + form[at + rng.randint(1, 60) :]
    return form.encode()


def use(content: bytes, rng: random.Random) -> None:
    form = load_form(content)
    session = form.open(world())
    refs = [node.ref for node in session.everything()]
    for _ in range(6):
        ref, kind = rng.choice(refs), rng.random()
        with suppress(LookupError):
            if kind < 0.6:
                session.set(ref, rng.choice(["", "1", "a", "2026-01-01", "x y"]), force=rng.random() < 0.5)
            elif kind < 0.8:
                session.add_repeat(ref)
            else:
                session.remove_repeat(ref, 1)
    list(session.walk())
    session.problems()
    session.submission_xml()
    form.open(world(), instance=session.draft(), mode=Mode.EDIT)
    assert form.questions is not None
    assert form.entities is not None
    assert form.externals is not None
    for node in session.everything():
        list(session.choices(node.ref))


@pytest.mark.parametrize("seed", [*range(30), *(pytest.param(n, marks=pytest.mark.slow) for n in range(30, 150))])
def test_refused_or_usable(seed: int) -> None:
    rng = random.Random(seed)
    with suppress(FormFault, Fault):
        use(damaged(rng), rng)


@pytest.mark.deep
def test_refused_or_usable_many_times() -> None:
    for seed in range(10_000, 40_000):
        rng = random.Random(seed)
        with suppress(FormFault, Fault):
            use(damaged(rng), rng)
