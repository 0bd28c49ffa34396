"""age files: read as others write them, and whole or not at all."""

from __future__ import annotations

import base64
import io
import random

import pytest

from forms.errors import Fault
from sync import crypto
from sync.bundle import sealing

# Identity, file and digest of its content, from the age test kit: https://github.com/FiloSottile/age, testdata/testkit.
_IDENTITY = "XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4Q"
_FILE = """
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FY
TnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0NjCkVtRUNBRWNLTituL1ZzOVNiV2lW
K0h1MHIrRThSNzdEZFdZeWQ4M253N1UKLS0tIFZuKzU0anFpaVVDRStXWmNFVlkz
ZjFzcUhqbHUvejFMQ1EvVDdYbTdxSTAK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpS
yPC8DpksHoMx+2Y=
"""
_CONTENT = "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab"
_BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"


def _bits(text: str) -> bytes:
    value = 0
    for sign in text:
        value = value << 5 | _BECH32.index(sign)
    return (value >> (5 * len(text) - 256)).to_bytes(32, "big")


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)


def sealed(data: bytes, chance: random.Random, *keys: crypto.ExchangeKey) -> bytes:
    return b"".join(sealing.seal([data], [key.public for key in keys], entropy=chance.randbytes))


def opened(data: bytes, key: crypto.ExchangeKey) -> bytes:
    return b"".join(sealing.unseal(io.BytesIO(data), key))


def test_a_file_of_the_age_test_kit_opens() -> None:
    key = crypto.ExchangeKey.load(_bits(_IDENTITY))
    assert crypto.digest(opened(base64.b64decode(_FILE), key)).hex() == _CONTENT


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_every_recipient_reads_what_was_written(size: int, chance: random.Random) -> None:
    keys = [crypto.ExchangeKey.load(chance.randbytes(32)) for _ in range(3)]
    data = chance.randbytes(size)
    file = sealed(data, chance, *keys)
    assert [opened(file, key) for key in keys] == [data] * 3


def test_a_stranger_reads_nothing(chance: random.Random) -> None:
    file = sealed(b"secret", chance, crypto.ExchangeKey.generate())
    with pytest.raises(Fault, match=r"bundle\.not_ours"):
        opened(file, crypto.ExchangeKey.generate())


def test_chunks_cannot_be_cut_swapped_doubled_or_appended(chance: random.Random) -> None:
    key = crypto.ExchangeKey.generate()
    file = sealed(chance.randbytes(3 * 65_536 + 10), chance, key)
    start = file.index(b"\n--- ") + 49 + 16
    assert file[start - 17 : start - 16] == b"\n"
    chunks = [file[at : at + 65_552] for at in range(start, len(file), 65_552)]
    assert len(chunks) == 4
    one, two, three, last = chunks
    for others in (
        [one, two, three],
        [one, two, last],
        [two, one, three, last],
        [one, one, two, three, last],
        [one, two, three, last, last],
        [one, two, three, last + b"x"],
        [one, two, three, last[:-1]],
        [last],
        [],
    ):
        with pytest.raises(Fault, match=r"bundle\.damaged"):
            opened(file[:start] + b"".join(others), key)


def test_recipients_are_counted_before_anything_is_decrypted(chance: random.Random) -> None:
    key = crypto.ExchangeKey.generate()
    sixteen = sealed(b"x", chance, *[crypto.ExchangeKey.generate() for _ in range(15)], key)
    assert opened(sixteen, key) == b"x"
    stanza = sixteen[len(b"age-encryption.org/v1\n") : sixteen.index(b"\n-> ", 30) + 1]
    many = sixteen.replace(stanza, stanza * 1_000, 1)
    with pytest.raises(Fault, match=r"bundle\.too_many"):
        opened(many, key)
    with pytest.raises(ValueError, match="recipients"):
        sealed(b"x", chance, *[key] * 17)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"age-encryption.org/v2\n",
        b"age-encryption.org/v1\r\n",
        b"age-encryption.org/v1\n" + b"-> X25519 " + b"A" * 10_000,
        b"age-encryption.org/v1\n-> \n\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519 a b\n" + (b"A" * 64 + b"\n") * 100,
        b"\x00" * 100,
        b"PK\x03\x04" + b"\x00" * 100,
    ],
)
def test_what_is_no_age_file_is_refused(header: bytes) -> None:
    with pytest.raises(Fault, match=r"bundle\.damaged"):
        opened(header, crypto.ExchangeKey.generate())


def test_a_signing_key_is_an_exchange_key_too() -> None:
    for _ in range(20):
        key = crypto.SigningKey.generate()
        assert crypto.exchange_public(key.public) == crypto.exchange_key(key.seed()).public
    for bad in (bytes(32), b"\1" + bytes(31), b"\xff" * 32, b"short"):
        with pytest.raises(ValueError):
            crypto.exchange_public(bad)
