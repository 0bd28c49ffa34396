"""Messages survive the wire whole; whatever is not exactly a message is a Fault that names the place."""

from __future__ import annotations

import random
from dataclasses import replace

import messages
import pytest
from envelopes import envelope, run_of
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.errors import Fault, Kind
from sync import crypto
from sync import protocol as p
from sync.wire import Codec, Packing, cbor, decode_fault, encode_fault, signed_part
from sync.wire.pack import pack, unpack

CODEC = Codec(crypto.commit)
EVERY = sorted(messages.every())


@pytest.mark.parametrize("packing", Packing)
@pytest.mark.parametrize("kind", EVERY)
def test_every_message_survives(kind: str, packing: Packing) -> None:
    message = messages.every()[kind]
    codec = Codec(crypto.commit, packing)
    assert codec.decode(type(message), codec.encode(message)) == message


@pytest.mark.parametrize("kind", EVERY)
def test_unknown_fields_are_kept_where_the_type_has_a_place_for_them(kind: str) -> None:
    message = messages.every()[kind]
    name, plain = cbor.loads(unpack(CODEC.encode(message)))
    body = pack(cbor.dumps([name, {**plain, "from_the_future": [1, {"x": b"y"}]}]))
    if not hasattr(message, "extra"):
        with pytest.raises(Fault):
            CODEC.decode(type(message), body)
        return
    read = CODEC.decode(type(message), body)
    assert read.extra["from_the_future"] == [1, {"x": b"y"}]
    assert cbor.loads(unpack(CODEC.encode(read)))[1]["from_the_future"] == [1, {"x": b"y"}]
    assert signed_part(read) != signed_part(message)


@pytest.mark.parametrize("kind", EVERY)
def test_a_signature_covers_every_field_but_itself(kind: str) -> None:
    message = messages.every()[kind]
    covered = signed_part(message)
    for name in ("signature", "proof"):
        if hasattr(message, name):
            assert signed_part(replace(message, **{name: bytes(len(getattr(message, name)))})) == covered
    assert signed_part(replace(message, nonce=bytes(16))) != covered


@pytest.mark.parametrize("kind", EVERY)
def test_each_field_of_a_wrong_type_is_named(kind: str) -> None:
    message = messages.every()[kind]
    name, plain = cbor.loads(unpack(CODEC.encode(message)))
    for field in plain:
        if field == "new":
            continue
        for wrong in (None, -1, 1 << 60, "x" * 5_000, b"y" * 60_000, [], [[]], {"z": 1}, True):
            if type(wrong) is type(plain[field]):
                continue
            with pytest.raises(Fault) as caught:
                CODEC.decode(type(message), pack(cbor.dumps([name, {**plain, field: wrong}])))
            assert caught.value.code == "sync.malformed"
            assert field in str(caught.value.values["field"])
        without = {key: value for key, value in plain.items() if key != field}
        with pytest.raises(Fault):
            CODEC.decode(type(message), pack(cbor.dumps([name, without])))


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(Fault, match=r"sync\.malformed"):
        CODEC.decode(p.Pull, CODEC.encode(messages.every()["hello"]))


@pytest.mark.parametrize("kind", EVERY)
def test_no_mutated_body_does_more_than_raise_a_fault(kind: str) -> None:
    message = messages.every()[kind]
    chance, codes = random.Random(kind), set()
    for packing in Packing:
        body = Codec(crypto.commit, packing).encode(message)
        for _ in range(150):
            damaged = bytearray(body)
            for _ in range(chance.randrange(1, 4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            if chance.random() < 0.3:
                del damaged[chance.randrange(len(damaged)) :]
            if chance.random() < 0.2:
                damaged += chance.randbytes(3)
            try:
                read = CODEC.decode(type(message), bytes(damaged))
            except Fault as fault:
                codes.add(fault.code)
            else:
                CODEC.encode(read)
    assert codes <= {"sync.malformed", "sync.too_large"}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([type(message) for message in messages.every().values()]))
def test_noise_is_a_fault(data: bytes, kind: type) -> None:
    for body in (data, bytes([0]) + data, pack(data)):
        with pytest.raises(Fault):
            CODEC.decode(kind, body)


TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=400), TEXT, st.booleans()), min_size=1, max_size=8))
def test_any_bytes_survive_as_records(items: list[tuple[bytes, str, bool]]) -> None:
    chance = random.Random(1)
    made = []
    for seq, (xml, author, damaged) in enumerate(items, 1):
        one = replace(envelope(chance, seq, xml=xml), author=author)
        made.append(replace(one, commit=bytes(32)) if damaged else one)
    push = p.Push(bytes(16), "D1", messages.ANCHOR, run_of(made, crypto.SigningKey.load(messages.HASH)), bytes(64))
    assert CODEC.decode(p.Push, CODEC.encode(push)) == push


def test_a_hundred_requests_take_some_150_bytes_each() -> None:
    chance = random.Random(3)
    run = run_of([envelope(chance, seq) for seq in range(1, 101)], crypto.SigningKey.load(messages.HASH))
    push = p.Push(bytes(16), "D1", messages.ANCHOR, run, bytes(64))
    assert len(CODEC.encode(push)) < 160 * 100
    assert len(Codec(crypto.commit, Packing.GZIP).encode(push)) < 200 * 100


def test_a_run_with_a_gap_is_our_own_error() -> None:
    run = messages.run()
    with pytest.raises(ValueError, match="consecutive"):
        CODEC.run(replace(run, envelopes=(run.envelopes[0], run.envelopes[2])))


def test_faults_travel_and_unknown_ones_do_not() -> None:
    fault = Fault("hub.code_form", Kind.DENIED, length=10, ignored=object())
    read = decode_fault(encode_fault(fault), {"hub.code_form"})
    assert read is not None
    assert (read.code, read.kind, read.values) == ("hub.code_form", fault.kind, {"length": 10})
    assert decode_fault(encode_fault(fault), set()) is None
    assert decode_fault(b"<html>", {"hub.code_form"}) is None
    assert decode_fault(pack(cbor.dumps(["fault", "hub.code_form", 77, {}])), {"hub.code_form"}) is None
