"""The story's hub: a process of its own, so that "down" means down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from forms.errors import Fault, Kind

PATIENCE = 60.0  # seconds until a hub that is told to start has failed


class HubProcess:
    """Commands of `hamlet hub` as processes of this program; the passphrase travels in their environment."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder = folder
        self.url = ""
        self._environment = {**os.environ, "HAMLET_PASSPHRASE": passphrase, "PYTHONIOENCODING": "utf-8"}
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    def create(self, *, name: str, area: str) -> None:
        self._run("init", str(self.folder), "--name", name, "--area", area)

    def invite(self, *, area: str, role: str, department: str = "") -> str:
        """An enrolment code."""
        which = ("--department", department) if department else ()
        return str(self._run("invite", str(self.folder), "--area", area, "--role", role, *which)["code"])

    def records(self) -> list[dict[str, object]]:
        found = self._run("record", str(self.folder), "list")["records"]
        return list(found) if isinstance(found, list) else []

    def start(self) -> None:
        """Listen, from the second time on where it listened before."""
        command = self._command("serve", str(self.folder), "--port", str(self._port))
        self._process = subprocess.Popen(  # noqa: S603 - this program itself
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment, encoding="utf-8"
        )
        first = self._process.stdout.readline() if self._process.stdout is not None else ""
        found = self._object(first)
        self.url = str(found["url"])
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "desktop.main", "hub", *arguments, "--json"]

    def _run(self, *arguments: str) -> dict[str, object]:
        done = subprocess.run(  # noqa: S603 - this program itself
            self._command(*arguments),
            capture_output=True,
            env=self._environment,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        return self._object(done.stdout)

    def _object(self, text: str) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads(text)
        except ValueError:
            raise Fault("story.wrong", Kind.DAMAGED, step="hub", reason=text[:200]) from None
        if "error" in found:
            raise Fault("story.wrong", Kind.DAMAGED, step="hub", reason=found["error"])
        return found
