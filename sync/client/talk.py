"""One conversation with a hub: what goes out is signed by the device, what comes in is checked against the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from forms.errors import Fault, Kind
from sync import crypto, resuming
from sync.client.transport import Transport
from sync.protocol import (
    AttachmentPart,
    AttachmentReply,
    Hello,
    HelloReply,
    Page,
    Pull,
    Push,
    PushReply,
)
from sync.store.api import Identity, StoredFile
from sync.wire import purpose, signed_part

Signed = TypeVar("Signed", Hello, Push, Pull, AttachmentPart)


class Talk:
    """`through` grows with everything that got through, so that a broken line is told from a dead one."""

    def __init__(self, transport: Transport, identity: Identity, *, entropy: Callable[[int], bytes]) -> None:
        """Fault sync.not_enrolled where the workspace belongs to no hub."""
        if not identity.enrolled:
            raise Fault("sync.not_enrolled", Kind.USAGE)
        self.transport = transport
        self.identity = identity
        self.through = 0
        self.unsent: Push | AttachmentPart | None = None  # kept to be sent on where the line broke
        self._resumed = 0
        self._key = crypto.SigningKey.load(identity.key)
        self._entropy = entropy

    def of(self, identity: Identity) -> Talk:
        """The same conversation, gone on with as another device."""
        other = Talk(self.transport, identity, entropy=self._entropy)
        other.through = self.through
        return other

    @property
    def device(self) -> str:
        return self.identity.device

    def nonce(self) -> bytes:
        return self._entropy(16)

    def signed(self, message: Signed) -> Signed:
        return replace(message, signature=self._key.sign(purpose(message), signed_part(message)))

    def greeting(self) -> dict[str, Any]:
        """What a hello asks after: a body that did not get through whole."""
        unfinished = self.transport.traffic.unfinished
        return {resuming.BODY: unfinished} if unfinished else {}

    def greeted(self) -> None:
        """Something got through where the hub has more of the unfinished body than it had."""
        resumed = self.transport.traffic.resumed
        self.through += resumed > self._resumed
        self._resumed = resumed

    def check(self, reply: HelloReply | PushReply | Page | AttachmentReply | AttachmentPart, nonce: bytes) -> None:
        """A reply that is not the hub's, or answers another question, changes nothing."""
        genuine = crypto.verify(
            self.identity.hub_identity, reply.signature, purpose=purpose(reply), data=signed_part(reply)
        )
        if not genuine:
            raise Fault("sync.false_hub", Kind.DENIED, url=self.identity.url)
        if reply.nonce != nonce:
            raise Fault("sync.stale_reply", Kind.UNREACHABLE, url=self.identity.url)

    def sending(self, file: StoredFile, *, offset: int, read: Callable[[], bytes]) -> AttachmentPart:
        """A piece of a file; the same one again, byte for byte, where it did not get through whole."""
        place = (file.instance_id, file.name, offset)
        kept = self.unsent
        if isinstance(kept, AttachmentPart) and (kept.instance_id, kept.name, kept.offset) == place:
            return kept
        part = self.part(file, offset=offset, data=read())
        self.unsent = part
        return part

    def part(self, file: StoredFile, *, offset: int, data: bytes = b"") -> AttachmentPart:
        """A piece of a file, or the question for one."""
        return self.signed(
            AttachmentPart(
                nonce=self.nonce(),
                device=self.device,
                instance_id=file.instance_id,
                name=file.name,
                hash=file.hash,
                offset=offset,
                size=file.size,
                data=data,
                signature=b"",
            )
        )
