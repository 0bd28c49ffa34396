"""Batches of the villages: told apart, judged, accepted and returned, over a real hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from office_world import OfficeWorld, at, office_world, write_down

from desktop.services.office.inbox import suggested
from desktop.services.office.inbox_values import Channel, Flaw, Return, Verdict
from desktop.services.values import RequestState
from forms.errors import Fault

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeWorld]:
    """Two villages have handed over, one by stick; a third is silent."""
    with office_world(tmp_path_factory.mktemp("inbox")) as made:
        write_down(made.villages[0], count=4, again=2)
        write_down(made.villages[1], count=3, hand_over=False)
        yield made


def test_a_batch_is_accepted_but_for_what_goes_back(world: OfficeWorld) -> None:
    area = world.by_stick(world.villages[1])
    with at(world.township) as desk:
        desk.inbox.came_by_stick(area)
    with world.office() as desk:
        found = desk.inbox.view()
        rows = {row.village: row for row in found.batches}
        assert {name: (row.total, row.open, row.channel) for name, row in rows.items()} == {
            "柳树湾村": (7, 7, Channel.NETWORK),
            "石桥村": (4, 4, Channel.STICK),
        }
        assert "柳树湾村" not in {each.village for each in found.silent}
        assert all(each.days is None for each in found.silent)
        assert desk.inbox.waiting() == 2
        key = rows["柳树湾村"].key
        quality = desk.inbox.quality(key)
        assert (quality.checked, quality.count(Flaw.DUPLICATE), quality.count(Flaw.MISSING)) == (7, 2, 0)
        records = desk.inbox.batch(key).records
        back = {id: suggested(findings) for id, findings in quality.findings.items()}
        good = [each.instance_id for each in records if each.instance_id not in back]
        done = desk.inbox.take(key, accept=good, back=back)
        assert (done.accepted, done.returned, done.failed) == (5, 2, {})
        row = next(row for row in desk.inbox.view().batches if row.key == key)
        assert (row.open, row.accepted, row.returned) == (0, 5, 2)
        again = {each.request: each for each in desk.inbox.batch(key).records if each.request}
        for uuid, record in again.items():
            state = desk.requests.show(uuid).row.state
            assert state is (RequestState.RETURNED if record.verdict is Verdict.RETURNED else RequestState.TAKEN_UP)
        assert desk.inbox.take(key, accept=good, back=back).accepted == 0
        desk.hand_over.run()
    with at(world.villages[0]) as desk:
        desk.hand_over.run()
        (one, two) = desk.requests.list(state=RequestState.RETURNED)
        assert "同一" in one.returned_text or one.returned_text == two.returned_text != ""


def test_a_batch_that_is_none_is_said(world: OfficeWorld) -> None:
    with at(world.township) as desk, pytest.raises(Fault, match="no_batch"):
        desk.inbox.batch("nobody@never")


def test_a_register_record_goes_back_and_is_mended(world: OfficeWorld) -> None:
    with world.office() as desk:
        (row,) = [row for row in desk.inbox.view().batches if row.village == "石桥村"]
        (sheet,) = [each for each in desk.inbox.batch(row.key).records if each.form_id == "household"]
        back = {sheet.instance_id: Return((Flaw.OTHER,), "门牌写错了，请核对", "/data/where/house_no")}
        assert desk.inbox.take(row.key, accept=[], back=back).returned == 1
        desk.hand_over.run()
    with at(world.villages[0]) as desk:
        desk.hand_over.run()
        assert desk.today().sent_back == ()
        told = {notice.body["record"] for notice in desk.context.store.inbox.notices()}
        assert sheet.instance_id not in told  # what is said to another village is not told here
    with at(world.villages[1]) as desk:
        desk.hand_over.run()
        (found,) = desk.today().sent_back
        assert (found.said, found.by, found.instance_id) == ("门牌写错了，请核对", "林晓", sheet.instance_id)
        desk.filling.finish(desk.filling.correct(found.instance_id))
        assert desk.today().sent_back == ()


def test_a_village_sends_nothing_back(world: OfficeWorld) -> None:
    """The hub refuses a batch_check of whoever is no township; the laptop would not write one."""
    with at(world.villages[0]) as desk:
        answers = {
            "batch": {"village": "990621101202", "channel": "stick", "total": 1},
            "result": {"accepted": 0},
            "item": [{"record": "uuid:x", "why": ["other"], "said": "x"}],
        }
        desk.batch("batch_check").add(answers, base=Path())
        assert desk.hand_over.run().rejected == 1
