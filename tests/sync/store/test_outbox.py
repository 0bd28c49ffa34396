"""The way up: places in the chain, runs, replies, and a hub that went back in time."""

from dataclasses import replace

from store_samples import Village

from sync import crypto
from sync.protocol import Anchor, Outcome, PushReply, Result, Run
from sync.store.api import Outgoing, RecordState

PLENTY = 10_000_000


def reply(outgoing: Outgoing, *, n: int = 0, outcome: Outcome = Outcome.STORED, backed_up: int = 0) -> PushReply:
    results = tuple(
        Result(envelope.instance_id, outcome, "area" if outcome is Outcome.REJECTED else "", n + at)
        for at, envelope in enumerate(outgoing.run.envelopes, 1)
    )
    head = n + len(results)
    return PushReply(b"", Anchor("e1", head, bytes([head % 256]) * 32), results, backed_up, (), b"")


def check(run: Run, public: bytes) -> None:
    made = crypto.links(run.before, run.envelopes)
    assert crypto.verify(public, run.signature, purpose="run", data=made[-1])
    for envelope in run.envelopes:
        assert envelope.commit == crypto.commit(envelope.salt, envelope.xml, envelope.attachments)
    seqs = [envelope.seq for envelope in run.envelopes]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def public(village: Village) -> bytes:
    return crypto.SigningKey.load(village.store.identity().key).public


def test_records_travel_as_a_signed_chain_urgent_ones_first(village: Village) -> None:
    assert village.store.outbox.next_run(PLENTY) is None
    calm = village.request()
    urgent = village.request(urgency="emergency")
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    check(sent.run, public(village))
    assert [envelope.instance_id for envelope in sent.run.envelopes] == [urgent.instance_id, calm.instance_id]
    assert sent.run.before == crypto.NO_LINK
    assert village.store.status().sent == 2
    record = village.store.records.get(calm.instance_id)
    assert record is not None
    assert sent.run.envelopes[1].xml == record.xml
    detail = village.store.requests.get(calm.ref)
    assert detail is not None
    assert detail.item.state == "sent"


def test_without_a_reply_the_same_run_goes_again(village: Village) -> None:
    village.request()
    first = village.store.outbox.next_run(PLENTY)
    again = village.store.outbox.next_run(PLENTY)
    assert first is not None
    assert again is not None
    assert first.run == again.run


def test_small_runs_follow_each_other(village: Village) -> None:
    done = [village.request().instance_id for _ in range(5)]
    key, before, seen, n = public(village), crypto.NO_LINK, [], 0
    while sent := village.store.outbox.next_run(1):
        check(sent.run, key)
        assert sent.run.before == before
        assert len(sent.run.envelopes) == 1
        before = crypto.links(before, sent.run.envelopes)[-1]
        seen += [envelope.instance_id for envelope in sent.run.envelopes]
        assert sent.anchor.n == n
        village.store.outbox.apply_push_reply(reply(sent, n=n))
        n += 1
    assert seen == done
    assert village.store.status().acknowledged == 5


def test_an_acknowledged_request_has_arrived_and_stays_so(village: Village) -> None:
    done = village.request()
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    changed = village.store.outbox.apply_push_reply(reply(sent, backed_up=1))
    assert changed.records == (done.instance_id,)
    assert changed.requests == (done.request,)
    detail = village.store.requests.get(done.ref)
    assert detail is not None
    assert (detail.item.state, detail.item.due) == ("arrived", "2026-11-23")
    assert village.store.status().backed_up_n == 1
    late = replace(reply(sent, outcome=Outcome.REJECTED))
    assert village.store.outbox.apply_push_reply(late).records == ()
    assert village.store.status().acknowledged == 1


def test_rejected_and_held_stay_in_view_and_hold_up_nothing(village: Village) -> None:
    bad = village.request()
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    village.store.outbox.apply_push_reply(reply(sent, outcome=Outcome.REJECTED))
    held = village.request()
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    assert [envelope.instance_id for envelope in sent.run.envelopes] == [held.instance_id]
    check(sent.run, public(village))
    village.store.outbox.apply_push_reply(reply(sent, outcome=Outcome.HELD))
    assert village.store.outbox.next_run(PLENTY) is None
    refused = village.store.records.list(state=RecordState.REJECTED).rows
    assert [(row.instance_id, row.reason) for row in refused] == [(bad.instance_id, "area")]
    assert village.store.records.envelope(bad.instance_id) is not None
    assert village.store.status().held == 1


def test_a_run_has_no_gap_where_one_record_of_it_got_no_answer(village: Village) -> None:
    for _ in range(3):
        village.request()
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    whole = reply(sent)
    village.store.outbox.apply_push_reply(replace(whole, results=(whole.results[0], whole.results[2])))
    village.request()
    again = village.store.outbox.next_run(PLENTY)
    assert again is not None
    check(again.run, public(village))
    assert [envelope.seq for envelope in again.run.envelopes] == [2, 3, 4]


def test_a_hub_that_went_back_gets_everything_again(village: Village) -> None:
    for _ in range(3):
        village.request()
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    village.store.outbox.apply_push_reply(reply(sent))
    first = sent.run.envelopes[0].instance_id
    again = village.store.outbox.unacknowledge(Anchor("e2", 1, bytes(32)), proven=frozenset({first}))
    assert again == 2
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    check(sent.run, public(village))
    assert [envelope.seq for envelope in sent.run.envelopes] == [2, 3]
    assert sent.anchor == Anchor("e2", 1, bytes(32))
    assert village.store.inbox.cursor() == b""


def test_records_from_before_the_enrolment_travel_in_its_chain(village: Village) -> None:
    local = replace(village.store.identity(), device="local-1", hub="", letters="ZZZ")
    village.store.enrol(local)
    first = village.request()
    assert first.ref.startswith("QS-ZZZ-0001-")
    village.store.enrol(replace(local, device="d7", hub="hub-1", letters="SQB", key=b"\7" * 32))
    second = village.request()
    assert second.ref.startswith("QS-SQB-0001-")
    sent = village.store.outbox.next_run(PLENTY)
    assert sent is not None
    assert [envelope.instance_id for envelope in sent.run.envelopes] == [first.instance_id, second.instance_id]
    assert {envelope.device for envelope in sent.run.envelopes} == {sent.run.device} == {"d7"}
    check(sent.run, crypto.SigningKey.load(b"\7" * 32).public)
    assert [entry.action for entry in village.store.audit.list(limit=1000)].count("workspace.enrolled") == 2
