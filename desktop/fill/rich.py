"""Labels of a form as safe rich text: bold, italic, headings and line ends, and nothing that fetches or runs."""

from __future__ import annotations

import re
from html import escape

BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
ITALIC = re.compile(r"(?<![\w*])[*_](?!\s)(.+?)(?<!\s)[*_](?![\w*])")
HEADING = re.compile(r"^#{1,6}\s*(.+)$")
TAG = re.compile(r"<[^<>]{1,200}>")
ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]\s*$")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def rich(words: str) -> str:
    """HTML for a label: what XLSForm's markdown marks, everything else escaped."""
    return "<br>".join(_line(line) for line in words.split("\n"))


def plain_words(words: str) -> str:
    """The words without marks, for lists and screen readers, in one line."""
    bare = LINK.sub(r"\1", TAG.sub("", words))
    bare = BOLD.sub(lambda found: found[1] or found[2], bare)
    bare = ITALIC.sub(r"\1", bare)
    return " ".join(HEADING.sub(r"\1", line.strip()) for line in bare.split("\n") if line.strip())


def noun_of(words: str) -> str:
    """The label without what stands in brackets at its end."""
    return ASIDE.sub("", words)


def _line(line: str) -> str:
    bare = escape(LINK.sub(r"\1", TAG.sub("", line)), quote=False)
    heading = HEADING.match(bare)
    if heading:
        return f"<b>{heading[1]}</b>"
    bold = BOLD.sub(lambda found: f"<b>{found[1] or found[2]}</b>", bare)
    return ITALIC.sub(r"<i>\1</i>", bold)
