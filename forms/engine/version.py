"""What a compiled form was made by: another engine must not read it."""

from __future__ import annotations

import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

FORMAT = 1
_PARTS = ("forms.definition.", "forms.xpath.", "forms.engine.")


@lru_cache(maxsize=1)
def version() -> str:
    """Another one whenever the engine's code is another: sizes and times of its modules, or of the program they are in.

    So nobody who changes the engine has to think of forms that were compiled before.
    """
    marks = [str(FORMAT), sys.version]
    for name, module in sorted(sys.modules.items()):
        if name.startswith(_PARTS):
            spec = module.__spec__
            stats = getattr(spec.loader, "path_stats", None) if spec is not None else None
            marks.append(f"{name} {stats(spec.origin)}" if stats is not None and spec is not None else name)
    if getattr(sys, "frozen", False):
        program = Path(sys.executable).stat()
        marks.append(f"{program.st_size} {program.st_mtime_ns}")
    return sha256("\n".join(marks).encode()).hexdigest()


def key_of(xform: bytes) -> str:
    """Under which the compiled form of a document is kept: 64 hexadecimal digits."""
    return sha256(version().encode() + sha256(xform).digest()).hexdigest()
