"""The program as its users meet it: a process with arguments, a passphrase in its environment, and two streams."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from desktop.main import main

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "four plain offered words"
TOWNSHIP, VILLAGE, OTHER = "990621101", "990621101202", "990621101201"


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Program:
    """`hamlet` with a folder to work in; `workspace` is put into every call that has one."""

    home: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False

    def environment(self, passphrase: str | None = PASSPHRASE) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HAMLET_")}
        kept |= {"PYTHONPATH": str(ROOT), "HOME": str(self.home), "HAMLET_LANGUAGE": "en", "PYTHONWARNINGS": "default"}
        if passphrase is not None:
            kept["HAMLET_PASSPHRASE"] = passphrase
        return {**kept, **self.extra}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "desktop.main", *arguments]

    def run(self, *arguments: str, stdin: bytes = b"", passphrase: str | None = PASSPHRASE) -> Done:
        """One command; in this process unless `outside`, which takes a second longer."""
        if not self.outside:
            return self._inside(arguments, stdin, passphrase)
        done = subprocess.run(
            self.command(*arguments),
            input=stdin,
            capture_output=True,
            env=self.environment(passphrase),
            cwd=self.home,
            timeout=240,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def _inside(self, arguments: tuple[str, ...], stdin: bytes, passphrase: str | None) -> Done:
        streams = [io.BytesIO(stdin), io.BytesIO(), io.BytesIO()]
        texts = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in streams]
        names = ("stdin", "stdout", "stderr")
        patches = [mock.patch.object(sys, name, text) for name, text in zip(names, texts, strict=True)]
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(os.environ, self.environment(passphrase), clear=True))
            stack.enter_context(contextlib.chdir(self.home))
            for patch in patches:
                stack.enter_context(patch)
            code = main(arguments)
        return Done(code, streams[1].getvalue(), streams[2].getvalue().decode())

    def ask(self, *arguments: str, stdin: bytes = b"") -> Any:
        """The JSON object of a command that ends well."""
        done = self.run(*arguments, "--json", stdin=stdin)
        assert done.code == 0, (arguments, done)
        return done.json

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments), env=self.environment(), cwd=self.home, stdout=subprocess.PIPE, **options
        )

    @contextmanager
    def serving(self, folder: Path, *, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """A hub that serves while the block lasts; gives its address and process."""
        process = self.start("hub", "serve", str(folder), "--port", str(port), "--json")
        assert process.stdout is not None
        try:
            first = json.loads(process.stdout.readline())
            assert first["pid"] == process.pid
            yield first["url"], process
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()

    @contextmanager
    def hub(self, folder: Path, *, port: int = 0) -> Iterator[str]:
        with self.serving(folder, port=port) as (url, _):
            yield url

    def make_hub(self, folder: Path) -> None:
        self.ask("hub", "init", str(folder), "--name", "Liulin", "--area", TOWNSHIP)

    def enrol(self, hub: Path, url: str, folder: Path, *, area: str, role: str, user: str = "wang") -> None:
        code = self.ask("hub", "invite", str(hub), "--area", area, "--role", role)["code"]
        self.ask("workspace", "init", str(folder), "--hub", url, "--code", code, "--user", user)


@dataclass(frozen=True, slots=True)
class World:
    """A hub that runs, and two workspaces enrolled at it."""

    program: Program
    hub: Path
    url: str
    township: Path
    village: Path
    server: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the hub's process; another may then listen where it did."""
        self.server.kill()
        self.server.wait()


HOUSEHOLD = {
    "where": {"area": "99062110120201", "house_no": "1号", "head_name": "王建国", "has_phone": "no"},
    "people": {"registered": 2, "living": 2},
    "member": [{"name": "王建国", "sex": "m", "relation": "head"}],
}


def request(resident: str, said: str = "小学路口的路灯不亮了") -> dict[str, Any]:
    return {
        "who": {"requester": "person", "resident": resident},
        "what": {"matter": "H05", "description": said},
        "tell_by": "face",
    }


def jsonl(answers: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in answers).encode()
