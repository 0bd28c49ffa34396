"""A file that a person named, read whole."""

from __future__ import annotations

from pathlib import Path

from forms.errors import Fault, Kind


def read_given(path: Path) -> bytes:
    """Its bytes. Raises Fault `services.no_file` for what is not there or cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Fault("services.no_file", Kind.USAGE, file=str(path), reason=problem.strerror or "") from None
