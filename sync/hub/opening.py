"""A hub's folder: slots, database, certificate and files; laid out once, opened with its passphrase."""

from __future__ import annotations

import contextlib
import datetime
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import Areas
from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import location, postgres, sql
from sync.hub.accounts import stamp
from sync.hub.forms import Load, published_areas
from sync.hub.identity import HubIdentity, certificate_fingerprint, make_certificate
from sync.hub.lanes import Lanes, Source
from sync.hub.pack import publish_pack
from sync.hub.service import Clock, Hub
from sync.vault import audit, files, migrations, platform, slots
from sync.vault.blobs import Blobs
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.migrations import Migration

DATABASE = "hub.db"
BLOBS = "blobs"
USER = "hub"
SERVING = "serving.lock"

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Created:
    """A new hub. `backup_secret` is the private half of the backup identity: shown once, stored nowhere."""

    hub: str
    identity: bytes
    backup_identity: bytes
    backup_secret: bytes


def create(
    folder: Path,
    *,
    name: str,
    area: str,
    passphrase: str,
    load: Load,
    clock: Clock,
    areas: bytes | None = None,
    user: str = USER,
    database: str = "",
    entropy: Entropy = os.urandom,
) -> Created:
    """Lay out a hub for `area` (a code) and publish the form pack. `areas` is an areas.csv, the pack's by default.

    `database` is the URL of an empty PostgreSQL database, "" for an encrypted file in the folder.
    Faults: hub.not_empty, hub.area_unknown, vault.weak_passphrase, hub.database, hub.database_url.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Fault("hub.not_empty", Kind.USAGE, path=str(folder))
    known = Areas.read(pack_areas() if areas is None else areas)
    if area not in known:
        raise Fault("hub.area_unknown", Kind.USAGE, area=area)
    hub = entropy(16).hex()
    laid, key = slots.new(hub, user, passphrase, entropy=entropy)
    backup = crypto.SigningKey.generate()
    identity = HubIdentity(
        hub=hub,
        name=name,
        area=known.path(area),
        epoch=entropy(16).hex(),
        backup=backup.public,
        key=crypto.SigningKey.generate(),
        cursors=entropy(32),
        tls_password=secrets.token_hex(32).encode(),
    )
    with files.new_folder(folder) as made:
        make_certificate(made, identity, now=clock())
        if database:
            location.remember(made, key, database, entropy=entropy)
        _fill(made, key, identity, database=database, now=stamp(clock()), entropy=entropy)
        _publish(made, key, load=load, clock=clock, database=database, areas=areas)
        slots.save(made, laid)
    return Created(hub, identity.public, backup.public, backup.seed())


def _publish(folder: Path, key: DataKey, *, load: Load, clock: Clock, database: str, areas: bytes | None) -> None:
    hub = open_hub(folder, key, load=load, clock=clock, readers=1, database=database)
    try:
        publish_pack(hub, areas=areas)
    finally:
        hub.close()


def settle(
    folder: Path, key: DataKey, database: str, *, load: Load, clock: Clock, entropy: Entropy = os.urandom
) -> None:
    """Keep this hub in the PostgreSQL database at `database` from now on; every later opening finds it there.

    A hub that has devices or records in its folder stays where they are: Fault hub.has_moved_in. Further faults:
    hub.database, hub.database_url, hub.other_database. Broken off anywhere, it can be run again.
    """
    if not location.remembered(folder, key) and (folder / DATABASE).exists():
        known = _Carried.read(folder, key, now=stamp(clock()))
        source = _opener(folder, key, database=database, now=stamp(clock()))(True)
        try:
            with source.write() as connection:
                fresh = sql.one(connection, "SELECT 1 FROM meta") is None
                if fresh:
                    _begin(connection, key, known.identity, now=stamp(clock()), entropy=entropy)
                    sql.insert_many(connection, "invitation", known.invitations)
                    sql.insert_many(connection, "area_letters", known.letters)
        finally:
            source.close()
        _publish(folder, key, load=load, clock=clock, database=database, areas=known.areas)
        location.remember(folder, key, database, entropy=entropy)
        for name in (DATABASE, DATABASE + "-wal", DATABASE + "-shm"):
            (folder / name).unlink(missing_ok=True)
        return
    open_hub(folder, key, load=load, clock=clock, readers=1, database=database).close()  # it is this hub's
    location.remember(folder, key, database, entropy=entropy)


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a hub that nobody uses yet takes along to another database."""

    identity: HubIdentity
    areas: bytes | None
    invitations: list[dict[str, Any]]
    letters: list[dict[str, Any]]

    @classmethod
    def read(cls, folder: Path, key: DataKey, *, now: str) -> _Carried:
        source = _opener(folder, key, database="", now=now)(True)
        try:
            with source.read() as connection:
                for table in ("device", "record"):
                    if sql.one(connection, f"SELECT 1 FROM {table} LIMIT 1") is not None:  # noqa: S608
                        raise Fault("hub.has_moved_in", Kind.USAGE, path=str(folder))
                return cls(
                    _identity(connection, key),
                    published_areas(connection),
                    [dict(row._mapping) for row in sql.run(connection, "SELECT * FROM invitation")],
                    [dict(row._mapping) for row in sql.run(connection, "SELECT * FROM area_letters")],
                )
        finally:
            source.close()


def pack_areas() -> bytes:
    return (package_files("resources") / "pack" / "areas.csv").read_bytes()


def unlock(folder: Path, passphrase: str, *, user: str = USER) -> DataKey:
    """Faults: hub.no_hub, vault.no_user, vault.wrong_passphrase, vault.slots_damaged."""
    if not any((folder / name).exists() for name in slots.COPIES):
        raise Fault("hub.no_hub", Kind.USAGE, path=str(folder))
    return slots.load(folder).unlock(user, passphrase)


def open_hub(folder: Path, key: DataKey, *, load: Load, clock: Clock, readers: int = 2, database: str = "") -> Hub:
    """The hub of a folder. `load` compiles an XForm; see `sync.vault` for what a damaged store says.

    `database` as in `create`, by default where the folder says that it is; further faults: hub.database,
    hub.database_url.
    """
    database = database or location.remembered(folder, key)
    lanes = Lanes(_opener(folder, key, database=database, now=stamp(clock())), readers=readers)
    try:
        identity = lanes.read(lambda connection: _identity(connection, key))
        return Hub(
            lanes,
            identity,
            fingerprint=certificate_fingerprint(folder),
            blobs=Blobs(folder / BLOBS, key.file_names(), entropy=os.urandom),
            load=load,
            clock=clock,
        )
    except BaseException:
        lanes.close()
        raise


def renew_certificate(folder: Path, hub: Hub, *, now: datetime.datetime) -> bytes:
    """A new certificate under the same identity: laptops need nothing. Returns its fingerprint."""
    return make_certificate(folder, hub.identity, now=now)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Held by the one process that serves a hub: nobody changes the schema under it meanwhile. Fault hub.serving."""
    try:
        with platform.locked(folder / SERVING):
            yield
    except Fault as fault:
        if fault.code != "vault.busy" or fault.values.get("path") != str(folder):
            raise
        raise Fault("hub.serving", Kind.USAGE, path=str(folder)) from fault


def _migrate(folder: Path, source: Database, known: tuple[Migration, ...], *, now: str) -> None:
    if migrations.current(source) == len(known):
        return
    with serving(folder):
        migrations.apply(source, known, now=now)


def _opener(folder: Path, key: DataKey, *, database: str, now: str, create: bool = False) -> Callable[[bool], Source]:
    known = migrations.read(package_files("sync.hub") / "migrations")
    if database:
        return postgres.opener(database, known, now=now)

    def open_source(writer: bool) -> Source:
        source = Database.open(folder / DATABASE, key.database(), writer=writer, create=create)
        try:
            if writer:
                _migrate(folder, source, known, now=now)
            else:
                migrations.require(source, known)
        except BaseException:
            source.close()
            raise
        return source

    return open_source


def _fill(folder: Path, key: DataKey, identity: HubIdentity, *, database: str, now: str, entropy: Entropy) -> None:
    source = _opener(folder, key, database=database, now=now, create=True)(True)
    try:
        with source.write() as connection:
            if sql.one(connection, "SELECT 1 FROM meta") is not None:
                raise Fault("hub.database_used", Kind.USAGE)
            _begin(connection, key, identity, now=now, entropy=entropy)
    finally:
        source.close()


def _begin(connection: Connection, key: DataKey, identity: HubIdentity, *, now: str, entropy: Entropy) -> None:
    _write_identity(connection, identity, key, entropy=entropy)
    sql.insert(connection, "log_head", one=1, n=0, head=bytes(32))
    sql.insert(connection, "audit_head", one=1, n=0, link=bytes(32))
    audit.add(connection, "created", at=now, actor=identity.hub, subject=identity.hub)


def _write_identity(connection: Connection, identity: HubIdentity, key: DataKey, *, entropy: Entropy) -> None:
    """Every value sealed by itself: the database may lie where the folder's key does not reach."""
    values = {
        "hub": identity.hub.encode(),
        "name": identity.name.encode(),
        "area": identity.area.encode(),
        "epoch": identity.epoch.encode(),
        "backup": identity.backup,
        "seed": identity.key.seed(),
        "cursors": identity.cursors,
        "tls_password": identity.tls_password,
    }
    for name, value in values.items():
        sealed = crypto.seal(key.purpose("meta"), value, nonce=entropy(12), about=name.encode())
        sql.put(connection, "meta", ["name"], name=name, value=sealed)


def begin_epoch(connection: Connection, key: DataKey, epoch: str, *, entropy: Entropy) -> None:
    """The hub was put back to an earlier time: positions of its log mean something else from now on."""
    _write_identity(connection, replace(_identity(connection, key), epoch=epoch), key, entropy=entropy)


def _identity(connection: Connection, key: DataKey) -> HubIdentity:
    values: dict[str, bytes] = {}
    for row in sql.run(connection, "SELECT name, value FROM meta"):
        value = crypto.unseal(key.purpose("meta"), row.value, about=row.name.encode())
        if value is None:
            raise Fault("hub.other_database", Kind.DAMAGED)
        values[row.name] = value
    if not values:
        raise Fault("hub.other_database", Kind.DAMAGED)
    return HubIdentity(
        hub=values["hub"].decode(),
        name=values["name"].decode(),
        area=values["area"].decode(),
        epoch=values["epoch"].decode(),
        backup=values["backup"],
        key=crypto.SigningKey.load(values["seed"]),
        cursors=values["cursors"],
        tls_password=values["tls_password"],
    )
