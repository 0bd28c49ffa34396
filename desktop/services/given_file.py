"""A file that a person named, read whole."""

from __future__ import annotations

from pathlib import Path

from forms.errors import Fault, Kind


def read_given(path: Path) -> bytes:
    """Its bytes. Raises what `not_opened` says for a file that is not there or cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise not_opened(str(path), problem) from None


def not_opened(file: str, problem: OSError) -> Fault:
    """Why a named file cannot be read: it is not there, it is a folder, or this account may not read it."""
    if isinstance(problem, FileNotFoundError):
        return Fault("services.no_file", Kind.USAGE, file=file)
    if isinstance(problem, IsADirectoryError) or Path(file).is_dir():
        return Fault("services.a_folder", Kind.USAGE, file=file)
    return Fault("services.unreadable_file", Kind.USAGE, file=file, reason=problem.strerror or type(problem).__name__)
