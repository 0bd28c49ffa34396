"""What a laptop that pulls for the first time says and hears beyond rows, in the `extra` parts of pull and page.

Forms and lists that came with the program are named by their digests and not sent again. Names of residents come
before all else, without the random identifiers that make up most of a row: `[count, positions, marks, signs, ends,
areas]`. Their rows follow without them, `named` says which properties are the name. A hub that does not know of
this leaves it out, and sends whole rows.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync import crypto
from sync.wire import cbor, columns
from sync.wire import fields as f
from sync.wire.cbor import malformed

ASKED, NAMES, KNOWN = "names", "names", "known"
NAMED = "named"  # in the body of a row whose name has come: which properties are the name
RESIDENTS = "residents"
MOST_KNOWN = 1_000
MOST_NAMES = 20_000  # of one page

_DIGEST = 12
_ONE = 192  # numbers of signs below this take a byte, others two
_SIGNS = _ONE + 64 * 256
_LONGEST = 200  # signs of a name
_MARK = 32


@dataclass(frozen=True, slots=True)
class Name:
    """A resident's name. `n` is the position of the row, `mark` the beginning of the digest of its key, no longer
    than tells it from the other rows at that position."""

    n: int
    mark: bytes
    label: str
    area: str


def ask(*, names: bool, known: Iterable[bytes]) -> dict[str, Any]:
    """The `extra` part of a pull."""
    digests = sorted(set(known))[:MOST_KNOWN]
    return {**({ASKED: True} if names else {}), **({KNOWN: b"".join(digests)} if digests else {})}


def asked(extra: Mapping[str, Any]) -> tuple[bool, frozenset[bytes]]:
    """Whether names are asked for, and what needs not be sent; Fault where that is malformed."""
    digests = f.octets_up_to(MOST_KNOWN * _DIGEST)(extra.get(KNOWN, b""), KNOWN)
    if len(digests) % _DIGEST:
        raise malformed(KNOWN)
    known = frozenset(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST))
    return bool(f.flag(extra.get(ASKED, False), ASKED)), known


def form_digest(form_id: str, version: str, xform: bytes, media: Mapping[str, bytes]) -> bytes:
    return crypto.digest(cbor.dumps(["form", form_id, version, xform, dict(media)]))[:_DIGEST]


def list_digest(name: str, csv: bytes) -> bytes:
    return crypto.digest(cbor.dumps(["list", name, csv]))[:_DIGEST]


def key_digest(key: str) -> bytes:
    """What marks are beginnings of."""
    return crypto.digest(key.encode())


def marked(keys: Sequence[str]) -> list[bytes]:
    """The marks of rows at one position."""
    digests = [key_digest(key) for key in keys]
    size = next(size for size in range(_MARK + 1) if len({digest[:size] for digest in digests}) == len(digests))
    return [digest[:size] for digest in digests]


def has_name(body: Mapping[str, Any]) -> bool:
    """Whether a row's name goes before it: a resident's who is there."""
    if body.get("dataset") != RESIDENTS or body.get("deleted") or NAMED in body:
        return False
    return "properties" in body and _nameable(str(body.get("label", "")))


def nameless(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of a row of which the name has gone before; as it is where it had none to go."""
    if not has_name(body):
        return body
    label, properties = body["label"], body["properties"]
    rest = {name: value for name, value in body.items() if name != "label"}
    rest["properties"] = {name: value for name, value in properties.items() if value != label}
    return {**rest, NAMED: sorted(properties.keys() - rest["properties"].keys())}


def with_name(body: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The body that `nameless` took the name out of."""
    rest = {name: value for name, value in body.items() if name != NAMED}
    named = {str(name): label for name in body[NAMED]}
    return {**rest, "label": label, "properties": {**body["properties"], **named}}


def _nameable(label: str) -> bool:
    return 0 < len(label) <= _LONGEST and "\n" not in label and "\0" not in label


def pack(names: Sequence[Name]) -> list[Any]:
    """Names as columns, those of equal positions side by side; signs are numbered, frequent ones first."""
    steps = [later - n for n, later in itertools.pairwise([0, *(name.n for name in names)])]
    signs, coded = _code("\n".join(name.label for name in names))
    areas = [{"area": name.area} for name in names]
    return [steps, [name.mark for name in names], signs, coded, columns.pack_rows(areas)]


def unpack(packed: object) -> tuple[Name, ...]:
    """The names of a page; Fault where they are malformed."""
    match packed:
        case [list(steps), list(marks), str(signs), bytes(coded), list(table)] if len(steps) <= MOST_NAMES:
            pass
        case _:
            raise malformed(NAMES)
    labels = _decode(signs, coded).split("\n") if steps else []
    areas = [row.get("area") for row in columns.unpack_rows(table, limit=MOST_NAMES, field=NAMES)]
    if not len(steps) == len(marks) == len(labels) == len(areas) or not all(map(_nameable, labels)):
        raise malformed(NAMES)
    positions = itertools.accumulate(f.whole()(step, NAMES) for step in steps)
    mark = f.octets_up_to(_MARK)
    rows = zip(positions, marks, labels, areas, strict=True)
    return tuple(Name(n, mark(each, NAMES), label, f.AREA(area, NAMES)) for n, each, label, area in rows)


def _code(text: str) -> tuple[str, bytes]:
    """All signs of a text by frequency, and their numbers."""
    signs = "".join(sign for sign, _ in Counter(text).most_common())
    if len(signs) > _SIGNS:
        raise ValueError("more signs than there are")
    numbers = {sign: _number(at) for at, sign in enumerate(signs)}
    return signs, b"".join(map(numbers.__getitem__, text))


def _number(at: int) -> bytes:
    return bytes([at]) if at < _ONE else bytes([_ONE + (at - _ONE >> 8), (at - _ONE) & 255])


def _decode(signs: str, coded: bytes) -> str:
    made, high = [], -1
    for byte in coded:
        if high < 0 and byte >= _ONE:
            high = byte - _ONE
            continue
        at, high = (byte if high < 0 else _ONE + (high << 8 | byte)), -1
        if at >= len(signs):
            raise malformed(NAMES)
        made.append(signs[at])
    if high >= 0:
        raise malformed(NAMES)
    return "".join(made)
