"""Whether what a hub keeps is encrypted where it lies: SQLCipher does that itself, under PostgreSQL the disk has to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forms.errors import Fault
from sync.hub import location, opening
from sync.hub.postgres import PostgresSource

BLOCK_DEVICES = Path("/sys/dev/block")
_CRYPT = "CRYPT-"


@dataclass(frozen=True, slots=True)
class AtRest:
    """`encrypted` is None where this computer cannot tell: the database is elsewhere, or on a disk it does not know."""

    encrypted: bool | None
    where: str


def look(folder: Path, passphrase: str, *, user: str) -> AtRest:
    """Of the hub in `folder`. Faults: hub.no_hub, vault.wrong_passphrase, hub.database."""
    key = opening.unlock(folder, passphrase, user=user)
    url = location.remembered(folder, key)
    if not url:
        return AtRest(True, f"SQLCipher {folder}")
    data = _data_directory(url)
    if data is None:
        return AtRest(None, "PostgreSQL ?")
    encrypted = on_encrypted_disk(data)
    return AtRest(encrypted, f"PostgreSQL {data}: {'dm-crypt' if encrypted else '?' if encrypted is None else '-'}")


def on_encrypted_disk(path: Path, *, devices: Path = BLOCK_DEVICES) -> bool | None:
    """Whether every device below a folder is one of dm-crypt's. Source: Linux, sysfs, dm/uuid and slaves."""
    try:
        number = os.stat(path).st_dev
    except OSError:
        return None
    node = devices / f"{os.major(number)}:{os.minor(number)}" if hasattr(os, "major") else devices / "none"
    return _is_crypt(node) if node.exists() else None


def _is_crypt(node: Path) -> bool:
    uuid = node / "dm" / "uuid"
    if uuid.exists() and uuid.read_text().startswith(_CRYPT):
        return True
    below = list((node / "slaves").iterdir()) if (node / "slaves").is_dir() else []
    return bool(below) and all(_is_crypt(each) for each in below)


def _data_directory(url: str) -> Path | None:
    """Where the server keeps its files, if it runs on this computer and says so."""
    source = PostgresSource(url, writer=False)
    try:
        with source.read() as connection:
            address = connection.exec_driver_sql("SELECT host(inet_server_addr())").scalar()
            if address is not None and not ip_address(address).is_loopback:
                return None
            return Path(connection.exec_driver_sql("SELECT current_setting('data_directory')").scalar_one())
    except (Fault, SQLAlchemyError):  # only some accounts may ask for it
        return None
    finally:
        source.close()
