"""What an administrator wants to know when something does not work."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import exists, open_workspace
from forms.errors import Fault

LEAST_FREE = 500_000_000  # bytes; below it the page of the day warns too
PACKAGES = ("SQLAlchemy", "sqlcipher3", "lxml", "cryptography", "pyxform", "openpyxl", "starlette", "uvicorn")


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` has words under services.doctor_NAME."""

    name: str
    ok: bool
    value: str


def findings(folder: Path, *, passphrase: str | None, user: str, clock: Clock) -> tuple[Finding, ...]:
    """Versions, paths, cipher, Qt, fonts, space, clock; the workspace and its hub where a passphrase is given."""
    found = [
        Finding("program", True, f"hamlet {_version('hamlet')}"),
        Finding("python", sys.version_info >= (3, 11), f"{platform.python_version()} {platform.platform()}"),
        _packages(),
        _cipher(),
        _qt(),
        _fonts(),
        Finding("workspace", exists(folder), str(folder)),
        _space(folder),
        _clock(clock),
    ]
    if passphrase is not None and exists(folder):
        found += _inside(folder, passphrase=passphrase, user=user, clock=clock)
    return tuple(found)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _packages() -> Finding:
    versions = {name: _version(name) for name in PACKAGES}
    return Finding("packages", all(versions.values()), ", ".join(f"{name} {v or '-'}" for name, v in versions.items()))


def _cipher() -> Finding:
    connection = sqlcipher.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    cipher = str(row[0]) if row else ""
    return Finding("cipher", bool(cipher), f"SQLCipher {cipher}, SQLite {sqlcipher.sqlite_version}")


def _qt() -> Finding:
    there = find_spec("PySide6") is not None
    return Finding("qt", there, f"PySide6 {_version('PySide6-Essentials')}" if there else "-")


def _fonts() -> Finding:
    """Chinese letters on screen; only looked for where fontconfig keeps them, other systems bring theirs."""
    if not sys.platform.startswith("linux"):
        return Finding("fonts", True, sys.platform)
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    names = ("noto", "cjk", "sourcehan", "wqy", "uming", "droidsansfallback")
    for place in folders:
        for file in place.rglob("*.[to]t[fc]") if place.is_dir() else ():
            plain = file.name.lower()
            if "cjk" in plain or any(plain.startswith(name) for name in names[2:]):
                return Finding("fonts", True, file.name)
    return Finding("fonts", False, "-")


def _space(folder: Path) -> Finding:
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding("space", free >= LEAST_FREE, f"{free // 1_000_000} MB")


def _clock(clock: Clock) -> Finding:
    now = clock.now()
    return Finding("clock", now.year >= 2026, now.isoformat(timespec="seconds"))


def _inside(folder: Path, *, passphrase: str, user: str, clock: Clock) -> list[Finding]:
    try:
        opened = open_workspace(folder, passphrase=passphrase, user=user, clock=clock)
    except Fault as fault:
        return [Finding("unlock", False, fault.code)]
    desk = opened.desk()
    try:
        me, status = desk.me, desk.hand_over.status()
        found = [Finding("unlock", True, f"{me.role} {me.area}"), Finding("hub", True, me.hub_name or "-")]
        if me.enrolled:
            reached = desk.hand_over.reach()
            found[-1] = Finding("hub", not reached, reached or status.hub)
        return found
    finally:
        desk.close()
        opened.lock()
