"""Where a hub's database is, when not in its folder: its URL, sealed, for it may hold a password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault import files
from sync.vault.keys import DataKey

FILE = "database.sealed"
_ABOUT = b"hamlet-hub-database"


def remember(folder: Path, key: DataKey, url: str, *, entropy: Callable[[int], bytes]) -> None:
    """Faults: vault.disk_full, vault.unwritable."""
    files.write(folder / FILE, crypto.seal(key.purpose("database"), url.encode(), nonce=entropy(12), about=_ABOUT))


def remembered(folder: Path, key: DataKey) -> str:
    """The URL, "" where the database is in the folder. Fault vault.damaged."""
    try:
        sealed = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise files.fault_of(problem, folder / FILE) from problem
    url = crypto.unseal(key.purpose("database"), sealed, about=_ABOUT)
    if url is None:
        raise Fault("vault.damaged", Kind.DAMAGED, path=str(folder / FILE))
    return url.decode()
