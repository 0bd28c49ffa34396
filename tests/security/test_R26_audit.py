"""R26: the audit log is chained and countersigned by the next level; deleting, editing, reordering, cutting shows."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hub_world import Clock, World
from laptop_world import Workspace, make_workspace
from sqlalchemy import Connection

from sync import crypto
from sync.protocol import Role
from sync.store import opening
from sync.vault import audit

VILLAGE = "990621101201"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def laptop(world: World, tmp_path: Path) -> Iterator[Workspace]:
    made = make_workspace(tmp_path / "w", world, VILLAGE, Role.VILLAGE, seed=1)
    yield made
    made.store.close()


def grow(laptop: Workspace, entries: int = 6) -> None:
    for number in range(entries):
        laptop.store.audit.add("look", actor="王秀兰", subject=f"uuid:{number}")


def tamper(laptop: Workspace, work: Callable[[Connection], None]) -> None:
    with laptop.store._context.database.write() as connection:
        work(connection)


def rebuild(connection: Connection) -> None:
    """What somebody with the key would do: make the whole chain fit again."""
    rows = connection.exec_driver_sql("SELECT at, actor, action, subject FROM audit ORDER BY n").all()
    connection.exec_driver_sql("DELETE FROM audit")
    connection.exec_driver_sql("UPDATE audit_head SET n = 0, link = zeroblob(32)")
    for row in rows:
        audit.add(connection, row.action, at=row.at, actor=row.actor, subject=row.subject)


def delete(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM audit WHERE n = 3")


def edit(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE audit SET subject = 'uuid:other' WHERE n = 3")


def reorder(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE audit SET n = n + 1000 WHERE n IN (3, 4)")
    connection.exec_driver_sql("UPDATE audit SET n = 1007 - n WHERE n > 1000")


def cut(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM audit WHERE n > 3")


def cut_with_its_head(connection: Connection) -> None:
    cut(connection)
    connection.exec_driver_sql("UPDATE audit_head SET n = 3, link = (SELECT link FROM audit WHERE n = 3)")


CHANGES = (delete, edit, reorder, cut)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_breaks_the_chain(laptop: Workspace, change: Callable[[Connection], None]) -> None:
    grow(laptop)
    assert laptop.store.audit.verify().ok
    tamper(laptop, change)
    found = laptop.store.audit.verify()
    assert not found.ok
    assert found.broken is not None


@pytest.mark.parametrize("change", [*CHANGES, cut_with_its_head])
def test_a_chain_that_was_made_to_fit_again_is_not_what_the_hub_signed(
    laptop: Workspace, change: Callable[[Connection], None]
) -> None:
    grow(laptop)
    laptop.hand_over()
    signed = laptop.store.audit.verify()
    assert signed.ok
    assert signed.countersigned >= 6
    tamper(laptop, change)
    tamper(laptop, rebuild)
    with laptop.store._context.database.read() as connection:
        assert audit.verify(connection).ok, "the chain by itself shows nothing"
    assert not laptop.store.audit.verify().ok


def test_who_removes_the_checkpoints_too_is_told_by_the_hub(laptop: Workspace, world: World) -> None:
    grow(laptop)
    laptop.hand_over()
    tamper(laptop, cut_with_its_head)
    tamper(laptop, lambda connection: connection.exec_driver_sql("DELETE FROM audit_checkpoint"))  # type: ignore[arg-type, return-value]
    assert laptop.store.audit.verify().ok
    laptop.hand_over()
    assert not laptop.store.audit.verify().ok
    entries = world.hub.read(lambda connection: audit.entries(connection, limit=1000))
    assert "device.audit_differs" in [entry.action for entry in entries]


def test_the_log_is_signed_once_a_day_and_grows_on(laptop: Workspace) -> None:
    grow(laptop)
    laptop.hand_over()
    before = laptop.store.audit.verify()
    grow(laptop)
    assert laptop.store.audit.to_show() == {}
    laptop.hand_over()
    after = laptop.store.audit.verify()
    assert after.ok
    assert (after.countersigned, after.entries) == (before.countersigned, before.entries + 6)


def test_a_signature_of_somebody_else_counts_for_nothing(laptop: Workspace) -> None:
    grow(laptop)
    laptop.hand_over()
    other = crypto.SigningKey.generate()
    tamper(
        laptop,
        lambda connection: connection.exec_driver_sql(  # type: ignore[arg-type, return-value]
            "UPDATE audit_checkpoint SET signature = ?", (other.sign("audit", b"x"),)
        ),
    )
    assert not laptop.store.audit.verify().ok
    laptop.store.enrol(replace(laptop.store.identity(), hub_identity=other.public))
    assert not laptop.store.audit.verify().ok


def test_the_migrations_of_hub_and_store_make_the_one_table_of_the_audit_log() -> None:
    from importlib.resources import files

    def plain(sql: str) -> str:
        return " ".join(sql.split())

    wanted = [statement for statement in plain(audit.SCHEMA).split("; ") if statement.startswith("CREATE")]
    for package, name in (("sync.store", "0001_store.sql"), ("sync.hub", "0001_hub.sql")):
        found = plain((files(package) / "migrations" / name).read_text("utf-8"))
        assert all(statement.rstrip(";") in found for statement in wanted), package


def put_back(laptop: Workspace, source: Path, folder: Path) -> Workspace:
    """A copy of the folder becomes a workspace as the restore tool makes one."""
    shutil.copytree(source, folder)
    key = opening.unlock(folder, user="王秀兰", secret="a quiet river runs")
    store = opening.open_store(folder, key, writer=True, clock=Clock())
    store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    return Workspace(store, laptop.transport, laptop.chance)


def test_a_backup_put_back_is_said_to_be_one_and_is_whole(laptop: Workspace, tmp_path: Path) -> None:
    grow(laptop)
    shutil.copytree(laptop.store.folder, tmp_path / "backup")
    grow(laptop)
    laptop.hand_over()  # the hub signs an end that the backup has not
    back = put_back(laptop, tmp_path / "backup", tmp_path / "back")
    try:
        assert (back.store.audit.verify().ok, back.store.audit.verify().restored) == (True, "2026-11-21T08:00:00Z")
        back.hand_over()
        found = back.store.audit.verify()
        assert (found.ok, found.broken, found.restored) == (True, None, "2026-11-21T08:00:00Z")
        assert laptop.store.audit.verify().restored == ""
        tamper(back, edit)
        assert not back.store.audit.verify().ok
    finally:
        back.store.close()


def test_a_hub_that_signed_a_longer_log_breaks_no_backup_put_back(laptop: Workspace, tmp_path: Path) -> None:
    grow(laptop)
    shutil.copytree(laptop.store.folder, tmp_path / "backup")
    grow(laptop, 20)
    laptop.hand_over()
    back = put_back(laptop, tmp_path / "backup", tmp_path / "back")
    try:
        back.store.settings.put("succession.wanted", "")  # a hub that does not know of this: the old chain goes on
        back.hand_over()
        found = back.store.audit.verify()
        assert "audit.not_countersigned" in [entry.action for entry in back.store.audit.list(limit=1000)]
        assert (found.ok, found.restored) == (True, "2026-11-21T08:00:00Z")
    finally:
        back.store.close()


def test_a_log_that_was_broken_before_it_was_put_back_stays_broken(laptop: Workspace, tmp_path: Path) -> None:
    grow(laptop)
    laptop.hand_over()
    tamper(laptop, cut_with_its_head)
    tamper(laptop, lambda connection: connection.exec_driver_sql("DELETE FROM audit_checkpoint"))  # type: ignore[arg-type, return-value]
    laptop.hand_over()
    assert not laptop.store.audit.verify().ok
    back = put_back(laptop, laptop.store.folder, tmp_path / "back")
    try:
        assert not back.store.audit.verify().ok
    finally:
        back.store.close()


def test_nothing_ever_takes_an_entry_away() -> None:
    """Kept for ever, so for more than six months: no statement of ours deletes, changes or drops it."""
    takes = re.compile(r"(DELETE\s+FROM|UPDATE|DROP\s+TABLE(\s+IF\s+EXISTS)?|REPLACE\s+INTO|ALTER\s+TABLE)\s+audit\b")
    found = [
        path for kind in ("*.py", "*.sql") for path in (ROOT / "sync").rglob(kind) if takes.search(path.read_text())
    ]
    assert found == []
