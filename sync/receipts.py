"""What a hub signs for: places of a device's chain that it holds durably, with what was kept aside among them.

One signature covers a run, not each record; `link` covers every byte of it through the chain. A receipt can be shown
to anybody who knows the hub's identity, whoever carried it.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.errors import Fault
from sync import crypto
from sync.protocol import Outcome
from sync.wire import RUN_LIMIT, cbor
from sync.wire import fields as f

PURPOSE = "receipt"
STATEMENT = "statement"  # the name under which a receipt stands in a message's map
LIMIT = 256 * 1024
_MAGIC = "hamlet-receipt"
_FORMAT = 1
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none looks like another
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Aside:
    """A place of the chain that the hub holds or refused, and why."""

    seq: int
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`hub` has the envelopes `first` to `last` of `device`, whose last link is `link`; `n` is where its log stood."""

    hub: str
    name: str
    epoch: str
    device: str
    first: int
    last: int
    link: bytes
    n: int
    at: str
    aside: tuple[Aside, ...] = ()

    def outcome(self, seq: int) -> Aside:
        """What became of the envelope at `seq`."""
        return next((one for one in self.aside if one.seq == seq), Aside(seq, Outcome.STORED, ""))


def issue(receipt: Receipt, key: crypto.SigningKey) -> bytes:
    """The signed bytes of a receipt."""
    fields = _fields(receipt)
    return cbor.dumps([*fields, key.sign(PURPOSE, cbor.dumps(fields))])


def read(data: object, public: bytes) -> Receipt | None:
    """The receipt, if the hub with this identity signed it; None for anything else."""
    if not isinstance(data, bytes) or len(data) > LIMIT:
        return None
    try:
        match cbor.loads(data):
            case [*fields, bytes(signature)] if crypto.verify(
                public, signature, purpose=PURPOSE, data=cbor.dumps(fields)
            ):
                return _read(fields)
    except Fault:
        return None
    return None


def refused(data: object, public: bytes) -> dict[int, str]:
    """Places of a run that the hub refused, and why."""
    found = read(data, public)
    aside = () if found is None else found.aside
    return {one.seq: one.reason for one in aside if one.outcome is Outcome.REJECTED}


def code(salt: bytes, instance_id: str) -> str:
    """The six signs on a resident's slip: who has them may ask where the request stands. 30 bits."""
    hash = crypto.digest(b"hamlet/slip\0" + salt + instance_id.encode())
    number = int.from_bytes(hash[:8], "big")
    return "".join(_SIGNS[number >> 5 * at & 31] for at in range(CODE_LENGTH))


def _fields(receipt: Receipt) -> list[object]:
    aside = [[one.seq, str(one.outcome), one.reason] for one in receipt.aside]
    places: list[object] = [receipt.device, receipt.first, receipt.last, receipt.link]
    hub: list[object] = [receipt.hub, receipt.name, receipt.epoch, receipt.n, receipt.at]
    return [_MAGIC, _FORMAT, hub, places, aside]


def _read(fields: list[object]) -> Receipt | None:
    match fields:
        case [str(magic), int(format), [hub, name, epoch, n, at], [device, first, last, link], list(aside)] if (
            magic == _MAGIC and format == _FORMAT and len(aside) <= RUN_LIMIT
        ):
            return Receipt(
                hub=f.CODE(hub, "hub"),
                name=f.text(200)(name, "name"),
                epoch=f.text(64)(epoch, "epoch"),
                device=f.CODE(device, "device"),
                first=f.whole(1)(first, "first"),
                last=f.whole(1)(last, "last"),
                link=f.HASH(link, "link"),
                n=f.whole()(n, "n"),
                at=f.TIME(at, "at"),
                aside=tuple(map(_aside, aside)),
            )
    return None


def _aside(plain: object) -> Aside:
    match plain:
        case [seq, outcome, reason]:
            known = f.choice(Outcome)(outcome, "outcome")
            return Aside(f.whole(1)(seq, "seq"), known, f.text(100)(reason, "reason"))
    raise cbor.malformed("aside")
