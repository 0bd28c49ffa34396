"""Attachments, one by one: sent in pieces from where the hub has them, fetched in pieces and kept when whole."""

from __future__ import annotations

from collections.abc import Callable

from forms.errors import Fault, Kind
from sync import crypto, lacking
from sync.client.talk import Talk
from sync.client.values import OnStore, OutboxStore
from sync.protocol import Attachment, HelloReply
from sync.store.api import StoredFile
from sync.store.exchange import Elsewhere

PART_BYTES = 48 * 1024
_NOT_THERE = {
    "hub.attachment_missing": Elsewhere.UNKNOWN,
    "hub.no_attachment": Elsewhere.UNKNOWN,
    "hub.attachment_awaited": Elsewhere.AWAITED,
    "hub.attachment_lost": Elsewhere.LOST,
}
STALLS = 4  # replies in a row after which the hub has no more than before


def send(talk: Talk, on_store: OnStore, file: StoredFile, *, heed: Callable[[], None]) -> bool:
    """Send a file from where the hub has it; whether it is complete there now. `heed` is asked before each piece."""
    offset, stalled = file.received, 0
    while stalled < STALLS:
        heed()

        def read(offset: int = offset) -> bytes:
            return on_store(
                lambda store: store.outbox.read_file(file.instance_id, file.name, offset=offset, size=PART_BYTES)
            )

        message = talk.sending(file, offset=offset, read=read)
        reply = talk.transport.attach(message)
        talk.check(reply, message.nonce)
        talk.unsent = None
        on_store(
            lambda store, reply=reply: store.outbox.file_received(  # type: ignore[misc]
                file.instance_id, file.name, received=reply.received, complete=reply.complete
            )
        )
        talk.through += 1
        if reply.complete:
            return True
        stalled = 0 if reply.received > offset else stalled + 1
        offset = reply.received
    return False


def send_again(on_store: OnStore, reply: HelloReply) -> None:
    """Files that the hub has not got wait to be sent, whatever it said of them once."""
    names = lacking.told(reply.extra)
    if names:
        on_store(lambda store: _wait(store, names))


def _wait(store: OutboxStore, names: frozenset[tuple[str, str]]) -> None:
    waiting = {(file.instance_id, file.name) for file in store.outbox.waiting_files()}
    for instance_id, name in sorted(names - waiting):
        store.outbox.file_received(instance_id, name, received=0, complete=False)


def fetch(talk: Talk, on_store: OnStore, file: StoredFile, *, heed: Callable[[], None]) -> bool:
    """Fetch a file and keep it; False where the hub has not got it. Fault sync.attachment_damaged.

    One of which the hub says that it will tell, or that it is lost, is not asked for again until it says otherwise.
    """
    content = bytearray()
    while len(content) < file.size or not content:
        heed()
        message = talk.part(file, offset=len(content))
        try:
            part = talk.transport.fetch(message)
        except Fault as fault:
            if fault.code not in _NOT_THERE:
                raise
            _note(on_store, file, _NOT_THERE[fault.code])
            return False
        talk.check(part, message.nonce)
        content += part.data
        if not part.data:
            break
    if crypto.digest(bytes(content)) != file.hash:
        raise Fault("sync.attachment_damaged", Kind.DAMAGED, name=file.name)
    attachment = Attachment(file.name, file.hash, file.size)
    on_store(lambda store: store.inbox.store_file(file.instance_id, attachment, [bytes(content)]))
    talk.through += 1
    return True


def _note(on_store: OnStore, file: StoredFile, state: Elsewhere) -> None:
    on_store(lambda store: store.inbox.file_elsewhere(file.instance_id, file.name, state))
