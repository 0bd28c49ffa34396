"""How the window looks for a person of this computer: language, text size, theme. Kept outside any workspace,

since they are needed before anybody has unlocked; nothing in it is of anybody's.
"""

from __future__ import annotations

import json
import locale
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.theme.tokens import Look, Size
from forms.text import LANGUAGES

FOLLOWS = "system"  # as a look: light or dark, as the rest of the computer is


@dataclass(frozen=True, slots=True)
class Preferences:
    language: str = "zh"
    look: str = Look.LIGHT.value  # of Look, or FOLLOWS
    size: int = Size.OFFICE.value
    motion: bool = True  # what comes may slide in

    def sane(self) -> Preferences:
        """What a damaged or foreign file says in place of these is put right."""
        language = self.language if self.language in LANGUAGES else "zh"
        look = self.look if self.look in {*Look, FOLLOWS} else Look.LIGHT.value
        return Preferences(language, look, min(44, max(12, int(self.size))), bool(self.motion))

    def seen(self, *, dark: bool) -> Look:
        """The look on a computer that is `dark` or light itself."""
        if self.look != FOLLOWS:
            return Look(self.look)
        return Look.DARK if dark else Look.LIGHT


def language_of_machine() -> str:
    """The language that this machine speaks: HAMLET_LANGUAGE, else its locale, else English."""
    asked = os.environ.get("HAMLET_LANGUAGE", "")
    if asked in LANGUAGES:
        return asked
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


class PreferenceFile:
    """One small JSON file; a write replaces it whole."""

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            from platformdirs import user_config_path

            file = user_config_path("hamlet", appauthor=False) / "window.json"
        self._file = file

    def read(self) -> Preferences:
        standard = Preferences(language=language_of_machine())
        try:
            said = json.loads(self._file.read_text("utf-8"))
            known = {name: said[name] for name in asdict(standard) if name in said}
            return replace(standard, **known).sane()
        except (OSError, ValueError, TypeError):
            return standard

    def write(self, preferences: Preferences) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(preferences)), "utf-8")
        os.replace(fresh, self._file)
