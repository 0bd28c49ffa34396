"""All cryptography, behind suite identifiers; a suite that is not known here fails closed.

Suite 1: SHA-256 (FIPS 180-4), Ed25519 (RFC 8032), X25519 (RFC 7748), AES-256-GCM (SP 800-38D). Beside it,
Argon2id (RFC 9106) for passphrases and codes, HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869), and for age files
(`sync.age`) ChaCha20-Poly1305 (RFC 8439).
Hashes and keys have 32 bytes, signatures 64, salts and nonces 16.
"""

from __future__ import annotations

import hashlib
import hmac as _hmac
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import cbor2
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forms.errors import Fault, Kind
from sync.protocol import Attachment, Envelope, Suite

HASH_SIZE = 32
KEY_SIZE = 32
SALT_SIZE = 16
NO_LINK = bytes(HASH_SIZE)  # what stands before the first link of a chain
CHUNK = 64 * 1024  # plaintext bytes of one sealed chunk of a file

ARGON2_MEMORY_KIB = 64 * 1024  # the least that a passphrase is worth, RFC 9106 section 4
ARGON2_PASSES = 3
ARGON2_LANES = 4

_NONCE = 12  # AES-GCM
_TAG = 16


def known(suite: int) -> Suite:
    """The suite, or `Fault("vault.suite")` where this program has none of that number."""
    try:
        return Suite(suite)
    except ValueError:
        raise Fault("vault.suite", Kind.DAMAGED, suite=suite) from None


def digest(data: bytes, *, suite: int = Suite.STANDARD) -> bytes:
    """The suite's hash of `data`."""
    known(suite)
    return hashlib.sha256(data).digest()


def digest_chunks(chunks: Iterable[bytes], *, suite: int = Suite.STANDARD) -> bytes:
    """The suite's hash of a file read in chunks."""
    known(suite)
    running = hashlib.sha256()
    for chunk in chunks:
        running.update(chunk)
    return running.digest()


class Digest(Protocol):
    """A hash that is fed bit by bit."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def running_digest(*, suite: int = Suite.STANDARD) -> Digest:
    """The suite's hash, for a stream that is looked at only once."""
    known(suite)
    return hashlib.sha256()


def keyed(key: bytes, data: bytes, *, suite: int = Suite.STANDARD) -> bytes:
    """HMAC of `data` under `key`."""
    known(suite)
    return _hmac.new(key, data, hashlib.sha256).digest()


def same(one: bytes, other: bytes) -> bool:
    """Equality in constant time."""
    return _hmac.compare_digest(one, other)


def derive(key: bytes, purpose: str, *, size: int = KEY_SIZE) -> bytes:
    """A key of its own for one purpose from a random key (HKDF)."""
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=b"hamlet/" + purpose.encode()).derive(key)


_STRETCHING = threading.Lock()  # OpenSSL's pool of threads lets two at once wait for each other for ever


def stretch(
    secret: str | bytes,
    salt: bytes,
    *,
    memory_kib: int = ARGON2_MEMORY_KIB,
    passes: int = ARGON2_PASSES,
    lanes: int = ARGON2_LANES,
) -> bytes:
    """A key of 32 bytes from something a person knows (Argon2id). `salt` has at least 8 bytes."""
    data = secret.encode() if isinstance(secret, str) else secret
    asked = Argon2id(salt=salt, length=KEY_SIZE, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    with _STRETCHING:
        return asked.derive(data)


# ---- records and their chain


def commit(salt: bytes, xml: bytes, attachments: Sequence[Attachment], *, suite: int = Suite.STANDARD) -> bytes:
    """`H(salt || xml || attachment hashes)`: what chain and signatures cover instead of the payload."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return digest_chunks([salt, xml, *(file.hash for file in attachments)], suite=suite)


def metadata(envelope: Envelope) -> bytes:
    """The envelope without payload and salt as canonical CBOR (RFC 8949, 4.2): what a link covers.

    Fields are in the order of the type; a field unknown to this version is in `extra`, and covered too.
    """
    known(envelope.suite)
    return cbor2.dumps(
        [
            envelope.instance_id,
            envelope.form_id,
            envelope.form_version,
            envelope.commit,
            [[file.name, file.hash, file.size] for file in envelope.attachments],
            envelope.area,
            envelope.author,
            envelope.device,
            envelope.seq,
            envelope.wall_time,
            envelope.clock_offset,
            int(envelope.suite),
            envelope.protocol,
            dict(envelope.extra),
        ],
        canonical=True,
    )


def link(before: bytes, envelope: Envelope) -> bytes:
    """The hash of this link of a device's chain; `before` is that of the one before, `NO_LINK` at seq 1."""
    return digest(b"hamlet/link\0" + before + metadata(envelope), suite=envelope.suite)


def links(before: bytes, envelopes: Iterable[Envelope]) -> tuple[bytes, ...]:
    """The link of every envelope of a run; the last one is the head that is signed."""
    made = []
    for envelope in envelopes:
        before = link(before, envelope)
        made.append(before)
    return tuple(made)


# ---- signatures


class SigningKey:
    """An Ed25519 private key of a device or a hub. `purpose` keeps one kind of signature from serving as another."""

    __slots__ = ("_key", "public")

    def __init__(self, key: Ed25519PrivateKey, /) -> None:
        self._key = key
        self.public: bytes = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, seed: bytes) -> SigningKey:
        """From the 32 bytes that `seed` gave."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def seed(self) -> bytes:
        """The secret, to be kept in an encrypted database only."""
        return self._key.private_bytes_raw()

    def sign(self, purpose: str, data: bytes) -> bytes:
        return self._key.sign(_signed(purpose, data))

    def __repr__(self) -> str:
        return f"SigningKey({self.public.hex()[:16]})"


def verify(public: bytes, signature: bytes, *, purpose: str, data: bytes, suite: int = Suite.STANDARD) -> bool:
    """Whether the holder of `public` signed `data` for this purpose. A key or signature of a wrong size is false."""
    known(suite)
    return foreign(public, signature, _signed(purpose, data))


def foreign(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature that somebody else made holds. No purpose enters it: never for our own messages."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(purpose: str, data: bytes) -> bytes:
    return b"hamlet/" + purpose.encode() + b"\0" + data


class ExchangeKey:
    """An X25519 private key: of a hub for bundles, of a department for sealed fields."""

    __slots__ = ("_key", "public")

    def __init__(self, key: X25519PrivateKey, /) -> None:
        self._key = key
        self.public: bytes = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> ExchangeKey:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def load(cls, seed: bytes) -> ExchangeKey:
        return cls(X25519PrivateKey.from_private_bytes(seed))

    def seed(self) -> bytes:
        return self._key.private_bytes_raw()

    def shared(self, public: bytes) -> bytes:
        """The raw X25519 secret, to be fed to a key derivation; ValueError for a point of low order."""
        return self._key.exchange(X25519PublicKey.from_public_bytes(public))

    def agree(self, public: bytes, purpose: str) -> bytes:
        """A key shared with the holder of the other half; both public keys enter it."""
        secret = self._key.exchange(X25519PublicKey.from_public_bytes(public))
        both = b"".join(sorted((self.public, public)))
        return derive(digest(secret + both), purpose)

    def __repr__(self) -> str:
        return f"ExchangeKey({self.public.hex()[:16]})"


# An Ed25519 key serves as an X25519 key too, by the map of RFC 7748, section 4.1: whoever knows a device or a hub can
# seal something for it. Using one key for both is sound (Thormarker, "On using the same key pair for Ed25519 and an
# X25519 based KEM", 2021), and age does it for SSH keys.
_FIELD = 2**255 - 19


def exchange_key(seed: bytes) -> ExchangeKey:
    """The X25519 half of the Ed25519 key with this seed."""
    return ExchangeKey.load(hashlib.sha512(seed).digest()[:KEY_SIZE])


def exchange_public(public: bytes) -> bytes:
    """The X25519 public key that belongs to an Ed25519 public key; ValueError where it is none."""
    if len(public) != KEY_SIZE:
        raise ValueError(f"a public key has {KEY_SIZE} bytes, not {len(public)}")
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _FIELD or y in (0, 1, _FIELD - 1):
        raise ValueError("a point that can be no key")
    u = (1 + y) * pow(1 - y, -1, _FIELD) % _FIELD
    return u.to_bytes(KEY_SIZE, "little")


# ---- sealing


def seal(key: bytes, data: bytes, *, nonce: bytes, about: bytes = b"", suite: int = Suite.STANDARD) -> bytes:
    """`nonce || ciphertext || tag`. `nonce` has 12 fresh random bytes; `about` is authenticated beside it."""
    known(suite)
    if len(nonce) != _NONCE:
        raise ValueError(f"a nonce has {_NONCE} bytes, not {len(nonce)}")
    return nonce + AESGCM(key).encrypt(nonce, data, about)


def unseal(key: bytes, sealed: bytes, *, about: bytes = b"", suite: int = Suite.STANDARD) -> bytes | None:
    """What was sealed; None where the key is another or a byte has changed."""
    known(suite)
    if len(sealed) < _NONCE + _TAG:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except InvalidTag:
        return None


def seal_chunks(key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Seal a file piece by piece under a key used for this file only.

    Each chunk's nonce is its number and whether it is the last (the STREAM construction, Hoang et al. 2015), so
    that chunks can't be dropped, swapped or appended. Sealed chunks are 16 bytes longer than `CHUNK`.
    """
    cipher = AESGCM(key)
    number = 0
    held: bytes | None = None
    for chunk in _rechunk(chunks):
        if held is not None:
            yield cipher.encrypt(_chunk_nonce(number, last=False), held, None)
            number += 1
        held = chunk
    yield cipher.encrypt(_chunk_nonce(number, last=True), held or b"", None)


def unseal_chunk(key: bytes, sealed: bytes, *, number: int, last: bool) -> bytes | None:
    """Chunk `number` of what `seal_chunks` made, from 0; None where a byte or the number of chunks has changed."""
    try:
        return AESGCM(key).decrypt(_chunk_nonce(number, last=last), sealed, None)
    except InvalidTag:
        return None


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + (b"\1" if last else b"\0")


def _rechunk(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of exactly `CHUNK`, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


# ---- pieces of age files, https://c2sp.org/age


def extract(secret: bytes, *, salt: bytes, info: str, size: int = KEY_SIZE) -> bytes:
    """HKDF-SHA-256 with all its parts named."""
    return HKDF(algorithm=SHA256(), length=size, salt=salt or None, info=info.encode()).derive(secret)


def chacha_seal(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """ChaCha20-Poly1305: ciphertext and tag. `nonce` has 12 bytes and serves once under `key`."""
    return ChaCha20Poly1305(key).encrypt(nonce, data, None)


def chacha_open(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
    """What `chacha_seal` sealed; None where the key is another or a byte has changed."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, None)
    except InvalidTag:
        return None


# ---- pages of an encrypted database, for what is left of one that its own library opens no more


class DatabasePages:
    """Pages as SQLCipher 4 writes them under a raw key: AES-256-CBC, then HMAC-SHA-512 over text, IV and number."""

    SIZE, USABLE = 4096, 4016
    _IV = 16

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        masked = bytes(byte ^ 0x3A for byte in salt)
        self._mac = hashlib.pbkdf2_hmac("sha512", key, masked, 2, KEY_SIZE)

    def open(self, page: bytes, number: int) -> bytes | None:
        """The plain page, counted from 1; None where it is not authentic."""
        start = SALT_SIZE if number == 1 else 0
        sealed, iv = page[start : self.USABLE], page[self.USABLE : self.USABLE + self._IV]
        tag = page[self.USABLE + self._IV :]
        mac = _hmac.new(self._mac, sealed + iv + number.to_bytes(4, "little"), hashlib.sha512).digest()
        if not same(mac, tag):
            return None
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(iv)).decryptor()
        return bytes(start) + bytes(cipher.update(sealed)) + bytes(cipher.finalize())
