"""Random forms for properties, and random things that a person does in them: pure functions of a generator.

A form has questions and calculations that read only what stands before them, a group, selects over a filtered list, a
fixed list and a repeat, a repeat that people grow, with one inside whose count is an answer, and a repeat whose count
a question decides. With `actions` answers also set others.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from small_forms import META, bind, world, xform

from forms.api import Change, Mode
from forms.engine.session import FillingSession
from forms.load import LoadedForm, load_form

SIZE = 12
VALUES = ("", "1", "2", "3", "4", "9")
_TESTS = (
    "/data/{a} > 2",
    "/data/{a} = /data/{b}",
    "selected(/data/{a}, '1')",
    "/data/{a} != '' or /data/{b} < 3",
    "count(/data/rep) > 1",
    "not(selected(/data/many, 'd'))",
    "sum(/data/rep/x) > 4 or /data/{a} = 1",
    "position(/data/{a}) = 1",
)
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
    "instance('places')/root/item[name = /data/place]/label",
    "count(instance('places')/root/item[region = /data/region])",
    "join('+', /data/rep/deep/z)",
    "sum(/data/rep[position() < 3]/deep/z)",
    "count(/data/counted) * 10 + sum(/data/counted/v)",
    "max(/data/counted/w)",
    "count(//z)",
    "concat(/data/group/g1, /data/group/g2)",
    "jr:choice-name(/data/place, '/data/place')",
    "count-selected(/data/many)",
    "concat(/data/from, '|', /data/{a})",
)
_INSIDE = (
    "coalesce(../x, 0) * 2",
    "position(..)",
    "concat(position(..), '/', count(../../rep), ':', ../x)",
    "../x + /data/{a}",
    "sum(../../rep/x)",
    "indexed-repeat(/data/rep/x, /data/rep, position(..) - 1)",
    "sum(../deep/z) + count(../deep)",
    "coalesce(../../rep[position() = position(current()/..) - 1]/x, 5)",
)
_DEEP = ("coalesce(../z, 1) + ../../x", "position(..) * 10 + position(../..)", "count(../../deep) + /data/{a}")
_RELEVANT = ("../x != 3 and /data/{a} != 9", "/data/{a} != 2", "position(..) != 2", "../x != ''")
LISTS = (
    '<instance id="places"><root>'
    + "".join(
        f"<item><name>{name}</name><label>Place {name}</label><region>{number % 3 + 1}</region></item>"
        for number, name in enumerate("abcdefg")
    )
    + "</root></instance>"
)


@dataclass(slots=True)
class Sketch:
    """The parts of a form while it is made; `answers` are the leaves outside repeats that a person answers."""

    model: list[str] = field(default_factory=lambda: [LISTS])
    body: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def random_form(rng: random.Random, *, actions: bool = False, size: int = SIZE) -> LoadedForm:
    return load_form(random_xform(rng, actions=actions, size=size))


def random_xform(rng: random.Random, *, actions: bool = False, size: int = SIZE) -> bytes:
    sketch = Sketch()
    names = [f"q{at}" for at in range(size)]
    for at, name in enumerate(names):
        _question(rng, sketch, name, names[:at] or ["q0"])
    _group(rng, sketch, names)
    _selects(sketch)
    _repeats(rng, sketch, names, actions=actions)
    if actions:
        _actions(rng, sketch, names)
    leaves = "".join(f"<{name}/>" for name in names)
    instance = (
        f"{leaves}<group><g1/><g2/></group><region/><place/><many/><from/><set>0</set>"
        '<rep jr:template=""><x/><k/><y/><label/><deep jr:template=""><z/><t/></deep></rep>'
        f'<counted jr:template=""><v/><w/></counted>{META}'
    )
    return xform(instance, model="".join(sketch.model), body="".join(sketch.body))


def _question(rng: random.Random, sketch: Sketch, name: str, before: list[str]) -> None:
    attributes: dict[str, str] = {}
    places = {"a": rng.choice(before), "b": rng.choice(before)}
    if name != "q0" and rng.random() < 0.4:
        attributes["relevant"] = rng.choice(_TESTS).format(**places)
    if name != "q0" and rng.random() < 0.5:
        attributes["calculate"] = rng.choice(_VALUES).format(**places)
    else:
        sketch.body.append(
            f'<input ref="/data/{name}"><label>{name} <output value="/data/{places["a"]}"/></label></input>'
        )
        attributes |= {"type": rng.choice(["int", "string", "decimal"]), "constraint": ". != 4"}
        if rng.random() < 0.3:
            attributes["required"] = rng.choice(_TESTS).format(**places)
        sketch.answers.append(name)
    sketch.model.append(bind(name, **attributes))


def _group(rng: random.Random, sketch: Sketch, names: list[str]) -> None:
    test = rng.choice(_TESTS).format(a=names[0], b=names[0])
    sketch.model += [
        bind("group", relevant=test),
        bind("group/g1", type="int", readonly="/data/q0 = 9" if rng.random() < 0.3 else "false()"),
        bind("group/g2", calculate="coalesce(/data/group/g1, 0) + 1", relevant="/data/group/g1 != 2"),
    ]
    sketch.body.append('<group ref="/data/group"><input ref="/data/group/g1"/></group>')
    sketch.answers.append("group/g1")


def _selects(sketch: Sketch) -> None:
    sketch.model += [bind("region", type="string"), bind("place", type="string")]
    items = "".join(f"<item><value>{v}</value><label>{v}</label></item>" for v in ("1", "2", "3"))
    parts = '<value ref="name"/><label ref="label"/>'
    sketch.body += [
        f'<select1 ref="/data/region">{items}</select1>',
        '<select1 ref="/data/place"><itemset nodeset="instance(\'places\')/root/item[region = /data/region]">'
        f"{parts}</itemset></select1>",
        f'<select ref="/data/many"><itemset nodeset="instance(\'places\')/root/item">{parts}</itemset></select>',
        '<select1 ref="/data/from"><itemset nodeset="/data/rep[x != \'\']"><value ref="x"/><label ref="label"/>'
        "</itemset></select1>",
    ]
    sketch.answers += ["region", "place", "many", "from"]


def _repeats(rng: random.Random, sketch: Sketch, names: list[str], *, actions: bool) -> None:
    first = names[0]
    new = '<setvalue event="odk-new-repeat" ref="/data/rep/x" value="count(/data/rep)"/>' if actions else ""
    relevant = {"relevant": rng.choice(_RELEVANT).format(a=first)} if rng.random() < 0.6 else {}
    sketch.model += [
        bind("rep/y", calculate=rng.choice(_INSIDE).format(a=first), **relevant),
        bind("rep/label", calculate="concat('<', ../y, '>')"),
        bind("rep/k", type="int"),
        bind("rep/deep/t", calculate=rng.choice(_DEEP).format(a=first)),
        bind("counted/v", type="int"),
        bind("counted/w", calculate="position(..) + coalesce(../v, 0) + count(/data/rep)"),
    ]
    if rng.random() < 0.3:
        sketch.model.append(bind("rep", relevant=f"/data/{first} != 9"))
    if rng.random() < 0.3:
        sketch.model.append(bind("rep/deep", relevant="../x != 8"))
    sketch.body.append(
        f'<repeat nodeset="/data/rep">{new}<input ref="/data/rep/x"/><input ref="/data/rep/k"/>'
        '<repeat nodeset="/data/rep/deep" jr:count="coalesce(../k, 0)"><input ref="/data/rep/deep/z"/></repeat>'
        "</repeat>"
        f'<repeat nodeset="/data/counted" jr:count="coalesce(/data/{first}, 0)"><input ref="/data/counted/v"/></repeat>'
    )


def _actions(rng: random.Random, sketch: Sketch, names: list[str]) -> None:
    """An answer sets another, and one counts how often a question was answered."""
    changed = '<setvalue event="xforms-value-changed"'
    target, value = rng.choice(sketch.answers[1:3]), rng.choice(["/data/q0 + 1", "/data/set + 1", "count(/data/rep)"])
    sketch.body += [
        f'<input ref="/data/set">{changed} ref="/data/{target}" value="{value}"/></input>',
        f'<input ref="/data/{names[0]}">{changed} ref="/data/set" value="/data/set + 1"/></input>',
    ]
    sketch.answers.append("set")


def answers_of(form: LoadedForm) -> list[str]:
    """The questions outside repeats that a person answers."""
    return [q.path for q in form.questions if q.control is not None and not q.repeats]


def values_for(path: str) -> tuple[str, ...]:
    if path == "/data/place":
        return ("", *"abcdefg")
    if path == "/data/many":
        return ("", "a", "b d", "a c g")
    if path in ("/data/region", "/data/from"):
        return ("", "1", "2", "3", "8")
    return VALUES


def step(rng: random.Random, session: FillingSession) -> Change:
    """One thing that a person may try; some of it the form refuses."""
    count = session.node("/data/rep").count
    kind = rng.random()
    if kind < 0.15:
        return session.add_repeat("/data/rep", after=rng.choice([None, 0, count]))
    if kind < 0.22 and count:
        return session.remove_repeat("/data/rep", rng.randint(1, count))
    if kind < 0.5 and count:
        instance = f"/data/rep[{rng.randint(1, count)}]"
        deep = session.node(f"{instance}/deep").count
        if deep and rng.random() < 0.5:
            return session.set(f"{instance}/deep[{rng.randint(1, deep)}]/z", rng.choice(VALUES))
        name, values = rng.choice([("x", ("", "1", "2", "3", "8")), ("k", ("", "0", "1", "3"))])
        return session.set(f"{instance}/{name}", rng.choice(values))
    counted = session.node("/data/counted").count
    if kind < 0.6 and counted:
        return session.set(f"/data/counted[{rng.randint(1, counted)}]/v", rng.choice(VALUES))
    path = rng.choice(answers_of(session.form))
    return session.set(path, rng.choice(values_for(path)))


def image(session: FillingSession) -> dict[str, object]:
    """All that a person sees of a form, by reference."""
    return {
        node.ref: (
            node.value, node.relevant, node.readonly, node.required, node.valid, node.label, node.count,
            tuple((choice.value, choice.label) for choice in session.choices(node.ref)),
        )
        for node in session.everything()
    }  # fmt: skip


def restored(session: FillingSession) -> FillingSession:
    """The session as its draft brings it back: everything computed from nothing."""
    return session.form.open(world(), instance=session.draft(), mode=Mode.RESTORE)
