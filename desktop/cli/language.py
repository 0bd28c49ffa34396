"""In which language the command line speaks."""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence


def language_of(argv: Sequence[str]) -> str:
    """`--language`, HAMLET_LANGUAGE, else zh where the locale is Chinese, else en; before anything is parsed."""
    for place, word in enumerate(argv):
        if word == "--language" and place + 1 < len(argv) and argv[place + 1] in ("zh", "en"):
            return argv[place + 1]
        if word in ("--language=zh", "--language=en"):
            return word[-2:]
    wanted = os.environ.get("HAMLET_LANGUAGE", "")
    if wanted in ("zh", "en"):
        return wanted
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"
