"""A page to look at all pictures of a folder: one row for each page and state, beside it its looks and languages."""

from __future__ import annotations

from html import escape
from pathlib import Path

STYLE = "body{font:15px sans-serif;margin:24px}h2{margin:32px 0 8px}img{width:660px;border:1px solid #999}" + (
    "figure{display:inline-block;margin:0 12px 12px 0}figcaption{color:#444}"
)


def picture_name(role: str, state: str, *, language: str, look: str, size: int) -> str:
    return f"{role}-{state}_{language}_{look}_{size}.png"


def write_index(folder: Path) -> Path:
    """index.html beside the pictures."""
    rows: dict[str, list[str]] = {}
    for picture in sorted(folder.glob("*.png")):
        rows.setdefault(picture.stem.split("_")[0], []).append(picture.name)
    parts = []
    for page, names in rows.items():
        figures = "".join(
            f"<figure><a href='{escape(name)}'><img src='{escape(name)}' loading='lazy' alt='{escape(name)}'></a>"
            f"<figcaption>{escape(name)}</figcaption></figure>"
            for name in names
        )
        parts.append(f"<h2 id='{escape(page)}'>{escape(page)}</h2>{figures}")
    links = " · ".join(f"<a href='#{escape(page)}'>{escape(page)}</a>" for page in rows)
    index = folder / "index.html"
    head = f"<!doctype html><meta charset='utf-8'><title>Hamlet</title><style>{STYLE}</style>"
    index.write_text(f"{head}<p>{links}</p>{''.join(parts)}", "utf-8")
    return index
