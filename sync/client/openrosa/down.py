"""From the platform: forms that changed, their files, and entity lists."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

from forms.errors import Fault, Kind
from forms.load import load_form
from sync.client.openrosa.documents import (
    ListedFile,
    ListedForm,
    read_form_list,
    read_integrity,
    read_manifest,
    tag,
)
from sync.client.openrosa.http import Reply, Server
from sync.client.openrosa.lists import CHUNK, is_entity_list, read_entities
from sync.client.openrosa.values import OnPlatforms
from sync.store.api import FormSource
from sync.store.platform_values import Kept

MOST_FORMS = 2_000
MOST_FILES = 1_000  # of one form
MOST_MEDIA = 512 * 1024 * 1024  # bytes of the files of one form

Report = Callable[[int, int], None]


@dataclass(slots=True)
class Brought:
    """What came down. `refused` are forms, files and lists that could not be taken, with the code of the reason."""

    forms: list[str] = field(default_factory=list)
    files: int = 0
    entities: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def bring(on_store: OnPlatforms, server: Server, report: Report, cancelled: Callable[[], bool]) -> Brought:
    """Bring everything up to the platform's state. A form that cannot be taken holds up no other."""
    brought = Brought()
    listed = _form_list(on_store, server)
    for done, form in enumerate(listed):
        if cancelled():
            return brought
        report(done, len(listed))
        try:
            _form(on_store, server, form, brought)
        except Fault as why:
            if why.code in ("openrosa.unreachable", "openrosa.busy", "openrosa.tls"):
                raise
            brought.refused.append((form.form_id, why.code))
    on_store(lambda store: store.retire(frozenset(form.form_id for form in listed)))
    return brought


def _form_list(on_store: OnPlatforms, server: Server) -> tuple[ListedForm, ...]:
    """The list, always whole: a manifest may change without it."""
    reply = server.get(server.platform.base + "/formList")
    listed = read_form_list(reply.body, server.platform.base + "/")
    if len(listed) > MOST_FORMS:
        raise Fault("openrosa.too_many", Kind.DAMAGED, limit=MOST_FORMS)
    return listed


def _form(on_store: OnPlatforms, server: Server, form: ListedForm, brought: Brought) -> None:
    known = on_store(lambda store: store.tag(Kept.FORM, form.form_id))
    wanted = f"{form.version} {form.hash}"
    if known != wanted:
        xform = server.get(form.download).body
        _checked(xform, form.hash, server)
        loaded = load_form(xform, name=form.name)
        source = FormSource(loaded.form_id, loaded.version, loaded.title or form.name, xform)
        on_store(lambda store: store.put_form(source))
        brought.forms.append(form.form_id)
    if form.manifest:
        _files(on_store, server, form, brought)
    if known != wanted:
        on_store(lambda store: store.keep_tag(Kept.FORM, form.form_id, wanted))


def _checked(content: bytes, hash: str, server: Server) -> None:
    """A download that was cut or mixed up is no form; a hash of another kind says nothing."""
    kind, _, value = hash.partition(":")
    if kind == "md5" and len(value) == 32 and hashlib.md5(content, usedforsecurity=False).hexdigest() != value.lower():
        raise Fault("openrosa.hash", Kind.UNREACHABLE, host=server.platform.shown)


def _files(on_store: OnPlatforms, server: Server, form: ListedForm, brought: Brought) -> None:
    key = form.form_id
    reply = server.get(form.manifest, tag=on_store(lambda store: store.tag(Kept.MANIFEST, key)))
    if reply.status == 304:
        return
    whole, listed, before = True, read_manifest(reply.body, form.manifest), server.traffic.down
    if len(listed) > MOST_FILES:
        raise Fault("openrosa.too_many", Kind.DAMAGED, limit=MOST_FILES)
    for file in listed:
        try:
            if server.traffic.down - before > MOST_MEDIA:
                raise Fault("openrosa.too_large", Kind.DAMAGED, limit=MOST_MEDIA // 1024 // 1024)
            _file(on_store, server, form, file, brought)
        except Fault as why:
            if why.code in ("openrosa.unreachable", "openrosa.busy", "openrosa.tls"):
                raise
            whole = False
            brought.refused.append((f"{form.form_id}/{file.name}", why.code))
    if whole:
        on_store(lambda store: store.keep_tag(Kept.MANIFEST, key, tag(reply.tag)))


def _file(on_store: OnPlatforms, server: Server, form: ListedForm, file: ListedFile, brought: Brought) -> None:
    """A file whose tag changed. An entity list's hash is a tag alone; a plain file's is that of its bytes."""
    key = file.name if file.entities else f"{form.form_id}/{form.version}/{file.name}"
    known = on_store(lambda store: store.tag(Kept.FILE, key))
    listed = tag(file.hash)
    if listed and listed != "md5:" and known == listed:
        return
    reply = server.get(file.download, tag="" if listed and listed != "md5:" else known)
    if reply.status == 304:
        return
    brought.files += 1
    if file.entities or is_entity_list(reply.body):
        _entities(on_store, server, file, reply, brought)
    else:
        _checked(reply.body, file.hash, server)
        on_store(lambda store: store.put_media(form.form_id, form.version, file.name, reply.body))
    kept = listed if listed and listed != "md5:" else tag(reply.tag)
    on_store(lambda store: store.keep_tag(Kept.FILE, key, kept))


def _entities(on_store: OnPlatforms, server: Server, file: ListedFile, reply: Reply, brought: Brought) -> None:
    dataset = file.name.removesuffix(".csv")
    rows = tuple(read_entities(reply.body))
    here = on_store(lambda store: store.known_entities(dataset))
    missing = sorted(here - {row.uuid for row in rows})
    gone = missing if not file.integrity else list(_deleted(server, file.integrity, missing))
    brought.entities += on_store(lambda store: store.take_entities(dataset, rows, gone))


def _deleted(server: Server, integrity: str, ids: Sequence[str]) -> Iterator[str]:
    """Those of `ids` that the platform says were deleted, or that it does not know at all."""
    left = iter(ids)
    while chunk := list(islice(left, CHUNK)):
        separator = "&" if "?" in integrity else "?"
        reply = server.get(f"{integrity}{separator}{urlencode({'id': ','.join(chunk)}, safe=',')}")
        said = read_integrity(reply.body, integrity)
        yield from (each for each in chunk if said.get(each, True))
