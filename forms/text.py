"""Every string a person sees, by key; the key's first part names the file in `resources/translations/LANGUAGE/`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(slots=True)
class Text:
    """The strings of one language; a file is read when the first of its keys is asked for.

    `text("fill.open_missing", n=2)` looks up the key `open_missing` in `fill.json` and fills its `{n}`.
    Where `count` or `days` is 1 and the language has a form of its own for one (`KEY_1`), that one is taken.
    A missing key raises `KeyError`: the test suite compares all keys of both languages.
    """

    language: str
    _areas: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
        area, _, name = key.partition(".")
        strings = self._area(area)
        pattern = strings[name]
        if str(values.get("count", values.get("days"))) == "1":
            pattern = strings.get(f"{name}_1", pattern)
        return pattern.format_map(values) if values else pattern

    def __contains__(self, key: str) -> bool:
        area, _, name = key.partition(".")
        try:
            return name in self._area(area)
        except FileNotFoundError:
            return False

    def _area(self, area: str) -> dict[str, str]:
        found = self._areas.get(area)
        if found is None:
            source = files("resources") / "translations" / self.language / f"{area}.json"
            loaded: Any = json.loads(source.read_text("utf-8"))
            found = self._areas[area] = loaded
        return found
