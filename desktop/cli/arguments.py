"""Every command with its arguments, as one table: no use case is imported before it is called.

Words are in `cli.json`: `help.COMMAND`, `example.COMMAND` and `arg.NAME`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from forms.errors import Fault, Kind
from forms.text import Text

ROLES = ("village", "township", "department", "supervisor")
STATES = ("waiting", "sent", "acknowledged", "held", "rejected")


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument; `help` is the key of its words where the name alone is not enough."""

    names: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    help: str = ""

    @property
    def key(self) -> str:
        return f"cli.arg.{self.help or self.names[-1].lstrip('-').replace('-', '_').lower()}"


def arg(*names: str, help: str = "", **settings: Any) -> Arg:
    return Arg(names, settings, help)


@dataclass(frozen=True, slots=True)
class Command:
    """`name` as typed ("record add"), `handler` as module:function inside desktop.cli."""

    name: str
    handler: str
    arguments: tuple[Arg, ...] = ()


FOLDER = arg("folder", metavar="DIR")
NEW_PASSPHRASE = arg("--new-passphrase-file", metavar="FILE")
ANSWERS = arg("--answers", required=True, metavar="FILE")

COMMANDS = (
    Command(
        "try",
        "story:play",
        (arg("--headless", action="store_true"), arg("--out", metavar="DIR", default="out", help="out_story")),
    ),
    Command("form check", "forms:check", (arg("file", metavar="FILE", help="form_file"),)),
    Command(
        "form play",
        "play:play",
        (
            arg("--out", required=True, metavar="DIR", help="out_play"),
            arg("--list", metavar="FILE", help="session_list"),
            arg("--timing", action="store_true"),
            arg("--trace", action="store_true"),
            arg("sessions", nargs="*", metavar="SESSION"),
        ),
    ),
    Command("form list", "forms:list_"),
    Command("form add", "forms:add", (arg("file", metavar="FILE", help="form_file"),)),
    Command("form show", "forms:show", (arg("form", metavar="ID"),)),
    Command(
        "workspace init",
        "workspace:init",
        (
            FOLDER,
            arg("--hub", metavar="URL"),
            arg("--code", metavar="CODE"),
            arg("--enrolment", metavar="FILE"),
            arg("--openrosa", metavar="URL"),
            arg("--login", metavar="NAME"),
            arg("--login-password-file", metavar="FILE"),
            arg("--token-file", metavar="FILE"),
            arg("--ca", metavar="FILE"),
            arg("--role", choices=ROLES),
            arg("--area", metavar="CODE"),
        ),
    ),
    Command("workspace status", "workspace:status"),
    Command("workspace check", "workspace:check", (arg("--salvage", action="store_true"),)),
    Command(
        "workspace user",
        "keeping:user",
        (
            arg("action", choices=("add", "remove", "list"), help="user_action"),
            arg("name", nargs="?", metavar="NAME", help="user_name"),
            NEW_PASSPHRASE,
        ),
    ),
    Command("workspace backup", "keeping:backup", (arg("file", nargs="?", metavar="FILE", help="backup_file"),)),
    Command(
        "workspace restore",
        "keeping:restore",
        (arg("file", metavar="FILE", help="copy_file"), FOLDER, arg("--preview", action="store_true")),
    ),
    Command(
        "workspace recover",
        "keeping:recover",
        (
            arg("--share", action="store_true"),
            arg("--codes", nargs=2, metavar=("A", "B")),
            arg("--ask", metavar="FILE", help="recovery_ask"),
            arg("--answer", metavar="FILE", help="recovery_answer"),
            NEW_PASSPHRASE,
        ),
    ),
    Command("record add", "records:add", (arg("form", metavar="FORM"), ANSWERS)),
    Command(
        "record list",
        "records:list_",
        (
            arg("--form", metavar="FORM"),
            arg("--state", choices=STATES, help="record_state"),
            arg("--since", metavar="TIME"),
            arg("--after", metavar="ID"),
        ),
    ),
    Command("record show", "records:show", (arg("id", metavar="ID", help="instance_id"),)),
    Command("record export", "records:export", (arg("id", metavar="ID", help="instance_id"),)),
    Command(
        "entity list", "entities:list_", (arg("dataset", metavar="DATASET"), arg("--query", metavar="TEXT"))
    ),
    Command("entity show", "entities:show", (arg("uuid", metavar="UUID"),)),
    Command(
        "request list",
        "requests:list_",
        (
            arg("--state", metavar="STATE", help="request_state"),
            arg("--overdue", action="store_true"),
            arg("--department", metavar="CODE"),
            arg("--query", metavar="TEXT"),
        ),
    ),
    Command("request show", "requests:show", (arg("ref", metavar="REF"),)),
    Command("request update", "requests:update", (arg("ref", metavar="REF"), ANSWERS)),
    Command("bundle write", "exchange:bundle_write", (arg("file", metavar="FILE", help="stick_file"),)),
    Command("bundle read", "exchange:bundle_read", (arg("file", metavar="FILE", help="stick_file"),)),
    Command(
        "sync",
        "exchange:sync",
        (arg("--budget", type=int, metavar="BYTES"), arg("--again", action="store_true")),
    ),
    Command(
        "import",
        "importing:import_",
        (
            arg("form", metavar="FORM", help="import_form"),
            arg("file", metavar="FILE.xlsx", help="register"),
            arg("--map", metavar="FILE", help="import_map"),
            arg("--dry-run", action="store_true"),
        ),
    ),
    Command(
        "export",
        "exchange:export",
        (
            arg("what", nargs="?", metavar="requests|residents|households|FORM"),
            arg("--fill", metavar="DEPARTMENT.xlsx", help="fill"),
            arg("--map", metavar="FILE", help="fill_map"),
            arg("--to", required=True, metavar="FILE"),
            arg("--level", choices=("statistics", "handling", "full"), default="handling"),
            arg("--reason", metavar="TEXT"),
            arg("--approver", metavar="NAME"),
            arg("--approver-passphrase-file", metavar="FILE"),
            arg("--since", metavar="DATE", help="since_date"),
            arg("--until", metavar="DATE"),
            arg("--area", metavar="CODE", help="area_only"),
            arg("--columns", metavar="A,B"),
            arg("--choices", choices=("one", "columns"), default="one", help="export_choices"),
            arg("--words", choices=("labels", "names"), default="labels", help="export_words"),
        ),
    ),
    Command("audit verify", "workspace:audit"),
    Command(
        "hub init",
        "hub:init",
        (
            FOLDER,
            arg("--name", required=True, metavar="NAME"),
            arg("--area", required=True, metavar="CODE"),
            arg("--areas", metavar="FILE.csv"),
            arg("--database", metavar="URL"),
        ),
    ),
    Command(
        "hub invite",
        "hub:invite",
        (
            FOLDER,
            arg("--area", required=True, metavar="CODE"),
            arg("--role", required=True, choices=ROLES),
            arg("--department", action="append", default=[], metavar="CODE", help="department_of"),
            arg("--file", metavar="FILE", help="enrolment_out"),
        ),
    ),
    Command(
        "hub serve",
        "hub:serve",
        (
            FOLDER,
            arg("--host", default="127.0.0.1"),
            arg("--port", type=int, default=0),
            arg("--database", metavar="URL"),
            arg("--upstream", metavar="URL"),
            arg("--code", metavar="CODE", help="upstream_code"),
        ),
    ),
    Command(
        "hub recover",
        "keeping:hub_recover",
        (FOLDER, arg("request", metavar="REQUEST"), arg("--to", required=True, metavar="FILE", help="recovery_to")),
    ),
    Command("hub remember", "hub:remember", (FOLDER, arg("--forget", action="store_true"))),
    Command("hub stats", "hub:stats", (FOLDER,)),
    Command("hub backup", "hub_copies:backup", (FOLDER, arg("file", metavar="FILE", help="backup_file"))),
    Command("hub restore", "hub_copies:restore", (arg("file", metavar="FILE", help="hub_copy_file"), FOLDER)),
    Command("hub devices", "hub:devices", (FOLDER,)),
    Command("seal key", "seal:key", (arg("dept", metavar="DEPT", help="department"),)),
    Command(
        "seal announce",
        "seal:announce",
        (
            arg("dept", metavar="DEPT", help="department"),
            arg("recipient", metavar="AGE1..."),
            arg("--to", metavar="FILE", default="departments.csv", help="seal_file"),
        ),
    ),
    Command("hub list", "hub:lists", (FOLDER, arg("file", nargs="+", metavar="FILE", help="hub_list"))),
    Command("hub revoke", "hub:revoke", (FOLDER, arg("device", metavar="DEVICE"))),
    Command(
        "hub bundle",
        "hub_stick:bundle",
        (
            FOLDER,
            arg("action", choices=("read", "write"), help="hub_bundle"),
            arg("file", metavar="FILE", help="stick_file"),
            arg("--for", dest="area", metavar="CODE", help="for"),
        ),
    ),
    Command("hub record", "hub:record", (FOLDER, arg("action", choices=("list", "export", "accept"), help="hub_record"),
                                         arg("id", nargs="?", metavar="ID", help="instance_id"))),
    Command(
        "demo-data",
        "demo:make_data",
        (
            arg("--households", type=int, default=20, metavar="N"),
            arg("--requests", type=int, default=10, metavar="N"),
            arg("--seed", type=int, default=1, metavar="N"),
            arg("--fast", action="store_true"),
        ),
    ),
    Command("doctor", "doctor:run", (arg("--hub", metavar="DIR", help="doctor_hub"),)),
)  # fmt: skip

COMMON = (
    arg("--workspace", metavar="DIR"),
    arg("--json", action="store_true"),
    arg("--user", metavar="NAME"),
    arg("--passphrase-file", metavar="FILE"),
    arg("--now", metavar="ISO"),
    arg("--timezone", metavar="ZONE"),
    arg("--language", choices=("zh", "en")),
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are Faults, so that they leave by the same door as all others.

    Options are written out: a beginning of one would mean another as soon as there are more.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        raise Fault("cli.usage", Kind.USAGE, reason=message, command=self.prog)


class _Version(argparse.Action):
    """Prints the installed version, looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        parser.exit(0, f"hamlet {version('hamlet')}\n")


def parser(text: Text) -> argparse.ArgumentParser:
    """The whole command line in one language."""
    top = Parser(
        prog="hamlet",
        description=text("cli.description"),
        epilog=_example(text, "top"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_common(top, text, top=True)
    top.add_argument("--minimised", action="store_true", help=text("cli.minimised"))
    top.add_argument("--version", action=_Version, nargs=0, help=text("cli.version"))
    groups: dict[str, Any] = {}
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title=text("cli.commands"), parser_class=Parser)
    for command in COMMANDS:
        first, _, second = command.name.partition(" ")
        if second and first not in groups:
            group = commands.add_parser(first, help=text(f"cli.help.{first}"), description=text(f"cli.help.{first}"),
                                        epilog=_example(text, first),
                                        formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
            _add_common(group, text)
            groups[first] = group.add_subparsers(
                dest="action_of", metavar="COMMAND", required=True, parser_class=Parser
            )
        _add(groups[first] if second else commands, command, text)
    return top


def _add(where: Any, command: Command, text: Text) -> None:
    key = command.name.replace(" ", "_").replace("-", "_")
    made = where.add_parser(
        command.name.rpartition(" ")[2],
        help=text(f"cli.help.{key}"),
        description=text(f"cli.help.{key}"),
        epilog=_example(text, key),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for argument in command.arguments:
        made.add_argument(*argument.names, help=text(argument.key), **argument.settings)
    _add_common(made, text)
    made.set_defaults(handler=command.handler, prog=made.prog)


def _add_common(made: argparse.ArgumentParser, text: Text, *, top: bool = False) -> None:
    """The options that every command knows, before or after its name: only the outermost sets defaults."""
    group = made.add_argument_group(text("cli.common"))
    for option in COMMON:
        settings = dict(option.settings)
        if not top:
            settings["default"] = argparse.SUPPRESS
        group.add_argument(*option.names, help=text(option.key), **settings)


def _example(text: Text, key: str) -> str:
    return f"{text('cli.example')}\n  {text(f'cli.example.{key}')}"
