"""One record in a batch that cannot be taken: it is kept aside with a reason in words, can be exported byte for byte,
and the records before and after it arrive."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR_GROUP, Laptop, World

from sync.hub import admin
from sync.hub.ingest import Reason
from sync.protocol import Envelope, Outcome

pytestmark = pytest.mark.together

WORDS = {
    language: json.loads((files("resources") / "translations" / language / "sync.json").read_text("utf-8"))
    for language in ("zh", "en")
}


def broken(laptop: Laptop, xml: bytes) -> Envelope:
    return laptop.envelope(xml, form="request", instance_id="uuid:" + new_uuid(laptop.chance))


def other_form(laptop: Laptop) -> Envelope:
    return replace(laptop.envelope(plain_records.request(laptop.chance)), form_id="household")


def newer(laptop: Laptop) -> Envelope:
    return replace(laptop.envelope(plain_records.request(laptop.chance)), protocol=2)


def changed(laptop: Laptop) -> Envelope:
    made = laptop.envelope(plain_records.request(laptop.chance))
    return replace(made, xml=made.xml.replace("三天".encode(), "五天".encode()))


def answered(laptop: Laptop) -> Envelope:
    """A village does what is for the township."""
    xml = plain_records.update(laptop.chance, new_uuid(laptop.chance), "assign", dept="power", days="5")
    return laptop.envelope(xml, form="request_update")


POISON: dict[Reason, Callable[[Laptop], Envelope]] = {
    Reason.XML: lambda laptop: broken(laptop, b"<data"),
    Reason.COMMIT: changed,
    Reason.PROTOCOL: newer,
    Reason.OTHER_ID: other_form,
    Reason.AREA: lambda laptop: laptop.envelope(plain_records.request(laptop.chance, area=NEIGHBOUR_GROUP)),
    Reason.ROLE: answered,
}


@pytest.mark.parametrize("reason", POISON)
def test_a_poisoned_record_is_kept_aside_and_the_rest_goes_on(world: World, reason: Reason) -> None:
    laptop = world.laptop()
    before = laptop.envelope(plain_records.request(laptop.chance))
    bad = POISON[reason](laptop)
    after = laptop.envelope(plain_records.request(laptop.chance))
    results = laptop.push(before, bad, after).results
    assert [one.outcome for one in results] == [Outcome.STORED, Outcome.REJECTED, Outcome.STORED]
    assert results[1].reason == reason
    (aside,) = admin.list_quarantined(world.hub)
    assert (aside.instance_id, aside.reason) == (bad.instance_id, reason)
    assert admin.export_any(world.hub, aside.id) == bad.xml
    assert admin.export_record(world.hub, after.instance_id) == after.xml


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", WORDS)
def test_every_reason_is_told_with_what_can_be_done(language: str, reason: Reason) -> None:
    assert WORDS[language][f"reason_{reason}"]
    assert WORDS[language][f"reason_{reason}.remedy"]
