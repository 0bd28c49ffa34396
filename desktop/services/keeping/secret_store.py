"""The operating system's keyring, the one place that imports it: a convenience, and where there is none, nothing.

Only keyrings that the system itself protects are used: Secret Service, KWallet, the Windows vault, the macOS keychain.
Any other back end (a plain file, one that asks on a terminal, none at all) counts as none. What is kept is a random
secret that opens one slot; losing it loses nothing, since the passphrase opens too.
"""

from __future__ import annotations

from typing import Any

SERVICE = "hamlet"

_TRUSTED = ("keyring.backends.SecretService", "keyring.backends.libsecret", "keyring.backends.kwallet",
            "keyring.backends.Windows", "keyring.backends.macOS")  # fmt: skip


def available() -> bool:
    """Whether the system keeps secrets for this account, now."""
    return _backend() is not None


def keep(name: str, secret: str) -> bool:
    """Keep `secret`; False where there is no keyring, or it is locked."""
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(SERVICE, name, secret)
        return bool(backend.get_password(SERVICE, name) == secret)
    except Exception:  # whatever a desktop's keyring throws: it is a convenience, and the passphrase opens
        return False


def recall(name: str) -> str | None:
    """What was kept; None where it is not to be had, for whatever reason."""
    backend = _backend()
    if backend is None:
        return None
    try:
        found = backend.get_password(SERVICE, name)
    except Exception:  # as above
        return None
    return str(found) if found else None


def forget(name: str) -> None:
    """Keep it no longer; it is no error where that cannot be done, since its slot is removed first."""
    backend = _backend()
    if backend is None:
        return
    try:
        backend.delete_password(SERVICE, name)
    except Exception:  # as above
        return


def _backend() -> Any:
    try:
        import keyring

        found = keyring.get_keyring()
    except Exception:  # not installed, or its search for a back end failed
        return None
    parts = getattr(found, "backends", None) or [found]  # a chainer holds several, the best first
    for part in parts:
        if type(part).__module__.startswith(_TRUSTED):
            return part
    return None
