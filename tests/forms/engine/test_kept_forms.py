"""A compiled form that was kept is the form that was loaded, and nothing else is ever taken for one."""

from __future__ import annotations

import random
from importlib.resources import files

import pytest
from small_forms import META, bind, inputs, world, xform

from forms.api import Control
from forms.engine import version
from forms.engine.session import FillingSession
from forms.load import LoadedForm, load_form

PACK = sorted(file.name for file in (files("resources") / "xforms").iterdir() if file.name.endswith(".xml"))
SMALL = xform(f"<a/><b/>{META}", model=bind("b", calculate="/data/a + 1"), body=inputs("a"))


class Shelf(dict[str, bytes]):
    """Keeps compiled forms in memory, and counts what is put there."""

    puts = 0

    def put(self, key: str, content: bytes) -> None:
        self.puts += 1
        self[key] = content


def image(session: FillingSession) -> list[object]:
    return [
        (node, [(choice.value, choice.label) for choice in session.choices(node.ref)[:20]] if node.control else ())
        for node in session.everything()
    ]


def described(form: LoadedForm) -> tuple[object, ...]:
    return (
        form.form_id,
        form.version,
        form.title,
        form.languages,
        form.default_language,
        form.root,
        form.externals,
        form.questions,
        form.entities,
        [(p.code, p.severity) for p in form.warnings],
    )


@pytest.mark.parametrize("name", PACK)
def test_a_kept_form_is_the_same_form(name: str) -> None:
    content, shelf = (files("resources") / "xforms" / name).read_bytes(), Shelf()
    first = load_form(content, kept=shelf)
    again = load_form(content, kept=shelf)
    assert shelf.puts == 1
    assert described(first) == described(again)
    one, other = first.open(world()), again.open(world())
    rng = random.Random(name)
    for language in first.languages or ("",):
        if language:
            one.set_language(language)
            other.set_language(language)
        assert image(one) == image(other)
        for node in list(one.everything()):
            if node.control is not None and _there(one, node.ref):
                value = _answer(rng, one, node.ref)
                assert one.set(node.ref, value) == other.set(node.ref, value)
        assert image(one) == image(other)
    assert one.draft() == other.draft()


def _there(session: FillingSession, ref: str) -> bool:
    """Whether answers given meanwhile, a smaller count say, have left the node."""
    try:
        session.node(ref)
    except LookupError:
        return False
    return True


def _answer(rng: random.Random, session: FillingSession, ref: str) -> str:
    if session.node(ref).control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE):
        choices = session.choices(ref)
        return rng.choice(choices).value if choices else ""
    return rng.choice(["", "1", "30", "2026-03-01", "words"])


@pytest.mark.parametrize("place", [0, 20, 90, -1])
@pytest.mark.parametrize("change", ["cut", "other", "empty", "more"])
def test_what_is_damaged_is_compiled_again(place: int, change: str) -> None:
    shelf = Shelf()
    load_form(SMALL, kept=shelf)
    ((key, good),) = shelf.items()
    damaged = {
        "cut": good[:place],
        "other": good[:place] + b"~" + good[place:][1:],
        "empty": b"",
        "more": good + b"\n[]",
    }[change]
    shelf[key] = damaged
    session = load_form(SMALL, kept=shelf).open(world())
    session.set("/data/a", "1")
    assert session.node("/data/b").value == "2"
    assert shelf[key] == good


def test_another_engine_and_another_document_have_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    load_form(SMALL, kept=shelf)
    load_form(SMALL.replace(b"+ 1", b"+ 2"), kept=shelf)
    monkeypatch.setattr(version, "version", lambda: "newer")
    load_form(SMALL, kept=shelf)
    assert len(shelf) == shelf.puts == 3


def test_kept_bytes_are_the_same_each_time() -> None:
    one, other = Shelf(), Shelf()
    load_form(SMALL, kept=one)
    load_form(SMALL, kept=other)
    assert one == other


def test_a_well_formed_line_of_another_shape_is_not_read() -> None:
    from hashlib import sha256

    shelf = Shelf()
    load_form(SMALL, kept=shelf)
    (key,) = shelf
    for rest in (b"[]", b"{}", b'{"form": [], "nodes": [[]]}', b"null", b"[" * 100_000):
        shelf[key] = f"hamlet-form-1 {sha256(rest).hexdigest()}\n".encode() + rest
        assert load_form(SMALL, kept=shelf).root == "/data"
