"""What is said beside the messages, one of every kind and always the same: receipts, vouching, successions, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from messages import ANCHOR, HASH, NONCE

from sync import countersigning, crypto, enrolment, publication, receipts, resuming, succession, vouching
from sync.protocol import Anchor, Outcome, Role
from sync.wire import cbor

HUB = crypto.SigningKey.load(bytes(range(32)))
DEVICE = crypto.SigningKey.load(bytes(range(32, 64)))
AT = "2026-11-21T08:00:00Z"
CODE = "ABCDE-23456"


@dataclass(frozen=True, slots=True)
class Statement:
    """`read` takes what was written and gives back `says`; `slow` where a code is stretched as on a laptop."""

    written: Callable[[], bytes]
    read: Callable[[bytes], object]
    says: object
    slow: bool = False


def _extra(made: Mapping[str, Any], read: Callable[[Mapping[str, Any]], object], says: object) -> Statement:
    """A part of a message's map."""
    return Statement(lambda: cbor.dumps(dict(made)), lambda data: read(cbor.loads(data)), says)


_RECEIPT = receipts.Receipt(
    hub="H1",
    name="柳林镇",
    epoch="ab" * 16,
    device="D1",
    first=3,
    last=9,
    link=HASH,
    n=1234,
    at=AT,
    aside=(receipts.Aside(4, Outcome.HELD, "form"), receipts.Aside(7, Outcome.REJECTED, "area")),
)
_VOUCHED = vouching.Vouched(
    "D1", DEVICE.public, Role.DEPARTMENT, "990621/990621101", ("power", "roads"), AT, "2026-12-01T08:00:00Z"
)
_BELOW = vouching.HubBelow("H1", HUB.public)
_BEFORE = Anchor("cd" * 16, 7, HASH[::-1])
_ASKED = succession.Asked(HUB.public, 12)
_END = countersigning.End(88, HASH)
_SIGNED = HUB.sign(countersigning.PURPOSE, countersigning.signed_data("D1", _END, AT))
_CHECKPOINT = countersigning.Checkpoint(_END, AT, _SIGNED)
_FORM = publication.Publication(b"<h:html/>", {"areas.csv": b"name,label\n1,x\n"})
_PIECE = resuming.Piece("D1", NONCE, HASH, 65_536)
_FILE = enrolment.EnrolmentFile(
    hub="H7QX2K4M",
    hub_name="柳林镇",
    identity=HUB.public,
    backup_identity=DEVICE.public,
    urls=("https://192.168.1.2:8443", "https://hub.example"),
    device="D1",
    role=Role.VILLAGE,
    area="990621/990621101/990621101201",
    departments=(),
    letters="LSA",
    expires_at="2026-11-28T08:00:00Z",
)


def _claimed(state: Mapping[str, Any]) -> object:
    found = succession.claimed(state)
    return found is not None and (found.former, found.asked, found.by(DEVICE.public))


def _checkpoint(extra: Mapping[str, Any]) -> object:
    found = countersigning.given(extra)
    return found is not None and (*found, countersigning.fits("D1", found[0], hub=HUB.public))


def _enrolment_file() -> bytes:
    return enrolment.seal_file(_FILE, enrolment.stretch(CODE, _FILE.hub), entropy=lambda size: bytes(range(size)))


def every() -> dict[str, Statement]:
    return {
        "receipt": Statement(
            lambda: receipts.issue(_RECEIPT, HUB), lambda data: receipts.read(data, HUB.public), _RECEIPT
        ),
        "slip": Statement(lambda: receipts.code(NONCE, "uuid:a").encode(), bytes.decode, "LDA9RQ"),
        "hub-below": _extra(vouching.introduce(_BELOW), vouching.introduced, _BELOW),
        "vouched": _extra(
            vouching.vouch(_VOUCHED, {5: "area"}),
            lambda extra: (vouching.vouched(extra), vouching.refused(extra)),
            (_VOUCHED, {5: "area"}),
        ),
        "log-told": _extra(vouching.tell(_BEFORE, ANCHOR), vouching.told, (_BEFORE, ANCHOR)),
        "log-reminded": _extra(vouching.remind(ANCHOR), vouching.reminded, ANCHOR),
        "continues": _extra(succession.ask(_ASKED), succession.asked, _ASKED),
        "succeeds": _extra(
            succession.give(succession.Given("D2", "LSB")), succession.given, succession.Given("D2", "LSB")
        ),
        "claim": _extra(succession.claim("D1", _ASKED, DEVICE), _claimed, ("D1", _ASKED, True)),
        "audit-asked": _extra(countersigning.ask(_END), countersigning.asked, _END),
        "audit-signed": _extra(countersigning.give(_CHECKPOINT, recovery=HASH), _checkpoint, (_CHECKPOINT, HASH, True)),
        "forms": _extra(publication.pack([_FORM]), publication.unpack, (_FORM,)),
        "body": Statement(lambda: _PIECE.header().encode(), lambda data: resuming.read(data.decode()), _PIECE),
        "enrolment-file": Statement(
            _enrolment_file,
            lambda data: enrolment.open_file(data, CODE.lower(), now=AT)[0],
            _FILE,
            slow=True,
        ),
    }
