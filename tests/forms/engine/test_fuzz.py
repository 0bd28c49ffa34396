"""Expressions and forms that nobody would write: only the engine's own faults are raised, and nothing hangs.

HAMLET_FUZZ_SECONDS says how long the long run of each goes on; HAMLET_FUZZ_SEED repeats one. The seed of what
fails is in the message.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from battery import FAMILIES, PREAMBLE
from battery import form as battery_form
from own_forms import FORMS
from small_forms import world

from forms.api import FormFault, Mode
from forms.errors import Fault
from forms.load import load_form
from forms.xpath.errors import ExpressionError
from forms.xpath.parser import parse

SECONDS = float(os.environ.get("HAMLET_FUZZ_SECONDS", "300"))
SEED = int(os.environ.get("HAMLET_FUZZ_SEED", "0"))
HANGS = 120  # seconds after which one case counts as hanging, far beyond what any takes
EXPRESSIONS = sorted({expression for family in FAMILIES.values() for expression in family})
SPLINTERS = (
    *("(", ")", "[", "]", "/", "//", "..", ".", "@", "*", "|", ",", "'", '"', "-", "+", "=", "!=", "<=", "&", "$"),
    *("and", " or ", " div ", " mod ", "\x00", "\ud7ff", "\U0001f642", "1e9", "99999999999999999999", "::", "child::"),
    *("self::node()", "text()", "comment()", "processing-instruction('x')", "ancestor::*", "preceding::r", "${a}"),
    *("current()", "position()", "last()", "instance('list')", "indexed-repeat(", "randomize(", "if(", "once("),
    *("((((((((", "))))))))", "[[[[", "- - - -", "................", "\u3000", "\u200b", "<!--", "]]>", "&#0;"),
)


def broken(rng: random.Random, text: str, others: list[str]) -> str:
    for _ in range(rng.randint(1, 5)):
        at, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:at] + rng.choice(SPLINTERS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[end:]
        elif kind == 2:
            text = text[:at] + rng.choice(others) + text[at:]
        elif kind == 3:
            text = text[:end] + text[at:]
        elif kind == 4:
            text = text[:at] + chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x10FFF)))) + text[at:]
        else:
            text = text[:at] + text[at:end] * rng.randint(2, 40) + text[end:]
        text = text[:20_000]
    return text


@contextmanager
def alarmed(seconds: int) -> Iterator[None]:
    """An exception after so many seconds, where the platform has an alarm."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def one_expression(rng: random.Random) -> None:
    """Parsed, and now and then as a form's calculation evaluated too."""
    text = broken(rng, rng.choice(EXPRESSIONS), EXPRESSIONS)
    try:
        parse(text)
    except ExpressionError:
        return
    FAMILIES["fuzz"] = [text]
    try:
        session = load_form(battery_form("fuzz").encode("utf-8", "replace")).open(world())
        session.set(f"/data/{rng.choice(list(PREAMBLE))}", rng.choice(["", "1", "a b", "2024-02-29", "1 2 3 4"]))
        session.submission_xml()
    except Fault:
        pass
    finally:
        del FAMILIES["fuzz"]


def one_form(rng: random.Random) -> None:
    """A form with pieces missing, doubled or replaced; where it loads it is filled in, kept and opened again."""
    forms = list(FORMS.values())
    content = broken(rng, rng.choice(forms), EXPRESSIONS if rng.random() < 0.5 else [rng.choice(forms)[:400]])
    try:
        form = load_form(content.encode("utf-8", "replace"))
        session = form.open(world())
        refs = [node.ref for node in session.everything()]
        for _ in range(8):
            act(session, rng, rng.choice(refs))
        session.problems()
        session.submission_xml()
        form.open(world(), instance=session.draft(), mode=rng.choice((Mode.EDIT, Mode.RESTORE)))
    except Fault as fault:
        if isinstance(fault, FormFault) and not fault.problems:
            raise AssertionError("refused without a reason") from fault


def act(session: object, rng: random.Random, ref: str) -> None:
    answers = ["", "1", "-1", "x y", "2026-01-01", "1 2 3 4", "1e400", "9" * 400, "\U0001f642"]
    try:
        if rng.random() < 0.6:
            session.set(ref, rng.choice(answers), force=rng.random() < 0.5)  # type: ignore[attr-defined]
        elif rng.random() < 0.6:
            session.add_repeat(ref)  # type: ignore[attr-defined]
        else:
            session.remove_repeat(ref, 1)  # type: ignore[attr-defined]
    except LookupError:
        pass  # an earlier step has removed it


def fuzz(one: Callable[[random.Random], None], *, cases: int = 0, seconds: float = 0.0) -> int:
    """Cases with seeds from SEED on, so many of them or for so long; gives how many there were."""
    began, number = time.monotonic(), 0
    while number < cases or time.monotonic() - began < seconds:
        seed = SEED + number
        try:
            with alarmed(HANGS):
                one(random.Random(seed))
        except Exception as error:
            raise AssertionError(f"{one.__name__} with HAMLET_FUZZ_SEED={seed}: {error!r}") from error
        number += 1
    return number


@pytest.mark.parametrize("one", [one_expression, one_form])
def test_only_own_faults(one: Callable[[random.Random], None]) -> None:
    assert fuzz(one, cases=150) == 150


@pytest.mark.deep
@pytest.mark.timeout(0)
@pytest.mark.parametrize("one", [one_expression, one_form])
def test_fuzz_for_minutes(one: Callable[[random.Random], None], capsys: pytest.CaptureFixture[str]) -> None:
    done = fuzz(one, seconds=SECONDS)
    with capsys.disabled():
        print(f"\nfuzz: {done} cases of {one.__name__} in {SECONDS:.0f} s")
