"""What is covered on screen: telephones and identity numbers, until somebody asks to see them."""

from __future__ import annotations

import re
from collections.abc import Mapping

COVER = "****"
_PHONE_NAMES = frozenset({"phone", "telephone", "carer_phone", "guardian_phone", "n_phone", "m_phone"})
_ID_NAMES = frozenset({"id_no", "n_id"})


def phone(value: str) -> str:
    """138****2207; short ones keep their last two signs."""
    if not value:
        return ""
    return value[:3] + COVER + value[-4:] if len(value) >= 9 else COVER + value[-2:]


def identity(value: str) -> str:
    """****1029"""
    return COVER + value[-4:] if value else ""


def masked(name: str, value: str, attributes: Mapping[str, str] | None = None) -> str:
    """The covered form of what must be covered, "" where nothing need be."""
    sensitive = (attributes or {}).get("hamlet:sensitive", "")
    if name in _ID_NAMES or ("identity" in sensitive.split(", ") and re.search(r"[0-9]{12,}", value)):
        return identity(value)
    if name in _PHONE_NAMES or ("contact" in sensitive and re.search(r"[0-9]{5,}", value)):
        return phone(value)
    return ""
