"""What filling in gives and takes: forms, drafts, an open form, what was stored; words are in the desk's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forms.api import Form, Session
from sync.store.api import RecordState


@dataclass(frozen=True, slots=True)
class FormRow:
    form_id: str
    version: str
    title: str
    drafts: int = 0
    records: int = 0
    own: bool = True  # may be filled in from the list of forms (told and request_update start from a request)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """`author` is who began it; only they may open it, others see whose it is."""

    id: str
    form_id: str
    form_title: str
    title: str
    author: str
    saved: datetime
    filled: int
    asked: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """A form being filled in. The session is used by one thread at a time: the window's, or the lane in `finish`.

    `prefilled` are references that known facts answered; `place` is the question at which a draft was left.
    """

    form: Form
    session: Session
    draft: str
    title: str
    prefilled: frozenset[str] = frozenset()
    place: str = ""
    fresh: bool = True
    form_hash: str = ""


@dataclass(frozen=True, slots=True)
class DraftSave:
    """What autosave writes: made in the thread that owns the session, stored by the writer."""

    id: str
    form_id: str
    version: str
    xml: bytes
    place: str
    title: str
    filled: int
    asked: int
    language: str = ""
    editing: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps that a request goes through: village, hand-over, assignment, department, telling."""

    title: str
    detail: str
    state: str  # done, now, later
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """A form that comes next, opened with what is `known`: pairs of question and answer."""

    form_id: str
    known: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a form that was handed in. `read_out` may be read to the resident as it stands."""

    instance_id: str
    ref: str
    form_id: str
    title: str
    uuid: str  # entity that it created or updated, "" where none
    steps: tuple[Step, ...] = ()
    read_out: str = ""
    slip: tuple[tuple[str, str], ...] = ()  # label, value
    who: str = ""  # whose request it is
    code: str = ""  # six signs on the slip: who has number and code may ask where the request stands
    then: Follow | None = None  # what the resident asked for on the way: after a visit, a request


@dataclass(frozen=True, slots=True)
class RecordRow:
    instance_id: str
    form_id: str
    version: str
    area: str
    finalised: str
    state: RecordState
    ref: str
    title: str = ""
    reason: str = ""  # words, where held or rejected


@dataclass(frozen=True, slots=True)
class RecordPage:
    rows: tuple[RecordRow, ...]
    next: str | None
