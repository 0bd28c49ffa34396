"""The areas list: county, townships, villages, groups; their codes, and paths of codes from the top down.

A path (`990621/990621101/990621101201`) contains another by prefix, segment by segment; a code stands in forms,
entities and commands, a path in envelopes and tables.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.errors import Fault, Kind

VILLAGE = "village"
TOWNSHIP = "township"
COUNTY = "county"
GROUP = "group"


@dataclass(frozen=True, slots=True)
class Area:
    """One row of areas.csv; `parent` is "" at the top, `initials` those of its pinyin."""

    code: str
    label: str
    label_en: str
    level: str
    parent: str
    initials: str = ""


class Areas:
    """The areas that a workspace or hub knows. Unknown codes are no error: a record may come from elsewhere."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows` as in areas.csv. Raises Fault where a code is missing or twice, or a parent unknown or in a circle."""
        self._areas: dict[str, Area] = {}
        for number, row in enumerate(rows, 2):
            area = _area(row)
            if not area.code or "/" in area.code:
                raise Fault("casework.area_code", Kind.DAMAGED, row=number, code=area.code)
            if area.code in self._areas:
                raise Fault("casework.area_twice", Kind.DAMAGED, row=number, code=area.code)
            self._areas[area.code] = area
        self._children: dict[str, list[str]] = {}
        for area in self._areas.values():
            if area.parent and area.parent not in self._areas:
                raise Fault("casework.area_parent", Kind.DAMAGED, code=area.code, parent=area.parent)
            self._children.setdefault(area.parent, []).append(area.code)
        self._paths = {code: self._trace(code) for code in self._areas}

    @classmethod
    def read(cls, data: bytes) -> Areas:
        """From the bytes of areas.csv."""
        return cls(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    def __contains__(self, code: str) -> bool:
        return code in self._areas

    def __len__(self) -> int:
        return len(self._areas)

    def get(self, code: str) -> Area | None:
        return self._areas.get(code)

    def path(self, code: str) -> str:
        """The path of `code`; an unknown code is its own path, "" stays ""."""
        return self._paths.get(code, code)

    def label(self, code: str, language: str = "zh") -> str:
        """What the area is called in `language`; the code where it is unknown."""
        area = self._areas.get(code)
        if area is None:
            return code
        return (area.label_en if language == "en" else area.label) or area.label or code

    def village(self, code: str) -> str:
        """Code of the village that `code` lies in or is; "" above villages and where unknown."""
        return self._above(code, VILLAGE)

    def township(self, code: str) -> str:
        """Code of the township that `code` lies in or is; "" above townships and where unknown."""
        return self._above(code, TOWNSHIP)

    def children(self, code: str = "") -> tuple[str, ...]:
        """Codes directly below `code`, in the list's order; those at the top for ""."""
        return tuple(self._children.get(code, ()))

    def below(self, code: str) -> tuple[str, ...]:
        """Codes of `code` and everything under it, depth first."""
        found = [code] if code in self._areas else []
        for child in self.children(code):
            found.extend(self.below(child))
        return tuple(found)

    def _above(self, code: str, level: str) -> str:
        for segment in reversed(self.path(code).split("/")):
            area = self._areas.get(segment)
            if area is not None and area.level == level:
                return segment
        return ""

    def _trace(self, code: str) -> str:
        segments = [code]
        while parent := self._areas[segments[-1]].parent:
            if parent in segments:
                raise Fault("casework.area_circle", Kind.DAMAGED, code=code)
            segments.append(parent)
        return "/".join(reversed(segments))


def code(path: str) -> str:
    """The last code of a path."""
    return path.rpartition("/")[2]


def contains(outer: str, inner: str) -> bool:
    """Whether path `outer` is `inner` or above it, by segments; "" contains nothing, not even itself."""
    return bool(outer) and (inner == outer or inner.startswith(outer + "/"))


def _area(row: Mapping[str, str]) -> Area:
    return Area(
        code=(row.get("name") or "").strip(),
        label=row.get("label") or "",
        label_en=row.get("label_en") or "",
        level=row.get("level") or "",
        parent=(row.get("parent") or "").strip(),
        initials=row.get("py") or "",
    )
