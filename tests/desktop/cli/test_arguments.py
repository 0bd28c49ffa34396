"""The command line itself: help with an example for each command in both languages, options anywhere, statuses."""

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from desktop.cli.arguments import COMMANDS, parser
from desktop.cli.frame import guarded, run
from desktop.cli.invocation import clock_of
from desktop.cli.language import language_of
from desktop.cli.output import Output, table
from desktop.main import main
from forms.errors import Fault, Kind
from forms.text import LANGUAGES, Text

ALL = sorted({command.name for command in COMMANDS} | {command.name.split()[0] for command in COMMANDS})


@pytest.fixture
def out() -> Output:
    return Output(Text("en"), json=True, to=io.StringIO(), messages=io.StringIO())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ALL)
def test_help_has_an_example(command: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parser(Text(language)).parse_args([*command.split(), "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert Text(language)("cli.example") in shown
    example = shown.rpartition(Text(language)("cli.example"))[2].split()
    assert example[0] == "hamlet"
    assert " ".join(example[1:]).startswith(command)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_examples_are_commands(command: object) -> None:
    """What help says can be typed."""
    key = command.name.replace(" ", "_").replace("-", "_")  # type: ignore[attr-defined]
    words = Text("en")(f"cli.example.{key}").partition(" > ")[0].split()
    made = parser(Text("en")).parse_args(words[1:])
    assert made.handler == command.handler  # type: ignore[attr-defined]


def test_options_stand_before_or_after_the_command() -> None:
    top = parser(Text("en"))
    for words in (
        ["--workspace", "w", "--json", "record", "list"],
        ["record", "--workspace", "w", "list", "--json"],
        ["record", "list", "--json", "--workspace", "w"],
    ):
        args = top.parse_args(words)
        assert (args.workspace, args.json, args.user) == ("w", True, None)


def test_every_handler_exists() -> None:
    from importlib import import_module

    for command in COMMANDS:
        module, _, name = command.handler.partition(":")
        if command.name != "try":
            assert callable(getattr(import_module(f"desktop.cli.{module}"), name)), command.name


def test_wrong_usage_is_two_and_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["record", "--json"]) == 2
    shown = capsys.readouterr()
    assert set(json.loads(shown.out)["error"]) == {"code", "message", "remedy"}
    assert shown.err


@pytest.mark.parametrize("kind", Kind)
def test_a_fault_is_its_kind(out: Output, kind: Kind) -> None:
    def work() -> int:
        raise Fault("cli.needs", kind, what="x")

    assert guarded(out, work) == kind.value


def test_a_full_disk_a_missing_file_and_a_bug_have_words(out: Output) -> None:
    for problem, code in (
        (OSError(28, "No space left on device", "x.xlsx"), "cli.disk_full"),
        (PermissionError(13, "Permission denied", "x.xlsx"), "cli.file"),
        (RuntimeError("with a person's name in it"), "cli.ours"),
    ):

        def work(problem: Exception = problem) -> int:
            raise problem

        assert guarded(out, work) == 1
        assert isinstance(out.to, io.StringIO)
        error = json.loads(out.to.getvalue().splitlines()[-1])["error"]
        assert error["code"] == code
        assert "person" not in json.dumps(error)


@pytest.mark.parametrize(
    ("argv", "environment", "language"),
    [
        (["--language", "zh"], {"HAMLET_LANGUAGE": "en"}, "zh"),
        (["--language=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"HAMLET_LANGUAGE": "zh"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language(argv: list[str], environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HAMLET_LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(argv) == language


def test_the_clock_can_be_fixed() -> None:
    args = argparse.Namespace(now="2026-11-21T10:41:00", timezone="Asia/Shanghai")
    assert clock_of(args).utc() == "2026-11-21T02:41:00.000Z"
    args = argparse.Namespace(now="2026-11-21T10:41:00Z", timezone="Asia/Shanghai")
    assert clock_of(args).now().hour == 18
    for bad in ({"now": "yesterday", "timezone": None}, {"now": None, "timezone": "Nowhere/None"}):
        with pytest.raises(Fault):
            clock_of(argparse.Namespace(**bad))


def test_days_and_moments_are_meant_where_the_clock_is() -> None:
    clock = clock_of(argparse.Namespace(now="2026-11-21T10:41:00", timezone="Asia/Shanghai"))
    assert clock.meant("2026-11-20") == "2026-11-19T16:00:00.000Z"
    assert clock.meant("2026-11-20T08:00:00Z") == "2026-11-20T08:00:00.000Z"
    with pytest.raises(ValueError, match="yesterday"):
        clock.meant("yesterday")


@pytest.mark.parametrize("words", [["record", "list", "--js"], ["--work", "w", "form", "list"], ["try", "--head"]])
def test_options_are_written_out(words: list[str]) -> None:
    with pytest.raises(Fault):
        parser(Text("en")).parse_args(words)


def test_tables_align_wide_letters() -> None:
    assert table([("路灯", "x"), ("ab", "y")]) == "路灯  x\nab    y"


@pytest.fixture
def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop.app", None)


@pytest.mark.usefixtures("no_window")
def test_without_qt_the_window_says_so_and_help_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert Text(language_of([]))("cli.no_window") in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--help"])


def test_help_imports_neither_qt_nor_the_store() -> None:
    """`hamlet --help` answers at once: it loads what it prints."""
    import subprocess

    code = "import sys, desktop.cli.frame as f, forms.text as t; f.parse([], t.Text('en')); print(*sys.modules)"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    loaded = set(done.stdout.split())
    assert not {
        name for name in loaded if name.split(".")[0] in ("PySide6", "sqlalchemy", "lxml", "pyxform", "requests")
    }
