"""Short texts for one reader: age files in text form, and keys as people pass them on (age1..., AGE-SECRET-KEY-1...).

Sources: https://c2sp.org/age (version 1, armor, X25519 recipients), BIP 173 for the writing of keys.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Sequence

from forms.errors import Fault, Kind
from forms.sealed import BEGIN, END, is_sealed
from sync import crypto
from sync.bundle.sealing import Entropy, seal, unseal

_PUBLIC = "age"
_SECRET = "age-secret-key-"  # noqa: S105
_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LINE = 64


def seal_text(text: str, recipient: str, *, entropy: Entropy) -> str:
    """`text` for whoever holds the key of `recipient` (age1...). Fault seal.recipient where that is none."""
    sealed = b"".join(seal([text.encode()], [public_of(recipient)], entropy=entropy))
    plain = base64.b64encode(sealed).decode()
    return "\n".join((BEGIN, *(plain[at : at + _LINE] for at in range(0, len(plain), _LINE)), END))


def open_text(sealed: str, key: crypto.ExchangeKey) -> str | None:
    """What was sealed; None where it is for somebody else. Fault bundle.damaged where it was changed."""
    lines = sealed.strip().split("\n")
    if not is_sealed(sealed) or lines[-1].strip() != END:
        raise Fault("bundle.damaged", Kind.DAMAGED)
    try:
        data = base64.b64decode("".join(line.strip() for line in lines[1:-1]), validate=True)
    except binascii.Error:
        raise Fault("bundle.damaged", Kind.DAMAGED) from None
    try:
        return b"".join(unseal(io.BytesIO(data), key)).decode()
    except Fault as fault:
        if fault.code == "bundle.not_ours":
            return None
        raise


def recipient_of(public: bytes) -> str:
    """A public key as it is passed on."""
    return _encode(_PUBLIC, public)


def secret_of(key: crypto.ExchangeKey) -> str:
    """A private key as age keeps it."""
    return _encode(_SECRET, key.seed()).upper()


def public_of(recipient: str) -> bytes:
    """Fault seal.recipient where it was not copied rightly."""
    return _decode(_PUBLIC, recipient)


def key_of(secret: str) -> crypto.ExchangeKey:
    """Fault seal.recipient where it was not copied rightly."""
    return crypto.ExchangeKey.load(_decode(_SECRET, secret.lower()))


def _encode(prefix: str, data: bytes) -> str:
    values = _regrouped(data, 8, 5, pad=True)
    check = _checksum([*_expanded(prefix), *values, *([0] * 6)]) ^ 1
    signs = [*values, *((check >> 5 * (5 - at)) & 31 for at in range(6))]
    return f"{prefix}1{''.join(_SIGNS[value] for value in signs)}"


def _decode(prefix: str, written: str) -> bytes:
    head, _, tail = written.strip().rpartition("1")
    if head != prefix or len(tail) != 58 or not set(tail) <= set(_SIGNS):
        raise Fault("seal.recipient", Kind.USAGE, recipient=written[:12])
    values = [_SIGNS.index(sign) for sign in tail]
    data = _regrouped(values[:-6], 5, 8, pad=False)
    if _checksum([*_expanded(prefix), *values]) != 1 or len(data) != crypto.KEY_SIZE:
        raise Fault("seal.recipient", Kind.USAGE, recipient=written[:12])
    return bytes(data)


def _expanded(prefix: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)]


def _checksum(values: Iterable[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for at, share in enumerate(_GENERATOR):
            sum_ ^= share if (top >> at) & 1 else 0
    return sum_


def _regrouped(data: Sequence[int] | bytes, width: int, to: int, *, pad: bool) -> list[int]:
    """Numbers of `width` bits as numbers of `to` bits; bits left over are dropped, or with `pad` filled with 0."""
    held, bits, made = 0, 0, []
    for value in data:
        held, bits = held << width | value, bits + width
        while bits >= to:
            bits -= to
            made.append(held >> bits & ((1 << to) - 1))
    if pad and bits:
        made.append(held << (to - bits) & ((1 << to) - 1))
    return made
