"""A hub's passphrase where nobody is there to type it: systemd's credential, or the system's keyring.

A unit with `LoadCredentialEncrypted=hamlet-hub:FILE` (systemd-creds encrypt) gives the first; `hamlet hub remember`
puts it into the second. Source: systemd's "System and Service Credentials".
"""

from __future__ import annotations

import os
from pathlib import Path

from desktop.services.keeping import secret_store
from forms.errors import Fault, Kind
from sync.vault import slots

CREDENTIAL = "hamlet-hub"
FOLDER = "CREDENTIALS_DIRECTORY"


def recall(folder: Path) -> str | None:
    """What opens the hub in `folder`; None where neither holds anything. Fault hub.credential: it cannot be read."""
    given = os.environ.get(FOLDER)
    if given and (file := Path(given) / CREDENTIAL).exists():
        try:
            return file.read_text("utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError):
            raise Fault("hub.credential", Kind.USAGE, file=str(file)) from None
    name = _kept_as(folder)
    return secret_store.recall(name) if name else None


def keep(folder: Path, passphrase: str) -> bool:
    """Let the keyring open it for this account; False where the system keeps no secrets."""
    return secret_store.keep(_kept_as(folder), passphrase)


def forget(folder: Path) -> None:
    secret_store.forget(_kept_as(folder))


def _kept_as(folder: Path) -> str:
    """By the hub's own id, so that it may be moved; "" for what is no hub."""
    try:
        return f"hub {slots.load(folder).id}"
    except Fault:
        return ""
