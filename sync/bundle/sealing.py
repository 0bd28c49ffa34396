"""age files with X25519 recipients, read and written as streams: https://c2sp.org/age, version 1.

The header is parsed, and its recipients are counted, before anything is decrypted. Every chunk of 64 KiB is
authenticated with its number and whether it is the last, so nothing can be cut off, swapped or appended.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from forms.errors import Fault, Kind
from sync import crypto

MOST_RECIPIENTS = 16
CHUNK = 64 * 1024
_SEALED = CHUNK + 16
_INTRO = b"age-encryption.org/v1"
_INFO = "age-encryption.org/v1/X25519"
_ZERO = bytes(12)
_FILE_KEY = 16
_LINE = 256  # bytes of the longest header line that we can meet
_MAC = b"---"

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class _Stanza:
    kind: str
    arguments: tuple[str, ...]
    body: bytes


def damaged() -> Fault:
    """A file that is no bundle, or not whole any more."""
    return Fault("bundle.damaged", Kind.DAMAGED)


# ---- writing


def seal(chunks: Iterable[bytes], recipients: Sequence[bytes], *, entropy: Entropy) -> Iterator[bytes]:
    """The age file around `chunks`, in pieces, for whoever holds the key of one of `recipients` (X25519, public)."""
    if not 0 < len(recipients) <= MOST_RECIPIENTS:
        raise ValueError(f"an age file has 1 to {MOST_RECIPIENTS} recipients here")
    file_key = entropy(_FILE_KEY)
    stanzas = b"".join(_wrap(file_key, public, entropy=entropy) for public in recipients)
    header = _INTRO + b"\n" + stanzas + _MAC
    yield header + b" " + _text(_header_mac(file_key, header)) + b"\n"
    nonce = entropy(16)
    yield nonce
    key = crypto.extract(file_key, salt=nonce, info="payload")
    number, held = 0, bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:  # the last chunk is full rather than empty
            yield crypto.chacha_seal(key, _nonce(number, last=False), bytes(held[:CHUNK]))
            del held[:CHUNK]
            number += 1
    yield crypto.chacha_seal(key, _nonce(number, last=True), bytes(held))


def _wrap(file_key: bytes, public: bytes, *, entropy: Entropy) -> bytes:
    once = crypto.ExchangeKey.load(entropy(crypto.KEY_SIZE))
    key = crypto.extract(once.shared(public), salt=once.public + public, info=_INFO)
    body = crypto.chacha_seal(key, _ZERO, file_key)
    return b"-> X25519 " + _text(once.public) + b"\n" + _text(body) + b"\n"


# ---- reading


def unseal(file: BinaryIO, key: crypto.ExchangeKey) -> Iterator[bytes]:
    """What was sealed, chunk by chunk; each is authentic, and the last is known to be the last.

    Faults: bundle.damaged, bundle.too_many (more recipients than we look at), bundle.not_ours.
    """
    stanzas, header, mac = _header(file)
    file_key = _file_key(stanzas, key)
    if not crypto.same(_header_mac(file_key, header), mac):
        raise damaged()
    nonce = file.read(16)
    if len(nonce) != 16:
        raise damaged()
    payload = crypto.extract(file_key, salt=nonce, info="payload")
    number, sealed = 0, file.read(_SEALED)
    while True:
        following = file.read(_SEALED) if len(sealed) == _SEALED else b""
        plain = crypto.chacha_open(payload, _nonce(number, last=not following), sealed)
        if plain is None or (number and not plain):
            raise damaged()
        yield plain
        if not following:
            return
        number, sealed = number + 1, following


def _header(file: BinaryIO) -> tuple[tuple[_Stanza, ...], bytes, bytes]:
    """Stanzas, the bytes that the MAC covers, and the MAC."""
    seen = _line(file)
    if seen != _INTRO:
        raise damaged()
    covered = seen + b"\n"
    stanzas: list[_Stanza] = []
    while True:
        line = _line(file)
        if line.startswith(_MAC + b" "):
            return tuple(stanzas), covered + _MAC, _bytes(line[len(_MAC) + 1 :])
        if not line.startswith(b"-> "):
            raise damaged()
        if len(stanzas) == MOST_RECIPIENTS:
            raise Fault("bundle.too_many", Kind.DAMAGED, most=MOST_RECIPIENTS)
        covered += line + b"\n"
        words = [_word(word) for word in line[3:].split(b" ")]
        body = b""
        while True:
            line = _line(file)
            covered += line + b"\n"
            body += line
            if len(line) > 64 or len(body) > 1024:
                raise damaged()
            if len(line) < 64:
                break
        stanzas.append(_Stanza(words[0], tuple(words[1:]), _bytes(body)))


def _file_key(stanzas: Sequence[_Stanza], key: crypto.ExchangeKey) -> bytes:
    for stanza in stanzas:
        if stanza.kind != "X25519":
            continue
        share = _bytes(stanza.arguments[0].encode()) if len(stanza.arguments) == 1 else b""
        if len(share) != 32 or len(stanza.body) != _FILE_KEY + 16:
            raise damaged()
        try:
            wrap = crypto.extract(key.shared(share), salt=share + key.public, info=_INFO)
        except ValueError:  # a point of low order
            raise damaged() from None
        found = crypto.chacha_open(wrap, _ZERO, stanza.body)
        if found is not None:
            return found
    raise Fault("bundle.not_ours", Kind.DENIED)


def _line(file: BinaryIO) -> bytes:
    line = file.readline(_LINE)
    if not line.endswith(b"\n"):
        raise damaged()
    return line[:-1]


def _word(word: bytes) -> str:
    if not word or not all(33 <= sign <= 126 for sign in word):
        raise damaged()
    return word.decode("ascii")


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    return crypto.keyed(crypto.extract(file_key, salt=b"", info="header"), header)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Unpadded, canonical base64."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise damaged() from None
    if _text(data) != text:
        raise damaged()
    return data
