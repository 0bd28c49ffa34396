"""Hashes, chains, signatures and sealing: vectors, changes of any byte, unknown suites."""

import dataclasses
import hashlib
import os

import pytest

from forms.errors import Fault
from sync import crypto
from sync.protocol import Attachment, Envelope

FILE = Attachment("photo.jpg", bytes(32), 5)


def envelope(**changes: object) -> Envelope:
    made = Envelope(
        "uuid:1", "request", "1", b"<data/>", bytes(16), bytes(32), (FILE,), "990621", "王秀兰", "d1", 1, "t", 0
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_a_commit_is_the_hash_of_salt_xml_and_files() -> None:
    expected = hashlib.sha256(bytes(16) + b"<data/>" + bytes(32)).digest()
    assert crypto.commit(bytes(16), b"<data/>", [FILE]) == expected
    with pytest.raises(ValueError):
        crypto.commit(b"short", b"<data/>", [])


CHANGES = {
    "instance_id": "uuid:2",
    "form_id": "other",
    "form_version": "2",
    "commit": b"\1" * 32,
    "attachments": (),
    "area": "990622",
    "author": "林晓",
    "device": "d2",
    "seq": 2,
    "wall_time": "u",
    "clock_offset": 1,
    "protocol": 2,
    "extra": {"later": 1},
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Envelope)])
def test_a_link_covers_every_field_but_the_payload(field: str) -> None:
    plain = crypto.link(crypto.NO_LINK, envelope())
    if field in ("xml", "salt"):
        assert crypto.link(crypto.NO_LINK, envelope(**{field: b""})) == plain
    elif field == "suite":
        with pytest.raises(Fault):
            crypto.link(crypto.NO_LINK, envelope(suite=2))
    else:
        assert crypto.link(crypto.NO_LINK, envelope(**{field: CHANGES[field]})) != plain


def test_a_link_covers_the_one_before() -> None:
    first, second = crypto.links(crypto.NO_LINK, [envelope(), envelope(seq=2)])
    assert crypto.link(first, envelope(seq=2)) == second
    assert crypto.link(crypto.NO_LINK, envelope(seq=2)) != second


def test_signatures_serve_one_purpose() -> None:
    key = crypto.SigningKey.load(bytes(range(32)))
    signature = key.sign("run", b"head")
    assert crypto.verify(key.public, signature, purpose="run", data=b"head")
    assert not crypto.verify(key.public, signature, purpose="hello", data=b"head")
    assert not crypto.verify(key.public, signature, purpose="run", data=b"heat")
    assert not crypto.verify(crypto.SigningKey.generate().public, signature, purpose="run", data=b"head")
    assert not crypto.verify(b"short", signature, purpose="run", data=b"head")
    assert not crypto.verify(key.public, b"", purpose="run", data=b"head")
    assert crypto.SigningKey.load(key.seed()).public == key.public
    assert key.seed().hex() not in repr(key)


def test_two_parties_agree_on_a_key_for_a_purpose() -> None:
    one, other = crypto.ExchangeKey.generate(), crypto.ExchangeKey.generate()
    assert one.agree(other.public, "x") == other.agree(one.public, "x")
    assert one.agree(other.public, "x") != one.agree(other.public, "y")
    assert crypto.ExchangeKey.load(one.seed()).public == one.public


def test_sealed_bytes_open_with_key_and_context_only() -> None:
    key = bytes(range(32))
    sealed = crypto.seal(key, b"secret", nonce=bytes(12), about=b"who")
    assert crypto.unseal(key, sealed, about=b"who") == b"secret"
    assert crypto.unseal(key, sealed, about=b"other") is None
    assert crypto.unseal(bytes(32), sealed, about=b"who") is None
    for at in range(len(sealed)):
        broken = bytearray(sealed)
        broken[at] ^= 1
        assert crypto.unseal(key, bytes(broken), about=b"who") is None
    assert crypto.unseal(key, b"short") is None
    with pytest.raises(ValueError):
        crypto.seal(key, b"x", nonce=b"")


@pytest.mark.parametrize("size", [0, 1, crypto.CHUNK - 1, crypto.CHUNK, crypto.CHUNK + 1, 3 * crypto.CHUNK])
def test_a_sealed_file_opens_chunk_by_chunk(size: int) -> None:
    key, data = os.urandom(32), os.urandom(size)
    sealed = list(crypto.seal_chunks(key, [data[:7], data[7:]]))
    opened = [crypto.unseal_chunk(key, piece, number=at, last=at == len(sealed) - 1) for at, piece in enumerate(sealed)]
    assert b"".join(piece or b"" for piece in opened) == data
    assert crypto.unseal_chunk(key, sealed[-1], number=len(sealed) - 1, last=False) is None
    assert crypto.unseal_chunk(key, sealed[-1], number=len(sealed), last=True) is None


@pytest.mark.parametrize("suite", [0, 2, 3, 99])
def test_an_unknown_suite_fails_closed(suite: int) -> None:
    key = crypto.SigningKey.generate()
    for action in (
        lambda: crypto.digest(b"", suite=suite),
        lambda: crypto.digest_chunks([], suite=suite),
        lambda: crypto.running_digest(suite=suite),
        lambda: crypto.keyed(b"", b"", suite=suite),
        lambda: crypto.commit(bytes(16), b"", [], suite=suite),
        lambda: crypto.verify(key.public, key.sign("a", b""), purpose="a", data=b"", suite=suite),
        lambda: crypto.seal(bytes(32), b"", nonce=bytes(12), suite=suite),
        lambda: crypto.unseal(bytes(32), bytes(40), suite=suite),
    ):
        with pytest.raises(Fault, match="suite"):
            action()


def test_foreign_signatures_are_plain_ed25519() -> None:
    """RFC 8032, section 7.1, TEST 3."""
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    assert crypto.foreign(public, signature, b"\xaf\x82")
    assert not crypto.foreign(public, signature, b"\xaf\x83")
    assert not crypto.foreign(public[1:], signature, b"\xaf\x82")
    assert not crypto.foreign(public, signature[1:], b"\xaf\x82")
    key = crypto.SigningKey.generate()
    assert not crypto.foreign(key.public, key.sign("record", b"x"), b"x")


def test_stretching_is_argon2id_with_the_parameters_given(full_cost: None) -> None:
    cheap = {"memory_kib": 64, "passes": 1, "lanes": 1}
    one = crypto.stretch("松树 石桥", bytes(16), **cheap)
    assert one == crypto.stretch("松树 石桥".encode(), bytes(16), **cheap)
    assert one != crypto.stretch("松树 石桥", b"\1" * 16, **cheap)
    assert len(one) == 32
    assert (crypto.ARGON2_MEMORY_KIB, crypto.ARGON2_PASSES) == (65536, 3)


def test_keys_for_purposes_are_apart() -> None:
    assert crypto.derive(bytes(32), "a") != crypto.derive(bytes(32), "b")
    assert len(crypto.derive(bytes(32), "a", size=16)) == 16
    assert crypto.same(b"a", b"a")
    assert not crypto.same(b"a", b"b")
    assert crypto.keyed(b"k", b"d") != crypto.keyed(b"l", b"d")
