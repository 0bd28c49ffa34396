"""Whether the program opens when somebody signs in to the computer: what differs between systems for that, here only.

Windows reads a value of the account's own registry, desktops of Linux a file of the XDG autostart folder. Both belong
to one account of the computer and need no right of an administrator.
"""

from __future__ import annotations

import os
import re
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from forms.errors import Fault, Kind
from sync.vault import files

if sys.platform == "win32":
    import subprocess
    import winreg

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
NAME = "Hamlet"
MINIMISED = "--minimised"


@dataclass(frozen=True, slots=True)
class AutoStart:
    """For one workspace: two on one computer each have their own switch. `folder` is where a Linux desktop looks."""

    workspace: Path
    folder: Path

    @property
    def possible(self) -> bool:
        """Whether this system has such a switch that is known here."""
        return sys.platform == "win32" or sys.platform.startswith("linux")

    def is_on(self) -> bool:
        """Whether this workspace opens, by this installation."""
        return self.possible and self._read() == self._wanted()

    def switch(self, *, on: bool) -> None:
        """Faults: office.no_autostart where the system has none; an OSError where it cannot be written."""
        if not self.possible:
            raise Fault("office.no_autostart", Kind.USAGE)
        if on:
            self._write(self._wanted())
        elif self.is_on():
            self._remove()

    def command(self) -> tuple[str, ...]:
        """What starts the window, minimised, without a console beside it."""
        python = Path(sys.executable)
        quiet = python.with_name("pythonw.exe")
        module = () if getattr(sys, "frozen", False) else ("-m", "desktop.main")
        program = str(quiet if quiet.exists() else python)
        return (program, *module, "--workspace", str(self.workspace.resolve()), MINIMISED)

    def _wanted(self) -> str:
        if sys.platform == "win32":
            return subprocess.list2cmdline(self.command())
        words = " ".join(map(_quoted, self.command()))
        return f"[Desktop Entry]\nType=Application\nName={NAME}\nExec={words}\nTerminal=false\n"

    def _read(self) -> str:
        if sys.platform == "win32":
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN) as key:
                    return str(winreg.QueryValueEx(key, self._name)[0])
            except OSError:
                return ""
        try:
            return self._file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _write(self, words: str) -> None:
        if sys.platform == "win32":
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
                winreg.SetValueEx(key, self._name, 0, winreg.REG_SZ, words)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        files.write(self._file, words.encode("utf-8"))

    def _remove(self) -> None:
        if sys.platform == "win32":
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
                winreg.DeleteValue(key, self._name)
            return
        self._file.unlink(missing_ok=True)

    @property
    def _name(self) -> str:
        """One for each workspace."""
        return f"{NAME} {self.workspace.resolve()}"

    @property
    def _file(self) -> Path:
        return self.folder / f"hamlet-{zlib.crc32(str(self.workspace.resolve()).encode()):08x}.desktop"


def _quoted(word: str) -> str:
    """An argument in `Exec`, quoted as the Desktop Entry specification says, then escaped as any of its strings."""
    argument = re.sub(r'([\\"`$])', r"\\\1", word).replace("%", "%%")
    return '"' + argument.replace("\\", "\\\\") + '"'


def autostart_folder() -> Path:
    """The XDG autostart folder of this account; unused on Windows."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autostart"
