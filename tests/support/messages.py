"""One message of every kind, always the same."""

from __future__ import annotations

import random
from dataclasses import replace

from envelopes import envelope, run_of

from sync import crypto
from sync import protocol as p
from sync.first_pull import NAMES, Name, ask, nameless, pack
from sync.wire import Message, envelope_fields

NONCE = bytes(range(16))
HASH = bytes(range(32))
SIGNATURE = bytes(range(64))
ANCHOR = p.Anchor(epoch="ab" * 16, n=1234, head=HASH)


def run(count: int = 3) -> p.Run:
    chance = random.Random(7)
    photo = p.Attachment("photo.jpg", HASH, 200_000)
    made = [envelope(chance, seq, attachments=[photo] if seq == 2 else []) for seq in range(1, count + 1)]
    made[-1] = replace(made[-1], commit=HASH, extra={"later": [1, "two", b"3"]})  # damaged here, and from the future
    return run_of(made, crypto.SigningKey.load(HASH))


def every() -> dict[str, Message]:
    record = run().envelopes[1]
    rows = (
        p.Row(7, p.RowKind.RECORD, record.instance_id, record.area, envelope_fields(record)),
        p.Row(
            8,
            p.RowKind.ENTITY,
            "residents/0b8f9e2c-4a57-4a3e-9f0e-0d3a3a1f0001",
            record.area,
            {"dataset": "residents", "version": 2, "properties": {"full_name": "陈桂芳"}, "deleted": False},
        ),
        p.Row(8, p.RowKind.EVENT, "uuid:e", record.area, {"request": "r", "values": {"action": "assign"}, "n": 8}),
        p.Row(9, p.RowKind.LIST, "areas.csv", "", {"csv": b"name,label\n1,x\n"}),
    )
    return {
        "hello": p.Hello(NONCE, "D1", 1, 1, ANCHOR, b"cursor", SIGNATURE),
        "hello-reply": p.HelloReply(
            NONCE, 1, HASH, "hub", ANCHOR, True, False, 12, "2026-11-21T08:00:00Z", False, SIGNATURE, {"new": 1}
        ),
        "push": p.Push(NONCE, "D1", ANCHOR, run(), SIGNATURE),
        "push-reply": p.PushReply(
            NONCE,
            ANCHOR,
            (p.Result("uuid:a", p.Outcome.STORED, "", 5), p.Result("uuid:b", p.Outcome.REJECTED, "area")),
            3,
            ({"level": "county", "n": 2},),
            SIGNATURE,
        ),
        "pull": p.Pull(NONCE, "D1", b"", 65_536, SIGNATURE),
        "page": p.Page(NONCE, rows, b"cursor", True, SIGNATURE),
        "attachment": p.AttachmentPart(NONCE, "D1", "uuid:a", "photo.jpg", HASH, 10, 100, b"bytes", SIGNATURE),
        "attachment-reply": p.AttachmentReply(NONCE, 15, False, SIGNATURE),
        "enrol": p.Enrol(NONCE, HASH, "王秀兰", HASH),
        "enrolled": p.Enrolled(
            NONCE, HASH, HASH, "hub", "柳林镇", "D1", p.Role.DEPARTMENT, "990621/990621101", ("power",), "LSA", HASH
        ),
    }


def first_pull_messages() -> dict[str, Message]:
    """What a first pull asks and is told, since names go before rows; read by `sync.first_pull`."""
    names = (Name(5, b"", "陈桂芳", "990621/990621101"), Name(9, b"\x01", "王伟", ""), Name(9, b"\x02", "王伟", ""))
    body = {
        "dataset": "residents",
        "properties": {"full_name": "陈桂芳", "sex": "f"},
        "label": "陈桂芳",
        "deleted": False,
    }
    row = p.Row(5, p.RowKind.ENTITY, "residents/0b8f9e2c", "990621/990621101", nameless(body))
    return {
        "pull": p.Pull(NONCE, "D1", b"", 65_536, SIGNATURE, ask(names=True, known=[HASH[:12], HASH[12:24]])),
        "names": p.Page(NONCE, (), b"cursor", True, SIGNATURE, {NAMES: pack(names)}),
        "rows": p.Page(NONCE, (row,), b"cursor", False, SIGNATURE),
    }
