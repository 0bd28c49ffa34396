"""The workspace folder: made, enrolled, opened with a passphrase, locked again."""

from __future__ import annotations
