"""The audit chain: every way to tamper with it is seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.errors import Fault
from sync.vault import audit, migrations, platform
from sync.vault.database import Database
from sync.vault.migrations import Migration


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.open(tmp_path / "a.db", bytes(32), writer=True, create=True)
    migrations.apply(made, [Migration(1, "audit", audit.SCHEMA)], now="t")
    with made.write() as connection:
        for number in range(1, 21):
            audit.add(
                connection,
                "record.finalised",
                at=f"t{number}",
                actor="王秀兰",
                subject=f"uuid:{number}",
                detail={"a": "1"},
            )
    yield made
    made.close()


def verify(database: Database) -> audit.Verified:
    with database.read() as connection:
        return audit.verify(connection)


def test_an_untouched_log_holds(database: Database) -> None:
    found = verify(database)
    assert (found.ok, found.entries, found.broken) == (True, 20, None)
    with database.read() as connection:
        entries = audit.entries(connection, after=18)
    assert [(entry.n, entry.subject, entry.detail) for entry in entries] == [
        (19, "uuid:19", {"a": "1"}),
        (20, "uuid:20", {"a": "1"}),
    ]


TAMPERING = {
    "changed actor": ("UPDATE audit SET actor = '林晓' WHERE n = 7", 7),
    "changed time": ("UPDATE audit SET at = 't0' WHERE n = 7", 7),
    "changed detail": ("UPDATE audit SET detail = '{}' WHERE n = 7", 7),
    "no detail": ("UPDATE audit SET detail = 'x' WHERE n = 7", 7),
    "removed": ("DELETE FROM audit WHERE n = 7", 7),
    "removed first": ("DELETE FROM audit WHERE n = 1", 1),
    "cut off": ("DELETE FROM audit WHERE n > 15", 16),
    "all gone": ("DELETE FROM audit", 1),
    "swapped": (
        "UPDATE audit SET n = CASE n WHEN 7 THEN -8 ELSE -7 END WHERE n IN (7, 8); UPDATE audit SET n = -n WHERE n < 0",
        7,
    ),
    "appended": ("INSERT INTO audit VALUES (21, 't', 'x', 'y', '', '{}', zeroblob(32))", 21),
    "other link": ("UPDATE audit SET link = zeroblob(32) WHERE n = 7", 7),
    "other head": ("UPDATE audit_head SET link = zeroblob(32)", 21),
    "head moved back": ("UPDATE audit_head SET n = 19", 21),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_seen(database: Database, how: str) -> None:
    statements, broken = TAMPERING[how]
    with database.write() as connection:
        for statement in statements.split(";"):
            connection.exec_driver_sql(statement)
    found = verify(database)
    assert (found.ok, found.broken) == (False, broken)


def test_only_one_at_a_time_holds_a_lock(tmp_path: Path) -> None:
    with platform.locked(tmp_path / "lock"), pytest.raises(Fault, match="busy"), platform.locked(tmp_path / "lock"):
        pass
    with platform.locked(tmp_path / "lock"):
        pass
