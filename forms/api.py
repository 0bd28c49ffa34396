"""What callers of the form engine see. Types only: nothing here imports the engine.

References are absolute with a position on every repeat instance and on nothing else
(`/data/member[2]/name`; the repeat itself is `/data/member`), as in the session format of the tests.
Sources: getodk.github.io/xforms-spec (ODK XForms) and its Entities specification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import NamedTuple, Protocol

from forms.errors import Fault, Kind
from forms.text import Text


class NodeKind(StrEnum):
    GROUP = "group"
    REPEAT = "repeat"  # the series: its children are the instances
    INSTANCE = "instance"  # one repeat instance, /data/member[1]
    QUESTION = "question"  # a leaf that has a control, or a value without one


class Control(StrEnum):
    INPUT = "input"
    SELECT_ONE = "select1"
    SELECT_MULTIPLE = "select"
    RANK = "rank"
    RANGE = "range"
    UPLOAD = "upload"
    TRIGGER = "trigger"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Problem(Protocol):
    """Something wrong with a form or with an answer."""

    @property
    def severity(self) -> Severity: ...
    @property
    def code(self) -> str: ...
    def message(self, text: Text) -> str: ...
    def remedy(self, text: Text) -> str: ...


class Answer(StrEnum):
    """What a form's author is told of a construct."""

    WRONG = "wrong"  # no engine can do what it says
    UNSUPPORTED = "unsupported"  # it means something, and is not done here
    NOT_YET = "not-yet"  # to come


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What is wrong with a form: words under `forms.CODE`, the place in a workbook where it is known.

    `sheet` is the sheet's name, `row` counts from 1 as the spreadsheet shows it, `column` is the header.
    """

    severity: Severity
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def kind(self) -> Answer:
        """Decided by the end of the code, so that one code is always of one kind."""
        if self.code.endswith("_not_yet"):
            return Answer.NOT_YET
        return Answer.UNSUPPORTED if self.code.endswith("_unsupported") else Answer.WRONG

    @property
    def path(self) -> str:
        """The form path that it speaks of, "" where it speaks of the whole form."""
        return str(self.values.get("path") or "")

    def message(self, text: Text) -> str:
        return text(f"forms.{self.code}", **self.values)

    def remedy(self, text: Text) -> str:
        return text(f"forms.{self.code}.remedy", **self.values)


class FormFault(Fault):
    """A form that cannot be used; `problems` says why, each with place, cause and remedy."""

    def __init__(self, problems: Sequence[FormProblem], /, *, name: str = "") -> None:
        super().__init__("forms.malformed", Kind.DAMAGED, name=name, count=len(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """A question whose answer cannot be handed in as it stands.

    `said` is the form author's own message in the active language, which wins over ours.
    Codes: required, constraint, type (not a lexical value of the type), and, for answers from a
    file: unknown, irrelevant, readonly, calculated, not_a_choice, repeat.
    """

    ref: str
    code: str
    label: str = ""
    said: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    def message(self, text: Text) -> str:
        return self.said or text(f"forms.answer_{self.code}", label=self.label or self.ref, **self.values)

    def remedy(self, text: Text) -> str:
        return text(f"forms.answer_{self.code}.remedy", label=self.label or self.ref, **self.values)


class Skipped(StrEnum):
    """Why an answer was not taken."""

    MISSING = "missing"
    IRRELEVANT = "irrelevant"
    READONLY = "readonly"
    NOT_A_CONTROL = "not-a-control"
    NOT_A_CHOICE = "not-a-choice"
    NO_CHOICES = "no-choices"
    CONTROLLED = "controlled"  # a repeat whose count the form decides


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select: `value` is stored, `label` shown; `media` maps image/audio/video to a jr:// address."""

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """The state of one node at one moment. Text is in the session's language, outputs resolved.

    `value` is the lexical XML value ("" when blank; select-multiple separated by spaces).
    `type` is the bind's type without prefix ("string", "int", "date", "geopoint", "binary" ...).
    `violation` is "required", "constraint" or "" and `message` the author's words for it.
    `count` is the number of instances of a repeat. `attributes` are the bind's foreign attributes by
    local name with prefix as declared ("hamlet:level").
    """

    ref: str
    name: str
    kind: NodeKind
    type: str = "string"
    control: Control | None = None
    appearance: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    relevant: bool = True
    readonly: bool = False
    required: bool = False
    valid: bool = True
    violation: str = ""
    message: str = ""
    label: str = ""
    hint: str = ""
    guidance: str = ""
    media: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    can_add: bool = False
    can_remove: bool = False
    calculated: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


class Change(NamedTuple):
    """What one action changed. `refs`: nodes whose state is another now; `repeats`: series whose instances are.

    `choices`: selects whose choice list may be another now. `skipped`: the action was not done, and why.
    """

    refs: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    skipped: Skipped | None = None


class Rows(Protocol):
    """A secondary instance or entity list as columns; strings only. Opened once, shared by sessions."""

    @property
    def columns(self) -> Sequence[str]: ...
    def __len__(self) -> int: ...
    def where(self, column: str, value: str) -> Sequence[int]:
        """Row numbers, ascending, in which `column` equals `value`; indexed."""
        ...

    def cell(self, row: int, column: str) -> str:
        """The value; "" where the row or column has none."""
        ...


@dataclass(frozen=True, slots=True)
class Environment:
    """What a session knows of the world: clock, randomness and who fills it in.

    `now` is aware and in the zone in which dates are meant. `uuid` returns 36 characters. `random` is in [0, 1).
    `number(kind)` gives the short number for a node whose bind says `hamlet:number="KIND"`; it is asked
    once, when the session finalises. `position` is what a background geopoint returns ("" for none).
    `seal(department, text)` gives a value that only the department reads, for fields marked `hamlet:sealed`.
    `signed(public key, signature, message)` tells whether an Ed25519 signature holds (RFC 8032); without it none does.
    """

    now: Callable[[], datetime]
    uuid: Callable[[], str]
    random: Callable[[], float]
    device_id: str = ""
    username: str = ""
    email: str = ""
    phone_number: str = ""
    position: str = ""
    number: Callable[[str], str] | None = None
    signed: Callable[[bytes, bytes, bytes], bool] | None = None
    seal: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class External:
    """A secondary instance that lives outside the form.

    `columns` are those that the definition reads; `entity_list` is the list's name where `src` is `NAME.csv`
    of a dataset (callers decide by name), None for media files.
    """

    id: str
    src: str  # jr://file-csv/areas.csv
    name: str  # areas.csv
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A leaf of the form as it is defined, for tables, exports and paper: no state.

    `path` has no positions (`/data/member/name`). `labels` by language. `repeats` are the paths of the
    repeats that it lies in, outermost first. `choices` are the static choices (value, labels by language),
    empty where the list is external. `level`, `sensitive`, `basis` come from the hamlet namespace.
    `saves_to` is the entity property that it fills, as `list#property`.
    """

    path: str
    name: str
    type: str
    control: Control | None
    labels: Mapping[str, str]
    groups: tuple[str, ...]
    repeats: tuple[str, ...]
    choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
    calculated: bool = False
    appearance: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    saves_to: str = ""
    itemset: str = ""  # name of the external list that its choices come from (areas.csv), "" where there is none
    note: bool = False  # always read-only and never calculated: words, no answer
    follows: tuple[str, ...] = ()  # paths of the answers that decide which choices it offers


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """An entity that the form creates or updates: `path` is the element that holds its meta block (root or repeat)."""

    dataset: str
    path: str
    properties: Mapping[str, str]  # property -> path of the question
    creates: bool
    updates: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """A finalised record: bytes that never change again."""

    xml: bytes
    instance_id: str  # with its prefix: "uuid:..."
    form_id: str
    form_version: str
    deprecated_id: str = ""
    attachments: tuple[str, ...] = ()  # file names in document order
    numbers: tuple[tuple[str, str], ...] = ()  # (kind, number) that Environment.number gave

    def __post_init__(self) -> None:
        if not self.instance_id:
            raise ValueError("a submission has an instanceID")


class NotReady(Exception):
    """`finalise` was asked while answers are missing or wrong; `problems` in document order."""

    def __init__(self, problems: Sequence[AnswerProblem]) -> None:
        super().__init__(f"{len(problems)} answers are missing or wrong")
        self.problems = tuple(problems)


class Mode(Enum):
    NEW = "new"
    EDIT = "edit"  # a finalised submission again: gets deprecatedID
    RESTORE = "restore"  # a draft


class Session(Protocol):
    """A form being filled in. One thread at a time."""

    @property
    def form(self) -> Form: ...
    @property
    def root(self) -> str: ...
    @property
    def language(self) -> str: ...
    def set_language(self, language: str) -> None: ...
    def node(self, ref: str) -> Node:
        """The node's state; `LookupError` where there is none."""
        ...

    def value(self, ref: str) -> str:
        """What the question shows as its value, as in its node; `LookupError` where there is none."""
        ...

    def children(self, ref: str) -> tuple[str, ...]:
        """References of the controls, groups and repeats directly inside, in body order, irrelevant ones too.

        For a repeat: its instances.
        """
        ...

    def walk(self) -> Iterator[Node]:
        """Every relevant node that has a place in the body, in body order, instances and groups included."""
        ...

    def choices(self, ref: str) -> Sequence[Choice]:
        """The choices that the select offers now; made when asked, labels when read."""
        ...

    def set(self, ref: str, value: str, *, force: bool = False) -> Change: ...
    def refusal(self, ref: str, *, force: bool = False) -> Skipped | None:
        """Why a question cannot be answered now, whatever the answer."""
        ...

    def add_repeat(self, ref: str, *, after: int | None = None) -> Change: ...
    def remove_repeat(self, ref: str, index: int) -> Change:
        """Remove instance `index`, counted from 1."""
        ...

    def problems(self) -> tuple[AnswerProblem, ...]:
        """What stops finalising, in document order: relevant nodes only.

        In Mode.EDIT also selects whose answer the list no longer offers (`not_a_choice`), until it is chosen
        again or set to "". Where the list itself is missing or empty, an opened answer stands as it was.
        """
        ...

    def dropped(self) -> tuple[Node, ...]:
        """Questions that hold an answer which finalising will drop; `value` is that answer.

        They are irrelevant, or selects (`relevant` is true) whose answer is no longer among the choices.
        """
        ...

    def draft(self) -> bytes:
        """Instance XML with irrelevant values kept, to be restored by Mode.RESTORE."""
        ...

    def submission_xml(self) -> bytes:
        """Instance XML of relevant nodes as it stands, checked by nobody."""
        ...

    def finalise(self) -> Submission:
        """Stamp the end, give the number, check, serialise. Raises NotReady and leaves the session usable."""
        ...


class Form(Protocol):
    """A compiled, immutable form; shared by any number of sessions and threads."""

    @property
    def form_id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def default_language(self) -> str: ...
    @property
    def root(self) -> str:
        """Reference of the root element, e.g. `/data`."""
        ...

    @property
    def externals(self) -> tuple[External, ...]: ...
    @property
    def questions(self) -> tuple[Question, ...]:
        """Every leaf of the primary instance in document order, meta excluded."""
        ...

    @property
    def entities(self) -> tuple[EntityDeclaration, ...]: ...
    @property
    def warnings(self) -> tuple[FormProblem, ...]: ...
    def open(
        self,
        environment: Environment,
        *,
        rows: Mapping[str, Rows] = ...,
        language: str | None = None,
        instance: bytes | None = None,
        mode: Mode = Mode.NEW,
        entity_versions: Callable[[str, str], tuple[str, str, str]] | None = None,
    ) -> Session:
        """Start filling. `rows` by external instance id; an absent one is empty.

        `entity_versions(dataset, uuid)` gives (baseVersion, trunkVersion, branchId) for an entity update
        where the list's rows lack `__version`, `__trunkVersion`, `__branchId`.
        """
        ...
