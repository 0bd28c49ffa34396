"""A form being filled in: the Session that callers hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from forms.api import (
    AnswerProblem,
    Change,
    Choice,
    Control,
    Environment,
    Mode,
    Node,
    NotReady,
    Rows,
    Skipped,
    Submission,
)
from forms.codecs.values import normal
from forms.definition.model import BodyElement, NodeDef
from forms.engine.finishing import attachments, entity_versions, give_numbers, seal_fields
from forms.engine.live import Changes, Live
from forms.engine.nodes import Branch, Leaf, Series, below, leaves
from forms.engine.preloads import at_end, at_start
from forms.engine.states import States, answerable, controlled
from forms.engine.world import Surroundings
from forms.errors import Fault, Kind
from forms.submission import seed as seed_of
from forms.submission import write
from forms.xpath.nodes import STEPS

if TYPE_CHECKING:
    from forms.load import LoadedForm

_STEP = re.compile(r"(@?[^/\[\]]+)(?:\[(\d+)\])?\Z")
Versions = Callable[[str, str], tuple[str, str, str]]


class FillingSession:
    """See forms.api.Session."""

    def __init__(
        self,
        form: LoadedForm,
        environment: Environment,
        *,
        rows: Mapping[str, Rows],
        language: str | None,
        instance: bytes | None,
        mode: Mode,
        versions: Versions | None,
    ) -> None:
        self._form = form
        self._compiled = form.compiled
        self._definition = form.compiled.definition
        self._environment = environment
        self._versions = versions
        self._world = Surroundings(self._compiled, environment, rows)
        self._states = States(self._compiled, self._world, self._world.words)
        self._started = False
        self._nodes: dict[str, Leaf | Branch | Series] = {}
        if language:
            self.set_language(language)
        seed = self._definition.seed if instance is None else seed_of(instance)
        if instance is not None and seed.name.rpartition(":")[2] != self._definition.root.name.rpartition(":")[2]:
            raise Fault("forms.other_form", Kind.DAMAGED, form=form.form_id, found=seed.name)
        self._world.reopened = instance is not None
        self._live = Live(self._compiled, self._world, seed)
        self._begin(mode)
        self._withheld = self._withheld_answers() if mode is Mode.EDIT else {}
        self._started = True

    def _begin(self, mode: Mode) -> None:
        """Compute everything once, with the events that a new or reopened instance calls for."""
        if mode is Mode.NEW:
            self._fixed_repeats()
            self._preload()
        elif mode is Mode.EDIT:
            self._deprecate()
        self._live.start()
        if mode is Mode.NEW:
            self._live.run("odk-instance-first-load")
            self._live.run("xforms-ready")
        self._live.run("odk-instance-load")
        self._live.settle()
        self._live.created.clear()
        self._live.listening = True

    # -- reading -------------------------------------------------------------------------------

    @property
    def form(self) -> LoadedForm:
        return self._form

    @property
    def root(self) -> str:
        return self._definition.root.path

    @property
    def language(self) -> str:
        return self._world.words.language

    def set_language(self, language: str) -> None:
        if language not in self._definition.itext.languages:
            raise LookupError(language)
        if language == self._world.words.language:
            return
        self._world.words.language = language
        if self._started:
            self._do(self._live.translate)

    def node(self, ref: str) -> Node:
        return self._state(self._find(ref))

    def value(self, ref: str) -> str:
        node = self._find(ref)
        return node.text if isinstance(node, Leaf) else ""

    def _state(self, node: Leaf | Branch | Series) -> Node:
        self._world.steps = STEPS
        return self._states.of_series(node) if isinstance(node, Series) else self._states.of(node)

    def _find(self, ref: str) -> Leaf | Branch | Series:
        found = self._nodes.get(ref)
        if found is None:
            found = self._nodes[ref] = self._walk(ref)
        return found

    def _walk(self, ref: str) -> Leaf | Branch | Series:
        at: Leaf | Branch | Series = self._live.root
        names = ref.split("/")[1:]
        if not names or names[0] != self._definition.root.name:
            raise LookupError(ref)
        for name in names[1:]:
            step = _STEP.match(name)
            if step is None or isinstance(at, Series):
                raise LookupError(ref)
            at = _child(at, step[1], int(step[2]) if step[2] else 0)
        return at

    def children(self, ref: str) -> tuple[str, ...]:
        node = self._find(ref)
        if isinstance(node, Series):
            return tuple(instance.reference for instance in node.instances)
        return tuple(child.reference for child in self._inside(node))

    def _inside(self, node: Leaf | Branch) -> Iterator[Leaf | Branch | Series]:
        definition = node.definition
        body = self._definition.body if definition is self._definition.root else definition.body
        if body is None or isinstance(node, Leaf):
            return
        for element in _flat(body):
            found = self._locate(element.node, node) if element.node is not None else None
            if found is not None:
                yield found

    def _locate(self, definition: NodeDef, context: Branch) -> Leaf | Branch | Series | None:
        if definition.is_repeat and definition.parent is not None:
            parent = next(self._live.targets(definition.parent, context), None)
            kid = parent.kids[definition.slot] if isinstance(parent, Branch) else None
            return kid if isinstance(kid, Series) else None
        return next(self._live.targets(definition, context), None)

    def walk(self) -> Iterator[Node]:
        yield from self._walk_inside(self._live.root)

    def _walk_inside(self, node: Leaf | Branch) -> Iterator[Node]:
        for child in self._inside(node):
            state = self._state(child)
            if not state.relevant:
                continue
            yield state
            inside = child.instances if isinstance(child, Series) else ()
            for each in inside:
                if each.relevant:
                    yield self._state(each)
                    yield from self._walk_inside(each)
            if isinstance(child, Branch):
                yield from self._walk_inside(child)

    def everything(self) -> Iterator[Node]:
        """Every node in document order, irrelevant and invisible ones and attributes included."""
        root = self._live.root
        waiting: list[Leaf | Branch | Series] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Series):
                yield self._state(node)
                waiting.extend(node.instances[::-1])
                continue
            if node.definition.synthetic and not node.text:
                continue
            yield self._state(node)
            for mark in node.marks:
                yield self._state(mark)
            waiting.extend(node.kids[::-1])  # type: ignore[arg-type]

    def choices(self, ref: str) -> Sequence[Choice]:
        node = self._find(ref)
        self._world.steps = STEPS
        return self._world.words.choices(node) if isinstance(node, Leaf) else ()

    # -- answering -----------------------------------------------------------------------------

    def set(self, ref: str, value: str, *, force: bool = False) -> Change:
        try:
            leaf = self._find(ref)
        except LookupError:
            return Change(skipped=Skipped.MISSING)
        self._world.steps = STEPS
        if not isinstance(leaf, Leaf):
            return Change(skipped=Skipped.NOT_A_CONTROL)
        skipped = None if force else self._refused(leaf, value)
        if skipped is not None:
            return Change(skipped=skipped)
        accepted = self._accepted(leaf, value)
        return self._do(lambda: self._live.put(leaf, accepted, offered=accepted == value and not force))

    def refusal(self, ref: str, *, force: bool = False) -> Skipped | None:
        try:
            leaf = self._find(ref)
        except LookupError:
            return Skipped.MISSING
        if not isinstance(leaf, Leaf):
            return Skipped.NOT_A_CONTROL
        return None if force else self._refused(leaf, "")

    def _refused(self, leaf: Leaf, value: str) -> Skipped | None:
        if not leaf.relevant:
            return Skipped.IRRELEVANT
        if self._states.readonly(leaf):
            return Skipped.READONLY
        if not answerable(leaf):
            return Skipped.NOT_A_CONTROL
        if value and leaf.definition.index in self._compiled.selects:
            lists = self._world.lists
            if not lists.offers(leaf, value) and not all(lists.offers(leaf, part) for part in value.split()):
                return Skipped.NOT_A_CHOICE
        return None

    def _accepted(self, leaf: Leaf, value: str) -> str:
        body = leaf.definition.body
        if body is not None and body.control is Control.SELECT_MULTIPLE:
            return self._world.lists.ordered(leaf, body, value)
        return normal(leaf.definition.type, value)

    def add_repeat(self, ref: str, *, after: int | None = None) -> Change:
        series = self._series(ref)
        if isinstance(series, Skipped):
            return Change(skipped=series)
        at = len(series.instances) if after is None else max(0, min(after, len(series.instances)))
        self._nodes.clear()
        return self._do(lambda: self._live.add(series, at, None))

    def remove_repeat(self, ref: str, index: int) -> Change:
        series = self._series(ref, removing=True)
        if isinstance(series, Skipped):
            return Change(skipped=series)
        if not 1 <= index <= len(series.instances):
            return Change(skipped=Skipped.MISSING)
        self._nodes.clear()
        return self._do(lambda: self._live.remove(series, index - 1))

    def _series(self, ref: str, *, removing: bool = False) -> Series | Skipped:
        try:
            series = self._find(ref)
        except LookupError:
            return Skipped.MISSING
        if not isinstance(series, Series):
            return Skipped.MISSING
        self._world.steps = STEPS
        if not removing and not self._states.relevant_series(series):
            return Skipped.IRRELEVANT
        return Skipped.CONTROLLED if controlled(series) else series

    def _do(self, action: Callable[[], object]) -> Change:
        self._world.steps = STEPS
        live = self._live
        live.changes = changes = Changes()
        try:
            action()
            live.settle()
        except BaseException:
            live.forget()
            raise
        finally:
            if changes.repeats:
                self._nodes.clear()
        return changes.frozen()

    # -- finishing -----------------------------------------------------------------------------

    def _fixed_repeats(self) -> None:
        """A repeat that nobody may add to has one instance at least."""
        for definition in self._definition.nodes:
            if definition.is_repeat and definition.body is not None and definition.body.fixed:
                for series in self._series_of(definition):
                    if not series.instances and not definition.body.count:
                        self._live.add(series, 0, None)

    def _series_of(self, definition: NodeDef) -> Iterator[Series]:
        if definition.parent is None:
            return
        for parent in list(self._live.targets(definition.parent, self._live.root)):
            kid = parent.kids[definition.slot] if isinstance(parent, Branch) else None
            if isinstance(kid, Series):
                yield kid

    def _preload(self) -> None:
        for definition in self._definition.nodes:
            if definition.bind is not None and definition.bind.preload:
                value = at_start(definition.bind, self._environment)
                if value:
                    for leaf in self._leaves_of(definition):
                        self._live.put(leaf, normal(definition.type, value))

    def _leaves_of(self, definition: NodeDef) -> Iterator[Leaf]:
        for found in self._live.targets(definition, self._live.root):
            if isinstance(found, Leaf):
                yield found

    def _meta(self, name: str) -> Leaf:
        """instanceID or deprecatedID: every definition has them."""
        block = next(kid for kid in self._live.root.kids if kid.definition.name.rpartition(":")[2] == "meta")
        assert isinstance(block, Branch)  # noqa: S101
        found = next(kid for kid in block.kids if kid.definition.name.rpartition(":")[2] == name)
        assert isinstance(found, Leaf)  # noqa: S101
        return found

    def _deprecate(self) -> None:
        instance_id, deprecated = self._meta("instanceID"), self._meta("deprecatedID")
        self._live.put(deprecated, instance_id.value)
        self._live.put(instance_id, f"uuid:{self._environment.uuid()}")

    def stamp(self) -> None:
        """Write the time of the end where the form asks for it."""
        for definition in self._definition.nodes:
            if definition.bind is not None and definition.bind.preload:
                value = at_end(definition.bind, self._environment)
                if value:
                    for leaf in self._leaves_of(definition):
                        self._do(lambda leaf=leaf, value=value: self._live.put(leaf, value))  # type: ignore[misc]

    def problems(self) -> tuple[AnswerProblem, ...]:
        self._world.steps = STEPS * 4
        found: list[AnswerProblem] = []
        if isinstance(self._live.root, Leaf):
            return ()
        for node in below(self._live.root):
            if isinstance(node, Leaf) and node.relevant and node.definition.body is not None:
                problem = self._states.problem(node) or self._unlisted(node)
                if problem is not None:
                    found.append(problem)
        return tuple(found)

    def _withheld_answers(self) -> dict[Leaf, str]:
        """The selects of the opened record whose values are no longer offered.

        ODK's engines blank them without a word; here finalising waits until a person has chosen again.
        """
        return {leaf: leaf.value for leaf in self._leaves() if leaf.relevant and leaf.text != leaf.value}

    def _unlisted(self, leaf: Leaf) -> AnswerProblem | None:
        if leaf.text == leaf.value or self._withheld.get(leaf) != leaf.value:
            return None
        return self._states.unlisted(leaf)

    def _leaves(self) -> Iterator[Leaf]:
        if isinstance(self._live.root, Branch):
            yield from leaves(self._live.root)

    def dropped(self) -> tuple[Node, ...]:
        return tuple(
            replace(self._states.of(leaf), value=leaf.value)
            for leaf in self._leaves()
            if leaf.text != leaf.value and answerable(leaf) and not _computed(leaf)
        )

    def draft(self) -> bytes:
        return write(self._live.root, self._definition.namespaces, everything=True)

    def submission_xml(self) -> bytes:
        return write(self._live.root, self._definition.namespaces)

    def finalise(self) -> Submission:
        self.stamp()
        problems = self.problems()
        if problems:
            raise NotReady(problems)
        self._world.steps = STEPS * 4
        numbers = give_numbers(self._live, self._environment, self._do)
        if numbers and (problems := self.problems()):
            raise NotReady(problems)
        entity_versions(self._definition.entities, self._live, self._versions)
        leaf = self._meta("instanceID")
        if not leaf.text:
            self._do(lambda: self._live.put(leaf, f"uuid:{self._environment.uuid()}"))
        sealed = seal_fields(self._live, self._environment)
        return Submission(
            xml=write(self._live.root, self._definition.namespaces, sealed=sealed),
            instance_id=leaf.text,
            form_id=self._form.form_id,
            form_version=self._form.version,
            deprecated_id=self._meta("deprecatedID").text,
            attachments=attachments(self._live.root),
            numbers=numbers,
        )


def _computed(leaf: Leaf) -> bool:
    bind = leaf.definition.bind
    return bind is not None and bool(bind.calculate or bind.preload)


def _child(node: Leaf | Branch, name: str, position: int) -> Leaf | Branch | Series:
    if name.startswith("@"):
        for mark in node.marks:
            if mark.definition.name == name[1:]:
                return mark
        raise LookupError(name)
    definition = node.definition.by_name.get(name)
    if definition is None:
        raise LookupError(name)
    kid = node.kids[definition.slot]
    if not isinstance(kid, Series):
        if position > 1:
            raise LookupError(name)
        return kid  # type: ignore[return-value]
    if position == 0:
        return kid
    if position > len(kid.instances):
        raise LookupError(name)
    return kid.instances[position - 1]


def _flat(body: BodyElement) -> Iterator[BodyElement]:
    """The elements directly inside; a group without a node counts as not there."""
    for element in body.children:
        if element.node is None:
            yield from _flat(element)
        else:
            yield element
