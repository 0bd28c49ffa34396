"""Fields that only one department reads: how a form marks them, and how their values look from finalisation on.

A bind says `hamlet:sealed="MZ"`, a department's code, or the path of a node that holds one and may be blank
(`${dept}` in a workbook): then the value is sealed where that node says for whom. What is written is an age file in its
text form (PEM), which `age -d` opens too.
"""

from __future__ import annotations

from collections.abc import Mapping

MARK = "hamlet:sealed"
BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----"
END = "-----END AGE ENCRYPTED FILE-----"


def is_sealed(value: str) -> bool:
    return value.startswith(BEGIN)


def marked(attributes: Mapping[str, str]) -> str:
    """The department's code, or a path that begins with a slash; "" where the field is open."""
    return attributes.get(MARK, "").strip()
