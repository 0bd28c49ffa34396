"""Words with a number, with their own form for one where the language has it (`KEY_1`)."""

from __future__ import annotations

from forms.text import Text


def counted(text: Text, key: str, count: int, **values: object) -> str:
    one = f"{key}_1"
    return text(one if count == 1 and one in text else key, count=count, **values)
