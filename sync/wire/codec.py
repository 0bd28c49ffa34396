"""What travels: `[kind, fields]` of one message, packed; and the bytes that its signature or proof covers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from forms.errors import Fault, Kind
from sync import protocol as p
from sync.wire import cbor, columns, messages
from sync.wire import fields as f
from sync.wire.cbor import malformed
from sync.wire.messages import Shape
from sync.wire.pack import BEST_LEVEL, LEVEL, Packing, pack, unpack

Message = (
    p.Hello
    | p.HelloReply
    | p.Push
    | p.PushReply
    | p.Pull
    | p.Page
    | p.AttachmentPart
    | p.AttachmentReply
    | p.Enrol
    | p.Enrolled
)
M = TypeVar("M", bound=Message)

Commit = Callable[[bytes, bytes, Sequence[p.Attachment]], bytes]

_SIMPLE: dict[type[Any], Shape[Any]] = {
    p.Hello: messages.HELLO,
    p.HelloReply: messages.HELLO_REPLY,
    p.PushReply: messages.PUSH_REPLY,
    p.Pull: messages.PULL,
    p.AttachmentPart: messages.ATTACHMENT_PART,
    p.AttachmentReply: messages.ATTACHMENT_REPLY,
    p.Enrol: messages.ENROL,
    p.Enrolled: messages.ENROLLED,
}
_KINDS: dict[type[Any], str] = {
    p.Hello: "hello",
    p.HelloReply: "hello-reply",
    p.Push: "push",
    p.PushReply: "push-reply",
    p.Pull: "pull",
    p.Page: "page",
    p.AttachmentPart: "attachment",
    p.AttachmentReply: "attachment-reply",
    p.Enrol: "enrol",
    p.Enrolled: "enrolled",
}


def purpose(message: Message) -> str:
    """What a signature under `message` is for: its kind, so that none serves for another."""
    return _KINDS[type(message)]


_DOCUMENTS = frozenset({p.RowKind.FORM, p.RowKind.LIST})  # long texts, sent seldom: the best packing saves a tenth
_COMMON = {"device", "seq"}  # of an envelope: said once for a run


def signed_part(message: Message) -> bytes:
    """The canonical bytes of everything but `signature` or `proof`.

    Of a run, device, position, length and its own signature, which covers every envelope through the chain.
    """
    plain: dict[str, Any]
    if isinstance(message, p.Push):
        run = message.run
        first = run.envelopes[0].seq if run.envelopes else 0
        chain = [run.device, run.before, first, len(run.envelopes), run.signature]
        plain = {**message.extra, "nonce": message.nonce, "device": message.device, "run": chain}
        plain["anchor"] = messages.ANCHOR.write(message.anchor)
    elif isinstance(message, p.Page):
        plain = {**message.extra, "nonce": message.nonce, "cursor": message.cursor, "more": message.more}
        plain["rows"] = [[row.n, str(row.kind), row.key, row.area, row.body] for row in message.rows]
    else:
        plain = _SIMPLE[type(message)].write(message)
    plain.pop("signature", None)
    plain.pop("proof", None)
    return cbor.dumps([_KINDS[type(message)], plain])


@dataclass(frozen=True, slots=True)
class Codec:
    """Encodes and decodes; `commit(salt, xml, attachments)` saves 32 random bytes a record where it can be computed."""

    commit: Commit
    packing: Packing = Packing.ZSTD

    def encode(self, message: Message) -> bytes:
        """The body of a request or reply."""
        plain: dict[str, Any]
        level = LEVEL
        if isinstance(message, p.Push):
            plain = {**message.extra, "nonce": message.nonce, "device": message.device}
            plain |= {"signature": message.signature, "anchor": messages.ANCHOR.write(message.anchor)}
            plain["run"] = self.run(message.run)
        elif isinstance(message, p.Page):
            plain = {**message.extra, "nonce": message.nonce, "cursor": message.cursor, "more": message.more}
            plain |= {"signature": message.signature, "rows": columns.pack_rows(list(map(_row, message.rows)))}
            if any(row.kind in _DOCUMENTS for row in message.rows):
                level = BEST_LEVEL
        else:
            plain = _SIMPLE[type(message)].write(message)
        return pack(cbor.dumps([_KINDS[type(message)], plain]), packing=self.packing, level=level)

    def decode(self, kind: type[M], data: bytes) -> M:
        """The message of type `kind` that `data` is, or a Fault."""
        match cbor.loads(unpack(data)):
            case [str(name), dict(plain)] if name == _KINDS[kind]:
                pass
            case _:
                raise malformed("kind")
        if kind is p.Push:
            shape: Shape[Any] = self._push()
        elif kind is p.Page:
            shape = _PAGE
        else:
            shape = _SIMPLE[kind]
        message: M = shape.read(plain, _KINDS[kind])
        return message

    def run(self, run: p.Run) -> dict[str, Any]:
        """A run as plain values; its envelopes must be consecutive ones of its device."""
        first = run.envelopes[0].seq if run.envelopes else 1
        for seq, envelope in enumerate(run.envelopes, first):
            if envelope.seq != seq or envelope.device != run.device:
                raise ValueError("a run is consecutive envelopes of one device")
        rows = columns.pack_rows([self._envelope(envelope) for envelope in run.envelopes])
        return {"device": run.device, "before": run.before, "signature": run.signature, "seq": first, "rows": rows}

    def read_run(self, value: object, field: str = "run") -> p.Run:
        if not isinstance(value, dict) or value.keys() != {"device", "before", "signature", "seq", "rows"}:
            raise malformed(field)
        device = f.CODE(value["device"], f"{field}.device")
        first = f.whole(1)(value["seq"], f"{field}.seq")
        rows = columns.unpack_rows(value["rows"], limit=messages.RUN_LIMIT, field=f"{field}.envelopes")
        return p.Run(
            device=device,
            before=f.HASH(value["before"], f"{field}.before"),
            envelopes=tuple(self._read_envelope(row, device, seq) for seq, row in enumerate(rows, first)),
            signature=f.SIGNATURE(value["signature"], f"{field}.signature"),
        )

    def _push(self) -> Shape[p.Push]:
        return Shape(
            p.Push,
            {
                "nonce": messages.Part(f.NONCE),
                "device": messages.Part(f.CODE),
                "anchor": messages.ANCHOR.part,
                "run": messages.Part(self.read_run),
                "signature": messages.Part(f.SIGNATURE),
            },
            True,
        )

    def _envelope(self, envelope: p.Envelope) -> dict[str, Any]:
        plain = messages.ENVELOPE.write(envelope)
        for name in _COMMON:
            del plain[name]
        if not plain["attachments"]:
            del plain["attachments"]
        if (
            len(envelope.salt) == 16
            and self.commit(envelope.salt, envelope.xml, envelope.attachments) == envelope.commit
        ):
            del plain["commit"]
        return plain

    def _read_envelope(self, row: dict[str, Any], device: str, seq: int) -> p.Envelope:
        field = f"envelope[{seq}]"
        plain = {"attachments": [], "commit": bytes(32), **row, "device": device, "seq": seq}
        if _COMMON & row.keys():
            raise malformed(field)
        envelope = messages.ENVELOPE.read(plain, field)
        if "commit" in row:
            return envelope
        if len(envelope.salt) != 16:
            raise malformed(f"{field}.commit")
        plain["commit"] = self.commit(envelope.salt, envelope.xml, envelope.attachments)
        return messages.ENVELOPE.read(plain, field)


def envelope_fields(envelope: p.Envelope) -> dict[str, Any]:
    """An envelope by itself as plain values: the body of a row of kind `record`."""
    return messages.ENVELOPE.write(envelope)


def read_envelope(fields: object, field: str = "envelope") -> p.Envelope:
    """The envelope of which these are the fields, checked; its commit is as written there."""
    return messages.ENVELOPE.read(fields, field)


def _row(row: p.Row) -> dict[str, Any]:
    return {"n": row.n, "kind": str(row.kind), "key": row.key, "area": row.area, "body": dict(row.body)}


def _read_rows(value: object, field: str) -> tuple[p.Row, ...]:
    rows = columns.unpack_rows(value, limit=messages.ROW_LIMIT, field=field)
    return tuple(messages.ROW.read(row, f"{field}[{at}]") for at, row in enumerate(rows))


_PAGE: Shape[p.Page] = Shape(
    p.Page,
    {
        "nonce": messages.Part(f.NONCE),
        "rows": messages.Part(_read_rows),
        "cursor": messages.Part(f.octets_up_to(256)),
        "more": messages.Part(f.flag),
        "signature": messages.Part(f.SIGNATURE),
    },
    True,
)


def encode_fault(fault: Fault) -> bytes:
    """An error reply: the code, whose error it is, and plain values for its words."""
    values = {key: value for key, value in fault.values.items() if isinstance(value, str | int)}
    return pack(cbor.dumps(["fault", fault.code, fault.kind.value, values]))


def decode_fault(data: bytes, known: Mapping[str, object] | frozenset[str]) -> Fault | None:
    """The error that a hub replied with; None where it is no error of ours, or its code has no words here."""
    try:
        match cbor.loads(unpack(data, limit=64 * 1024)):
            case ["fault", str(code), int(kind), dict(values)] if code in known and kind in _FAULT_KINDS:
                return Fault(code, Kind(kind), **values)
    except Fault:
        return None
    return None


_FAULT_KINDS = frozenset(kind.value for kind in Kind)
