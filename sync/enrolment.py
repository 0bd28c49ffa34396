"""What hub and laptop share about an invitation: its code, the key that it becomes, proofs, and the sealed file.

The code has ten signs, 50 bits; it never travels. K = Argon2id(code, salt = hub id) does not either: each side shows
HMAC(K, side || certificate fingerprint || message). The file, for places without a network, is sealed under K.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from forms.errors import Fault, Kind
from sync import crypto
from sync.protocol import Role
from sync.wire import cbor
from sync.wire import fields as f

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs: none looks like another
CODE_LENGTH = 10
FORMAT = 1
FILE_LIMIT = 64 * 1024

NO_CERTIFICATE = bytes(32)  # instead of a fingerprint, where a laptop asks by bundle

CLIENT = b"c"
HUB = b"h"

_MAGIC = "hamlet-enrolment"
_TEXTS = f.several(f.CODE, 100)


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spelling(code: str) -> str:
    """A code as it is hashed: spaces, dashes, width and case make no difference."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def stretch(code: str, hub: str) -> bytes:
    """K: what a code becomes for one hub. Fault hub.code_form for what can be no code."""
    spelt = spelling(code)
    if len(spelt) != CODE_LENGTH or not set(spelt) <= set(ALPHABET):
        raise Fault("hub.code_form", Kind.DENIED, length=CODE_LENGTH)
    return crypto.stretch(spelt, hub.encode())


def proof(key: bytes, side: bytes, *, fingerprint: bytes, message: bytes) -> bytes:
    """HMAC(K, side || certificate fingerprint || message); `side` is CLIENT or HUB."""
    return crypto.keyed(key, side + fingerprint + message)


@dataclass(frozen=True, slots=True)
class EnrolmentFile:
    """All that a laptop needs before it first reaches its hub. `area` is a path; `urls` are tried in order."""

    hub: str
    hub_name: str
    identity: bytes
    backup_identity: bytes
    urls: tuple[str, ...]
    device: str
    role: Role
    area: str
    departments: tuple[str, ...]
    letters: str
    expires_at: str


def seal_file(content: EnrolmentFile, key: bytes, *, entropy: Callable[[int], bytes]) -> bytes:
    """The file's bytes, sealed under K."""
    plain = cbor.dumps(
        {
            "hub_name": content.hub_name,
            "identity": content.identity,
            "backup_identity": content.backup_identity,
            "urls": list(content.urls),
            "device": content.device,
            "role": str(content.role),
            "area": content.area,
            "departments": list(content.departments),
            "letters": content.letters,
            "expires_at": content.expires_at,
        }
    )
    sealed = crypto.seal(_file_key(key), plain, nonce=entropy(12), about=content.hub.encode())
    return cbor.dumps([_MAGIC, FORMAT, content.hub, sealed])


def open_file(data: bytes, code: str, *, now: str) -> tuple[EnrolmentFile, bytes]:
    """The file's content and K. Faults: hub.file_damaged, hub.file_newer, hub.code_wrong, hub.code_expired."""
    hub, sealed = _outer(data)
    key = stretch(code, hub)
    plain = crypto.unseal(_file_key(key), sealed, about=hub.encode())
    if plain is None:
        raise Fault("hub.code_wrong", Kind.DENIED)
    content = _content(hub, cbor.loads(plain, field="enrolment"))
    if content.expires_at <= now:
        raise Fault("hub.code_expired", Kind.DENIED)
    return content, key


def _file_key(key: bytes) -> bytes:
    return crypto.derive(key, "enrolment file")


def _outer(data: bytes) -> tuple[str, bytes]:
    damaged = Fault("hub.file_damaged", Kind.DAMAGED)
    if len(data) > FILE_LIMIT:
        raise damaged
    try:
        outer = cbor.loads(data, field="enrolment")
    except Fault:
        raise damaged from None
    match outer:
        case [str(magic), int(), str(hub), bytes(sealed)] if magic == _MAGIC and outer[1] == FORMAT:
            return hub, sealed
        case [str(magic), int(), *_] if magic == _MAGIC:
            raise Fault("hub.file_newer", Kind.DAMAGED)
    raise damaged


def _content(hub: str, plain: object) -> EnrolmentFile:
    wanted = ("hub_name", "backup_identity", "urls", "device", "role", "area", "departments", "letters", "expires_at")
    if not isinstance(plain, dict) or not {*wanted, "identity"} <= plain.keys():
        raise Fault("hub.file_damaged", Kind.DAMAGED)
    return EnrolmentFile(
        hub=hub,
        hub_name=f.text(200)(plain["hub_name"], "hub_name"),
        identity=f.octets(32)(plain["identity"], "identity"),
        backup_identity=f.octets(32)(plain["backup_identity"], "backup_identity"),
        urls=_TEXTS(plain["urls"], "urls"),
        device=f.CODE(plain["device"], "device"),
        role=f.choice(Role)(plain["role"], "role"),
        area=f.AREA(plain["area"], "area"),
        departments=_TEXTS(plain["departments"], "departments"),
        letters=f.text(8)(plain["letters"], "letters"),
        expires_at=f.TIME(plain["expires_at"], "expires_at"),
    )
