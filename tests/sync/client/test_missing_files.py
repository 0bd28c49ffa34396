"""A photograph that is not at the hub is asked for once: the hub says when it has come, or that it is lost."""

from __future__ import annotations

from pathlib import Path

import plain_records
from hub_world import World
from laptop_world import Workspace

from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.store.api import NewAttachment

PHOTO = b"photograph" * 1_000
REQUESTS_OF_A_HAND_OVER = 1  # with nothing to do


def asked(workspace: Workspace) -> int:
    before = workspace.transport.traffic.requests
    workspace.hand_over()
    return workspace.transport.traffic.requests - before


def with_photograph(village: Workspace) -> str:
    """A record whose text is at the hub, and whose photograph is not."""
    photo = (NewAttachment("photo.jpg", PHOTO),)
    record = village.finalise("request", plain_records.request(village.chance), attachments=photo)
    village.hand_over(budget=0)
    return record


def test_it_is_fetched_once_it_has_come(village: Workspace, township: Workspace) -> None:
    record = with_photograph(village)
    township.hand_over()
    assert asked(township) == REQUESTS_OF_A_HAND_OVER
    assert township.store.inbox.lost_files(record) == ()
    village.hand_over()
    assert township.hand_over().files_down == 1
    assert b"".join(township.store.records.attachment(record, "photo.jpg")) == PHOTO
    assert asked(township) == REQUESTS_OF_A_HAND_OVER


def test_one_that_its_own_laptop_has_no_more_is_lost_until_it_is_found(village: Workspace, township: Workspace) -> None:
    record = with_photograph(village)
    township.hand_over()
    kept = village.store.records.get(record)
    assert kept is not None
    (file,) = village.store.outbox.waiting_files()
    _take_away(village, record)
    village.hand_over()
    assert village.store.inbox.lost_files(record) == ("photo.jpg",)
    assert asked(village) == REQUESTS_OF_A_HAND_OVER
    township.hand_over()
    assert township.store.inbox.lost_files(record) == ("photo.jpg",)
    assert asked(township) == REQUESTS_OF_A_HAND_OVER

    _put_back(village, record, PHOTO)
    village.store.outbox.file_received(record, file.name, received=0, complete=False)
    village.hand_over()
    assert township.hand_over().files_down == 1
    assert township.store.inbox.lost_files(record) == ()


def test_a_hub_that_went_back_is_asked_again(village: Workspace, township: Workspace) -> None:
    with_photograph(village)
    township.hand_over()
    assert township.store.inbox.missing_files() == ()
    township.store.outbox.unacknowledge(township.store.inbox.anchor())
    assert [file.name for file in township.store.inbox.missing_files()] == ["photo.jpg"]


def test_one_that_the_hub_had_and_has_no_more_goes_again(village: Workspace, world: World) -> None:
    record = with_photograph(village)
    village.hand_over()
    assert village.store.outbox.waiting_files() == ()
    _lose(world, record)
    assert village.hand_over().files_up == 1
    assert admin.stats(world.hub).attachments_missing == 0
    assert asked(village) == REQUESTS_OF_A_HAND_OVER


def test_by_stick_too(village: Workspace, world: World, tmp_path: Path) -> None:
    record = with_photograph(village)
    village.hand_over()
    _lose(world, record)
    for name in ("one", "two"):
        laptop_stick.write(village.on_store, tmp_path / f"{name}.hamlet")
        hub_stick.read_bundle(world.hub, tmp_path / f"{name}.hamlet")
        area = village.store.identity().area
        hub_stick.write_answer(world.hub, tmp_path / f"{name}-back.hamlet", area=area)
        laptop_stick.read(village.on_store, tmp_path / f"{name}-back.hamlet")
    assert admin.stats(world.hub).attachments_missing == 0
    assert village.store.outbox.waiting_files() == ()


def _lose(world: World, record: str) -> None:
    """As a hub that was put back to a time before the photograph, and took the text again."""
    query = "UPDATE attachment SET complete = 0, received = 0, blob_name = '' WHERE instance_id = ?"
    world.hub.write(lambda there: there.exec_driver_sql(query, (record,)) and None)


def _take_away(village: Workspace, record: str) -> None:
    """As on a laptop that was put back to a backup without its files."""
    context = village.store.records._context  # type: ignore[attr-defined]
    with context.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE attachment SET blob = '', key = x'' WHERE record = (SELECT id FROM record WHERE instance_id = ?)",
            (record,),
        )


def _put_back(village: Workspace, record: str, content: bytes) -> None:
    envelope = village.store.records.envelope(record)
    assert envelope is not None
    village.store.inbox.store_file(record, envelope.attachments[0], [content])
