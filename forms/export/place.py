"""Files that appear whole or not at all: written under a temporary name beside the target, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from forms.errors import Fault, Kind

_HELD_OPEN = frozenset({32, 33})
"""Windows: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION, another program has the file open."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_BUSY = {errno.EBUSY, getattr(errno, "ETXTBSY", errno.EBUSY)}


def beside(target: Path, keys: Sequence[str]) -> tuple[Path, ...]:
    """Files that lie beside `target`, `STEM-KEY.csv`, replaced along with it where the target exists.

    Raises Fault where only such a file exists: it is none of ours, and nobody asked to replace it.
    """
    others = tuple(_beside(target, key) for key in keys)
    if target.exists():
        return others
    taken = next((other for other in others if other.exists()), None)
    if taken is not None:
        raise Fault("export.beside_exists", Kind.USAGE, name=taken.name, free=_free(target, keys).name)
    return others


def _beside(target: Path, key: str) -> Path:
    return target.with_name(f"{target.stem}-{key}{target.suffix}")


def _free(target: Path, keys: Sequence[str] = ()) -> Path:
    """The first `STEM (2)`, `STEM (3)`, ... that does not exist, nor what would lie beside it."""
    for number in count(2):
        found = target.with_name(f"{target.stem} ({number}){target.suffix}")
        if not any(path.exists() for path in (found, *(_beside(found, key) for key in keys))):
            break
    return found


@contextmanager
def placed(targets: Sequence[Path]) -> Iterator[tuple[BinaryIO, ...]]:
    """Open files that become `targets`, the first of them last, once the block ends without an exception.

    Otherwise nothing is left and what stood there before still stands. Raises Fault for what a person can mend.
    """
    temporary = [_temporary(target) for target in targets]
    try:
        with _explained(targets[0]), ExitStack() as stack:
            files = []
            for path in temporary:
                path.unlink(missing_ok=True)  # left by a process that was killed
                files.append(stack.enter_context(_created(path)))
            yield tuple(files)
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        for path, target in reversed(list(zip(temporary, targets, strict=True))):
            with _explained(target):
                path.replace(target)
    except BaseException:
        for path in temporary:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _created(path: Path) -> BinaryIO:
    return path.open("xb")


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _fault(error, target) from error


def _fault(error: OSError, target: Path) -> Fault:
    if error.errno in _FULL:
        return Fault("export.disk_full", Kind.DAMAGED, name=target.name, folder=str(target.parent))
    if error.errno == errno.ENOENT:
        return Fault("export.no_folder", Kind.USAGE, folder=str(target.parent))
    in_use = error.errno in _BUSY or getattr(error, "winerror", 0) in _HELD_OPEN
    if in_use or (error.errno == errno.EACCES and target.exists() and os.name == "nt"):
        return Fault("export.in_use", Kind.USAGE, name=target.name, free=_free(target).name)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR):
        return Fault("export.not_writable", Kind.USAGE, name=target.name, folder=str(target.parent))
    return Fault("export.failed", Kind.DAMAGED, name=target.name, cause=error.strerror or type(error).__name__)
