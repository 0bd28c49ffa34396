"""What a platform lists: its forms, and the files of a form. Source: OpenRosa formList and manifest APIs."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from urllib.parse import urlsplit

from forms.errors import Fault, Kind
from forms.xml import Element, local, parse
from sync.client.openrosa.address import joined

_MOST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form as the list has it; `hash` is `md5:…`, `manifest` "" where the form has no files."""

    form_id: str
    version: str
    name: str
    hash: str
    download: str
    manifest: str


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a form. `hash` is a version tag, of a plain file the md5 of its bytes; `integrity` only of an entity
    list: whom to ask about entities that went missing."""

    name: str
    hash: str
    download: str
    entities: bool
    integrity: str


def read_form_list(content: bytes, base: str) -> tuple[ListedForm, ...]:
    """The forms of a list; addresses are made whole. Raises Fault openrosa.strange for anything else."""
    root = _root(content, "xforms", base)
    found = []
    for each in root:
        if local(each.tag) != "xform":
            continue
        text = _texts(each)
        if text.get("formID") and text.get("downloadUrl"):
            manifest = joined(base, text["manifestUrl"]) if text.get("manifestUrl") else ""
            found.append(
                ListedForm(
                    text["formID"],
                    text.get("version", ""),
                    text.get("name", text["formID"]),
                    text.get("hash", ""),
                    joined(base, text["downloadUrl"]),
                    manifest,
                )
            )
    return tuple(found)


def read_manifest(content: bytes, base: str) -> tuple[ListedFile, ...]:
    """The files of a form."""
    root = _root(content, "manifest", base)
    found = []
    for each in root:
        text = _texts(each)
        if local(each.tag) == "mediaFile" and text.get("filename") and text.get("downloadUrl"):
            integrity = joined(base, text["integrityUrl"]) if text.get("integrityUrl") else ""
            found.append(
                ListedFile(
                    text["filename"],
                    text.get("hash", ""),
                    joined(base, text["downloadUrl"]),
                    (each.get("type") or "") in ("entityList", "approvalEntityList"),
                    integrity,
                )
            )
    return tuple(found)


def read_integrity(content: bytes, base: str) -> dict[str, bool]:
    """Entity -> whether it was deleted; entities that the platform does not know are absent."""
    root = _root(content, "data", base)
    found = {}
    for each in root.iter():
        if local(each.tag) == "entity" and each.get("id"):
            found[each.get("id") or ""] = _texts(each).get("deleted") == "true"
    return found


def tag(written: str) -> str:
    """A version tag without what servers in between put around it: `W/"abc"` is `abc`."""
    return written.strip().removeprefix("W/").strip('"')


def _root(content: bytes, name: str, base: str) -> Element:
    host = urlsplit(base).hostname or ""
    try:
        root = parse(content.removeprefix(codecs.BOM_UTF8).strip(), max_bytes=_MOST)
    except Fault as why:
        raise Fault("openrosa.strange", Kind.UNREACHABLE, host=host) from why
    if local(root.tag) != name:
        raise Fault("openrosa.strange", Kind.UNREACHABLE, host=host)
    return root


def _texts(element: Element) -> dict[str, str]:
    return {local(each.tag): (each.text or "").strip() for each in element}
