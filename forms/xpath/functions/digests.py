"""digest, base64-decode, extract-signed, uuid."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib

from forms.xpath.errors import EvaluationFault
from forms.xpath.functions.library import plain, worldly
from forms.xpath.nodes import Context

_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_LONGEST_UUID = 10_000
_SIGNATURE = 64  # bytes of an Ed25519 signature: RFC 8032, section 5.1.6


def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    content = text.encode()
    if algorithm == "CRC32":
        raw = zlib.crc32(content).to_bytes(4, "big")
    elif algorithm in _ALGORITHMS:
        raw = hashlib.new(_ALGORITHMS[algorithm], content, usedforsecurity=False).digest()
    else:
        raise EvaluationFault("digest_unknown", algorithm=algorithm)
    if encoding == "hex":
        return raw.hex()
    if encoding != "base64":
        raise EvaluationFault("digest_unknown", algorithm=encoding)
    return base64.b64encode(raw).decode()


def _base64_decode(text: str) -> str:
    return _bytes(text).decode("utf-8", "replace")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _extract_signed(c: Context, contents: str, public_key: str) -> str:
    """The message after an Ed25519 signature, where the signature is the key's; else blank. Both come as base64."""
    raw = _bytes(contents.strip())
    signature, message = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not c.world.signed(_bytes(public_key.strip()), signature, message):
        return ""
    return message.decode("utf-8", "replace")


def _uuid(c: Context, length: float | None = None) -> str:
    text = c.world.uuid()
    if length is None or length != length:
        return text
    wanted = min(int(length), _LONGEST_UUID)
    while len(text) < wanted:
        text += c.world.uuid()
    return text[: max(0, wanted)]


FUNCTIONS = (
    plain("digest", "string", "sss", _digest, least=2),
    plain("base64-decode", "string", "s", _base64_decode),
    worldly("extract-signed", "string", "ss", _extract_signed),
    worldly("uuid", "string", "n", _uuid, least=0),
)
