"""The answer to a pull: rows after the cursor; on a first pull, where the laptop asks for them, names before rows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import first_pull, vouching
from sync.hub import feed, handed_back, names_first
from sync.hub import log as hub_log
from sync.hub.accounts import Device
from sync.hub.feed import Cursor, Named
from sync.hub.identity import HubIdentity
from sync.protocol import Anchor, Page, Pull

PAGE_LIMIT = 4 * 1024 * 1024  # bytes of bodies before packing


def answer(connection: Connection, identity: HubIdentity, device: Device, message: Pull) -> Page:
    """An unsigned page. Fault hub.went_back where the cursor is of a log that this one is not."""
    at = _position(connection, identity, device, message)
    names, known = first_pull.asked(message.extra)
    if names and not at.anchor.epoch and not device.hub:
        start = Anchor(identity.epoch, 0, bytes(32))
        at = Cursor(device.scope, start, Named(start, done=False))
    if at.named is not None and not at.named.done:
        page = _names(connection, identity, device, message, at.named)
        if page is not None:
            return page
        at = replace(at, named=replace(at.named, done=True))
    named = at.named.to.n if at.named else 0
    lost = device.hub and vouching.LOST in message.extra
    rows, n, more = feed.page(
        connection,
        device,
        after=at.anchor.n,
        max_bytes=min(message.max_bytes, PAGE_LIMIT),
        named=named,
        known=known,
        lost=lost,
    )
    whole = lost and vouching.RUNS in message.extra  # an older township knows rows only
    runs = handed_back.whole(connection, identity, device, after=at.anchor.n, to=n) if whole else ()
    anchor = hub_log.anchor_at(connection, identity.epoch, n)
    cursor = Cursor(device.scope, anchor, at.named if named > n else None)
    return Page(
        nonce=message.nonce,
        rows=handed_back.others(rows, runs),
        cursor=cursor.seal(identity.cursors),
        more=more,
        signature=b"",
        extra=vouching.give_back(runs),
    )


def _position(connection: Connection, identity: HubIdentity, device: Device, message: Pull) -> Cursor:
    """Where the device stands, proven."""
    anchor = feed.read_cursor(identity.cursors, message.cursor, scope=device.scope)
    named = feed.read_named(identity.cursors, message.cursor, scope=device.scope)
    for known in (anchor, named.to if named else feed.NOTHING):
        if not hub_log.proven(connection, identity.epoch, known):
            raise Fault("hub.went_back", Kind.DAMAGED)
    return Cursor(device.scope, anchor, named)


def _names(connection: Connection, identity: HubIdentity, device: Device, message: Pull, before: Named) -> Page | None:
    """The next names; None where there are none to send ahead."""
    names, end, more = names_first.page(connection, device, after=before.to.n)
    if not names:
        return None
    to = hub_log.anchor_at(connection, identity.epoch, end)
    start = Anchor(identity.epoch, 0, bytes(32))
    cursor = Cursor(device.scope, start, Named(to, done=not more))
    return Page(
        nonce=message.nonce,
        rows=(),
        cursor=cursor.seal(identity.cursors),
        more=True,
        signature=b"",
        extra={first_pull.NAMES: first_pull.pack(names)},
    )
