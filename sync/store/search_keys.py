"""The keys under which people, households and requests are found, and what a typed text asks for. Pure.

A key is a letter for its dataset, one for its kind and the text. Datasets: `R` residents, `H` households, `Q` requests,
`X` others. Kinds: `c` Chinese from any sign on, `p` pinyin (whole name, given name, or
surname with initials), `i` initials, `d` door number, `g` group, `t` last four of telephone or identity number,
`n` whole telephone number, `q` running number of a request, `r` its whole number.
Door, group, tail and running number are found exactly, all others by prefix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from forms.casework.names import Names

EXACT = frozenset("dgtq")
NUMBERED = frozenset("qr")  # one entity's each, in the order in which records are made
_LETTERS = {"residents": "R", "households": "H", "requests": "Q"}
SEARCHED = ("full_name", "alias", "head_name", "phone", "id_tail", "house_no", "request_no", "visitor_name")
"""Properties that keys are made of."""

END = "\n"  # before and after each key of an entity
LONGEST = 8  # Chinese signs of a key: nobody types more before looking

_RUNS = re.compile(r"(\d+)\s*(组|社|队|zu|号|hao|hu)?|([a-z]+)|([\u3400-\u9fff]+)")
_DIGITS = re.compile(r"\d+")
_GROUP = re.compile(r"(\d+)\s*[组社队]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_GROUP_WORDS = frozenset(("组", "社", "队", "zu"))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of an entity that can be looked for. `place` is its area's label, `door` its house number."""

    dataset: str
    label: str
    properties: Mapping[str, str]
    place: str = ""
    door: str = ""
    who: str = ""


def letter(dataset: str) -> str:
    """What the keys of its entities begin with."""
    return _LETTERS.get(dataset, "X")


def keys(subject: Subject, names: Names) -> frozenset[str]:
    """All keys of an entity."""
    first = letter(subject.dataset)
    found = [_keys_of_name(first, name, names) for name in _names(subject)]
    if subject.dataset == "requests":
        found.append(_keys_of_label(first, tuple(_CHINESE.findall(subject.label))))
    return frozenset([first + key for key in _keys(subject) if len(key) > 1]).union(*found)


def held(keys: Iterable[str]) -> str:
    """The keys of one entity as its row of `entity_key` has them."""
    return f"{END}{END.join(sorted(keys))}{END}"


def _keys(subject: Subject) -> Iterator[str]:
    """Those of numbers."""
    for number in filter(None, (subject.properties.get("phone"), subject.properties.get("id_tail"))):
        digits = "".join(sign for sign in number.lower() if sign.isdigit() or sign == "x")
        yield "t" + digits[-4:]
        if len(digits) > 4:
            yield "n" + digits
    door = _DIGITS.findall(unicodedata.normalize("NFKC", subject.door))
    if door:
        yield "d" + door[-1].lstrip("0")
    group = _GROUP.search(subject.place)
    if group:
        yield "g" + group[1].lstrip("0")
    if subject.dataset == "requests":
        yield from _keys_of_ref(subject.properties.get("request_no", ""))


def _names(subject: Subject) -> tuple[str, ...]:
    known = subject.properties
    if subject.dataset == "requests":
        return (subject.who,)
    found = (known.get("full_name", ""), known.get("alias", ""), known.get("head_name", ""))
    return found if any(found) else (subject.label,)


@lru_cache(maxsize=20_000)
def _keys_of_name(first: str, name: str, names: Names) -> frozenset[str]:
    return frozenset([first + key for key in _name_keys(name, names) if len(key) > 1])


def _name_keys(name: str, names: Names) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", name).replace("·", "").strip()
    if not plain:
        return
    yield from _suffixes(plain)
    yield from _spellings(plain, names)
    if _CHINESE.fullmatch(plain) and len(plain) > 1:
        family = names.surname(plain)
        given = plain[len(family) :]
        yield from _spellings(plain[1:], names)
        if len(family) > 1:
            yield from _spellings(given, names)
        initials = names.keys(given).initials
        yield from ("p" + surname + short for surname in names.keys(family).full for short in initials)


def _spellings(name: str, names: Names) -> Iterator[str]:
    spelt = names.keys(name)
    yield from ("p" + full for full in spelt.full)
    yield from ("i" + short for short in spelt.initials)


def _suffixes(text: str) -> Iterator[str]:
    for run in _CHINESE.findall(text):
        yield from ("c" + run[at : at + LONGEST] for at in range(len(run)))


def _keys_of_ref(written: str) -> Iterator[str]:
    ref = "".join(written.split())
    yield "r" + ref.replace("-", "").lower()
    parts = ref.split("-")
    yield from ("q" + part.lstrip("0") for part in parts[1:] if len(part) >= 4 and part.isdigit())


@lru_cache(maxsize=2000)
def _keys_of_label(first: str, runs: tuple[str, ...]) -> frozenset[str]:
    return frozenset([first + key for run in runs for key in _suffixes(run)])


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: any of these keys, each with whether it is exact."""

    keys: tuple[str, ...]


def terms(text: str) -> tuple[Term, ...]:
    """What a typed text asks for; all terms must hold. `wang 3zu`, `李27号`, `王 5678`, `QS-SQA-0424-7`."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("'", "")
    whole = re.sub(r"[\s\-]", "", plain)
    if re.fullmatch(r"[a-z]{4,}\d{3,}[a-z0-9]*", whole):
        return (Term(("r" + whole,)),)
    found = []
    for digits, unit, latin, chinese in _RUNS.findall(plain):
        if digits:
            found.append(_number(digits, unit))
        elif latin:
            # A single letter begins the pinyin of all whose initials it begins.
            found.append(Term(("i" + latin,) if len(latin) == 1 else ("p" + latin, "i" + latin)))
        else:
            found.append(Term(("c" + chinese[:LONGEST],)))
    return tuple(found)


def _number(digits: str, unit: str) -> Term:
    plain = digits.lstrip("0") or "0"
    if unit in _GROUP_WORDS:
        return Term(("g" + plain,))
    if unit:
        return Term(("d" + plain,))
    if len(digits) > 4:
        return Term(("n" + digits, "t" + digits[-4:]) if len(digits) == 18 else ("n" + digits, "q" + plain))
    return Term(tuple(dict.fromkeys(("d" + plain, "g" + plain, "t" + digits, "q" + plain))))


def readings(text: str) -> tuple[tuple[Term, ...], ...]:
    """What a typed text may mean, any of which is enough: spelt parts of one name, `li wei jun`, and all its terms."""
    asked = terms(text)
    parts = [term.keys[0][1:] for term in asked if term.keys[0][0] in "pi"]
    if len(parts) < 2:
        return (asked,)
    name = "".join(parts)
    others = tuple(term for term in asked if term.keys[0][0] not in "pi")
    return (Term(("p" + name, "i" + name)), *others), asked
