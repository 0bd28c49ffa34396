"""Compiled forms beside the workspace's database, encrypted, so that a form opens without being compiled again.

Nothing depends on them: what is missing, damaged, foreign or old is compiled anew, without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from forms.errors import Fault
from sync import crypto
from sync.vault import files, platform
from sync.vault.keys import DataKey

FOLDER = "compiled"
MOST = 200  # files; a workspace has a few dozen forms
_NONCE = 12


@dataclass(frozen=True, slots=True)
class KeptForms:
    """See forms.load.Kept. `key` is asked each time, so that a locked workspace gives and takes nothing."""

    folder: Path
    key: Callable[[], DataKey] = field(repr=False)
    entropy: Callable[[int], bytes] = field(repr=False)

    def get(self, key: str) -> bytes | None:
        """What was kept under this name, if it is as it was written."""
        with suppress(OSError, Fault):
            sealed = (self.folder / key).read_bytes()
            return crypto.unseal(self._secret(), sealed, about=key.encode())
        return None

    def put(self, key: str, content: bytes) -> None:
        """Keep, if the disk allows; of many files the oldest go."""
        with suppress(OSError, Fault):
            sealed = crypto.seal(self._secret(), content, nonce=self.entropy(_NONCE), about=key.encode())
            platform.private_folder(self.folder)
            files.write(self.folder / key, sealed)
            kept = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for old in kept[:-MOST]:
                old.unlink()

    def _secret(self) -> bytes:
        return self.key().purpose("compiled forms")
