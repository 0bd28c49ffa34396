"""Bodies are unpacked within limits that hold before anything is made."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.errors import Fault
from sync.wire import cbor, columns
from sync.wire.pack import PACKED_LIMIT, Packing, pack, unpack


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.sampled_from(Packing))
def test_what_was_packed_comes_out(data: bytes, packing: Packing) -> None:
    assert unpack(pack(data, packing=packing)) == data


def bombs() -> dict[str, bytes]:
    zeros = bytes(64 * 1024 * 1024)
    return {
        "zstd": bytes([Packing.ZSTD]) + zstandard.ZstdCompressor(level=1).compress(zeros),
        "gzip": bytes([Packing.GZIP]) + zlib.compress(zeros, 9, wbits=31),
        "no size": bytes([Packing.ZSTD]) + zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 1_000),
        "two frames": bytes([Packing.ZSTD]) + zstandard.ZstdCompressor().compress(b"x" * 1_000) * 2,
        "appended": pack(b"x" * 1_000) + b"y",
        "cut": pack(b"x" * 1_000)[:-1],
        "gzip cut": pack(b"x" * 1_000, packing=Packing.GZIP)[:-1],
        "gzip appended": pack(b"x" * 1_000, packing=Packing.GZIP) + b"y",
        "unknown": b"\x07abc",
        "empty": b"",
        "too long": bytes(PACKED_LIMIT + 1),
    }


@pytest.mark.parametrize("data", [bytes(5_000_000), b"<row><name/><said/></row>" * 300_000])
def test_what_packs_too_well_is_no_bomb_to_who_reads_it(data: bytes) -> None:
    """As a table of very many empty lines: the one record would keep all others back."""
    packed = pack(data)
    assert len(packed) < len(data) // 25
    assert unpack(packed) == data


@pytest.mark.parametrize("name", sorted(bombs()))
def test_bombs_are_refused_before_they_burst(name: str) -> None:
    body = bombs()[name]
    tracemalloc.start()
    try:
        with pytest.raises(Fault):
            unpack(body)
        assert tracemalloc.get_traced_memory()[1] < 80 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        "1801",  # 1 in two bytes
        "9f01ff",  # indefinite list
        "a2616101616102",  # a key twice
        "a10102",  # a key that is no text
        "f97e00",  # a float
        "c074323031332d30332d32315432303a30343a30305a",  # a date
        "c249010000000000000000",  # a big number
        "c5821a7fffffff03",  # 3 * 2 ** 2147483647
        "d81c81d81d00",  # a list that holds itself
        "d9010081818101",  # string references
        "d8236161",  # a regular expression
        "0000",  # something after the end
        "61ff",  # no UTF-8
        "9b7fffffffffffffff",  # a list longer than the body
        "5b7fffffffffffffff",
        "81" * 60 + "00",  # too deep
    ],
)
def test_only_canonical_plain_values_are_read(data: str) -> None:
    with pytest.raises(Fault, match=r"sync\.malformed"):
        cbor.loads(bytes.fromhex(data))


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.binary(max_size=60), st.text(max_size=20)
)
UUIDS = st.uuids().map(lambda one: f"uuid:{one}")
XML = st.builds(
    lambda a, b, c: f"<data><a>{a}</a><b/><c>{b}</c><meta><instanceID>{c}</instanceID></meta></data>".encode(),
    st.text(alphabet="xy 中\n", max_size=5),
    UUIDS,
    UUIDS,
)
VALUES = st.recursive(
    st.one_of(SCALARS, UUIDS, XML),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), VALUES, max_size=4), max_size=12))
def test_rows_survive_as_columns(rows: list[dict[str, object]]) -> None:
    packed = cbor.loads(cbor.dumps(columns.pack_rows(rows)))
    assert columns.unpack_rows(packed, limit=12, field="rows") == rows


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(XML, min_size=1, max_size=20))
def test_documents_survive_as_columns(documents: list[bytes]) -> None:
    rows = [{"xml": document} for document in documents]
    assert columns.unpack_rows(columns.pack_rows(rows), limit=20, field="rows") == rows


def test_a_short_column_cannot_become_a_long_message() -> None:
    markup = [b"x" * 100_000]
    bomb = [5_000, b"", [], [[], [[["xml"], [["documents", [markup], [0] * 5_000, {}]]]]]]
    with pytest.raises(Fault, match=r"sync\.too_large"):
        columns.unpack_rows(bomb, limit=5_000, field="rows")
    same = [5_000, b"", [], [[], [[["a"], [["same", "x" * 100_000]]]]]]
    with pytest.raises(Fault, match=r"sync\.too_large"):
        columns.unpack_rows(same, limit=5_000, field="rows")
    with pytest.raises(Fault, match=r"sync\.malformed"):
        columns.unpack_rows([6_000, b"", [], [[], []]], limit=5_000, field="rows")


FEW = st.sampled_from(["", "farm", "away", "local\n", "\x01", "中文", "x" * 79])
DAYS = st.dates().map(str) | st.sampled_from(["", "2026-02-30", "0001-01-01", "9999-12-31", "２０26-01-01"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(*(st.lists(texts, min_size=20, max_size=90) for texts in (FEW, DAYS, FEW | UUIDS))))
def test_columns_of_few_words_and_of_days_survive(values: list[str]) -> None:
    rows: list[dict[str, object]] = [{"a": value, "b": value} for value in values]
    packed = cbor.loads(cbor.dumps(columns.pack_rows(rows)))
    assert columns.unpack_rows(packed, limit=90, field="rows") == rows


def test_few_words_and_days_are_short() -> None:
    words = columns.pack_rows(
        [{"a": ("farm", "away", "local")[at % 3], "b": f"1946-02-{at % 28 + 1:02}"} for at in range(300)]
    )
    assert len(cbor.dumps(words)) < 300 * 3 + 80


@pytest.mark.parametrize(
    "column",
    [
        ["coded", ["a"], b"\x00\x01"],
        ["coded", [1], b"\x00\x00"],
        ["coded", ["a"], b"\x00"],
        ["coded", ["a"] * 65, b"\x00\x00"],
        ["coded", [], b"\x00\x00"],
        ["days", b"\x00\x00\x00"],
        ["days", "abcd"],
    ],
)
def test_a_column_that_names_what_is_not_there_is_refused(column: list[object]) -> None:
    with pytest.raises(Fault, match=r"sync\.malformed"):
        columns.unpack_rows([2, b"", [], [[], [[["a"], [column]]]]], limit=5, field="rows")


def test_few_long_words_cannot_become_a_long_message() -> None:
    bomb = [5_000, b"", [], [[], [[["a"], [["coded", ["x" * 100_000], bytes(5_000)]]]]]]
    with pytest.raises(Fault, match=r"sync\.too_large"):
        columns.unpack_rows(bomb, limit=5_000, field="rows")
