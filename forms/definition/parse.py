"""XForm XML -> Definition: structure only; expressions are read by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from forms.api import FormFault, FormProblem, Severity
from forms.definition.binds import KNOWN_TYPES, bind_of, merged
from forms.definition.body import ACTIONS, BodyReader, action_of
from forms.definition.instance import InstanceReader, content_of, elements, seed_of
from forms.definition.model import ActionDef, Bind, BodyElement, EntityDef, FlatList, NodeDef, SecondaryInstance, Seed
from forms.definition.names import JAVAROSA, OPENROSA, absolute
from forms.definition.texts import Itext, itext_of, outputs_of
from forms.definition.unsupported import answers
from forms.xml import Element, XmlFault, local, parse


@dataclass(slots=True, eq=False)
class Definition:
    """A form as written. `namespaces` are those of the primary instance by prefix ("" the default)."""

    form_id: str
    version: str
    title: str
    root: NodeDef
    nodes: list[NodeDef]
    by_path: dict[str, NodeDef]
    seed: Seed
    body: BodyElement
    itext: Itext
    instances: dict[str, SecondaryInstance]
    actions: list[ActionDef]
    entities: list[EntityDef]
    namespaces: dict[str, str] = field(default_factory=dict)
    problems: list[FormProblem] = field(default_factory=list)
    outputs: dict[str, set[str]] = field(default_factory=dict)  # by text, the expressions in it, whatever the language


def problem(code: str, /, **values: object) -> FormProblem:
    return FormProblem(Severity.ERROR, code, values)


def warning(code: str, /, **values: object) -> FormProblem:
    return FormProblem(Severity.WARNING, code, values)


def define(xform: bytes, *, name: str = "") -> Definition:
    """The definition of an XForm. Raises FormFault."""
    return _reader(xform, name).read()


def version_in(xform: bytes, *, name: str = "") -> str:
    """The version that an XForm gives itself, without reading the rest of it. Raises FormFault."""
    return _version(_reader(xform, name).instances()[0])


def _reader(xform: bytes, name: str) -> _Reader:
    try:
        document = parse(xform)
    except XmlFault as fault:
        raise FormFault([problem(fault.code.removeprefix("forms."), **fault.values)], name=name) from fault
    model = next(document.iter("{*}model"), None)
    body = next((e for e in document if local(str(e.tag)) == "body"), None)
    if model is None or body is None:
        raise FormFault([problem("not_a_form")], name=name)
    return _Reader(document, model, body, name)


def _version(primary: Element) -> str:
    return str(primary.get("version") or primary.get(f"{{{JAVAROSA}}}version") or "")


class _Reader:
    def __init__(self, document: Element, model: Element, body: Element, name: str) -> None:
        self.document = document
        self.model = model
        self.body = body
        self.name = name
        self.problems: list[FormProblem] = []

    def children(self, name: str) -> Iterator[Element]:
        return (e for e in self.model if isinstance(e.tag, str) and local(e.tag) == name)

    def read(self) -> Definition:
        primary, *others = self.instances()
        namespaces = _namespaces(primary)
        binds, by_id = self.read_binds(f"/{_name(primary)}")
        reader = InstanceReader(self.repeat_paths(by_id, f"/{_name(primary)}"))
        root = reader.read(primary)
        _meta_block(reader, root, namespaces)
        by_path = {definition.path: definition for definition in reversed(reader.nodes)}
        self.attach(binds, by_path)
        actions = [action_of(e, root.path) for e in self.model if local(str(e.tag)) in ACTIONS]
        body = self.read_body(BodyReader(by_path.get, by_id, actions), root)
        self.refuse(answers(self.document, self.model, self.body, binds))
        translations = [t for e in self.children("itext") for t in elements(e)]
        return Definition(
            form_id=str(primary.get("id") or _namespace_id(primary) or root.name),
            version=_version(primary),
            title=next((str(e.text or "") for e in self.document.iter("{*}title")), "").strip(),
            root=root,
            nodes=reader.nodes,
            by_path=by_path,
            seed=seed_of(primary),
            body=body,
            itext=itext_of(translations),
            instances=self.secondary(others),
            actions=actions,
            entities=_entities(reader.nodes, primary),
            namespaces=namespaces,
            problems=self.problems,
            outputs=outputs_of(translations),
        )

    def instances(self) -> list[Element]:
        """The root of the primary instance, then the secondary instances."""
        found = list(self.children("instance"))
        if not found or not (inside := elements(found[0])):
            raise FormFault([problem("no_instance")], name=self.name)
        return [inside[0], *found[1:]]

    def read_body(self, reader: BodyReader, root: NodeDef) -> BodyElement:
        top = BodyElement("group", root, children=reader.read(self.body, root.path))
        self.problems += [problem("no_such_node", path=path, where="body") for path in reader.unresolved]
        return top

    def refuse(self, told: Iterable[FormProblem]) -> None:
        """Note problems; errors stop here."""
        self.problems += told
        errors = [p for p in self.problems if p.severity is Severity.ERROR]
        if errors:
            raise FormFault(errors, name=self.name)

    def read_binds(self, root: str) -> tuple[dict[str, Bind], dict[str, str]]:
        binds: dict[str, Bind] = {}
        by_id: dict[str, str] = {}
        for element in self.children("bind"):
            bind = bind_of(element, root)
            if bind.type not in KNOWN_TYPES:
                self.problems.append(warning("unknown_type", path=bind.path, type=bind.type))
                bind.type = "string"
            binds[bind.path] = merged(binds[bind.path], bind) if bind.path in binds else bind
            if element.get("id"):
                by_id[str(element.get("id"))] = bind.path
        return binds, by_id

    def attach(self, binds: dict[str, Bind], by_path: dict[str, NodeDef]) -> None:
        for path, bind in binds.items():
            definition = by_path.get(path)
            if definition is None:
                self.problems.append(warning("no_such_node", path=path, where="bind"))
            else:
                definition.bind = bind

    def repeat_paths(self, by_id: dict[str, str], root: str) -> set[str]:
        found: set[str] = set()

        def visit(element: Element, context: str) -> None:
            for child in elements(element):
                reference = str(child.get("ref") or child.get("nodeset") or "")
                bound = by_id.get(str(child.get("bind") or ""))
                path = bound or (absolute(reference, context) if reference else context)
                name = local(str(child.tag))
                if name == "repeat":
                    found.add(path)
                if name in ("group", "repeat"):
                    visit(child, path)

        visit(self.body, root)
        return found

    def secondary(self, instances: list[Element]) -> dict[str, SecondaryInstance]:
        found: dict[str, SecondaryInstance] = {}
        for element in instances:
            identifier, source = str(element.get("id") or ""), str(element.get("src") or "")
            found.setdefault(identifier, SecondaryInstance(identifier, source, partial(_content, element, source)))
        return found


def _content(instance: Element, source: str) -> FlatList | Seed | None:
    content = elements(instance)
    return content_of(content[0]) if content and not source else None


def _meta_block(reader: InstanceReader, root: NodeDef, namespaces: dict[str, str]) -> None:
    """Places for instanceID and deprecatedID where the form has none: finalising and editing fill them in.

    A block of our own is in OpenRosa's namespace, as ODK XForms, Metadata, recommends.
    """
    meta = next((child for child in root.children if child.name.rpartition(":")[2] == "meta"), None)
    if meta is None:
        namespaces.setdefault("orx", OPENROSA)
        meta = reader.add(root, "orx:meta" if namespaces["orx"] == OPENROSA else "meta")
        meta.synthetic = True
    names = {child.name.rpartition(":")[2]: child.name for child in meta.children}
    prefix = names.get("instanceID", meta.name).rpartition(":")[0]
    for name in ("instanceID", "deprecatedID"):
        if name not in names:
            reader.add(meta, f"{prefix}:{name}" if prefix else name).synthetic = True


def _name(element: Element) -> str:
    tag = local(str(element.tag))
    return f"{element.prefix}:{tag}" if element.prefix else tag


def _namespace_id(element: Element) -> str:
    tag = str(element.tag)
    uri = tag[1:].partition("}")[0] if tag.startswith("{") else ""
    return "" if uri == "http://www.w3.org/2002/xforms" else uri


def _namespaces(primary: Element) -> dict[str, str]:
    """Prefixes that names inside the instance use, and the default namespace unless it is XForms' own."""
    used: dict[str, str] = {}
    for element in primary.iter():
        names = [element.tag, *(str(key) for key in element.attrib)]
        uris = {name[1:].partition("}")[0] for name in names if name.startswith("{")}
        for prefix, uri in element.nsmap.items():
            if uri in uris and prefix:
                used.setdefault(prefix, uri)
    own = _namespace_id(primary)
    if own and not primary.prefix:
        used[""] = own
    return used


def _entities(nodes: list[NodeDef], primary: Element) -> list[EntityDef]:
    found: list[EntityDef] = []
    datasets = {
        _path_of(element, primary): str(element.get("dataset") or "")
        for element in primary.iter("{*}entity")
        if element.get("dataset") is not None
    }
    for node in nodes:
        dataset = datasets.get(node.path)
        meta = node.parent
        if dataset is None or meta is None or meta.parent is None or any(e.node is node for e in found):
            continue
        creates = node.attribute("create") is not None
        updates = node.attribute("update") is not None
        found.append(EntityDef(dataset, meta.parent, node, creates, updates))
    return found


def _path_of(element: Element, primary: Element) -> str:
    parts = [_name(element)]
    while element is not primary:
        above = element.getparent()
        if above is None:
            break
        element = above
        parts.append(_name(element))
    return "/" + "/".join(reversed(parts))
