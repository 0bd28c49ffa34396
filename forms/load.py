"""XForm bytes -> a Form that sessions are opened from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol

from forms.api import EntityDeclaration, Environment, External, FormProblem, Mode, Question, Rows, Severity
from forms.definition.parse import Definition, define
from forms.engine.analysis import Facts, analyse
from forms.engine.compiled import Compiled
from forms.engine.describe import declarations, questions
from forms.engine.pack import pack
from forms.engine.session import FillingSession
from forms.engine.unpack import unpack
from forms.engine.version import key_of

_NO_ROWS: Mapping[str, Rows] = {}
_STEPS_OF_LISTS = frozenset({"root", "item"})


class LoadedForm:
    """See forms.api.Form."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled

    @property
    def form_id(self) -> str:
        return self.compiled.definition.form_id

    @property
    def version(self) -> str:
        return self.compiled.definition.version

    @property
    def title(self) -> str:
        return self.compiled.definition.title

    @property
    def languages(self) -> tuple[str, ...]:
        return self.compiled.definition.itext.languages

    @property
    def default_language(self) -> str:
        return self.compiled.definition.itext.default

    @property
    def root(self) -> str:
        return self.compiled.definition.root.path

    @cached_property
    def externals(self) -> tuple[External, ...]:
        return tuple(
            External(
                id=one.id,
                src=one.src,
                name=one.src.rpartition("/")[2],
                columns=frozenset(self.compiled.facts.columns[one.id] - _STEPS_OF_LISTS | {"name", "label"}),
            )
            for one in self.compiled.definition.instances.values()
            if one.src
        )

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return questions(self.compiled)

    @cached_property
    def entities(self) -> tuple[EntityDeclaration, ...]:
        return declarations(self.compiled)

    @property
    def warnings(self) -> tuple[FormProblem, ...]:
        return tuple(p for p in self.compiled.facts.problems if p.severity is Severity.WARNING)

    def open(
        self,
        environment: Environment,
        *,
        rows: Mapping[str, Rows] = _NO_ROWS,
        language: str | None = None,
        instance: bytes | None = None,
        mode: Mode = Mode.NEW,
        entity_versions: Callable[[str, str], tuple[str, str, str]] | None = None,
    ) -> FillingSession:
        return FillingSession(
            self,
            environment,
            rows=rows,
            language=language,
            instance=instance,
            mode=mode,
            versions=entity_versions,
        )


class Kept(Protocol):
    """Where compiled forms are kept: bytes by a key of letters and digits. What it gives back may be wrong or old."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, content: bytes) -> None: ...


def load_form(xform: bytes, *, name: str = "", kept: Kept | None = None) -> LoadedForm:
    """The form of an XForm document; `name` is what messages call it. Raises forms.api.FormFault.

    Where `kept` holds what this very engine made of this very document, nothing is parsed or analysed again.
    """
    key = key_of(xform) if kept is not None else ""
    found = _reopened(kept, key) if kept is not None else None
    if found is not None:
        return LoadedForm(Compiled(*found))
    definition = define(xform, name=name)
    facts = analyse(definition, name=name)
    if kept is not None:
        kept.put(key, pack(definition, facts))
    return LoadedForm(Compiled(definition, facts))


def _reopened(kept: Kept, key: str) -> tuple[Definition, Facts] | None:
    content = kept.get(key)
    return unpack(content) if content is not None else None
