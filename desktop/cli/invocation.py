"""One call of the command line: its arguments, words, clock and output, and the unlocked workspace that it works on."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop.cli.output import Output
from desktop.services.api import Desk
from desktop.services.clock import CHINA, Clock, fixed
from desktop.services.keeping.workspace import OpenWorkspace, default_folder, open_workspace
from desktop.services.office import unattended
from forms.errors import Fault, Kind


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a command's function is given."""

    args: argparse.Namespace
    out: Output
    clock: Clock

    @property
    def language(self) -> str:
        return self.out.text.language

    def folder(self) -> Path:
        """The workspace's folder: as given, from HAMLET_WORKSPACE, or the platform's user data folder."""
        given = self.args.workspace or os.environ.get("HAMLET_WORKSPACE")
        if given:
            return Path(given)
        return default_folder()

    def passphrase(self, *, new: bool = False) -> str:
        """From --passphrase-file, HAMLET_PASSPHRASE or a prompt; never an argument."""
        given = self._given()
        return self.asked(new=new) if given is None else given

    def hub_passphrase(self, folder: Path) -> str:
        """Alike; before anybody is asked, what systemd or the system's keyring holds for the hub in `folder`."""
        given = self._given()
        if given is None:
            given = unattended.recall(folder)
        return self.asked(new=False) if given is None else given

    def _given(self) -> str | None:
        if self.args.passphrase_file:
            return read_passphrase(Path(self.args.passphrase_file))
        return os.environ.get("HAMLET_PASSPHRASE")

    def asked(self, *, new: bool) -> str:
        """From a prompt alone; a new one is asked twice."""
        if not sys.stdin.isatty():
            raise Fault("cli.no_passphrase", Kind.USAGE)
        asked = getpass.getpass(self.out.text("cli.passphrase"))
        if new and getpass.getpass(self.out.text("cli.passphrase_again")) != asked:
            raise Fault("cli.passphrases_differ", Kind.USAGE)
        return asked

    def moment(self, written: str) -> str:
        """A day or moment on the command line as records keep moments."""
        try:
            return self.clock.meant(written)
        except ValueError:
            raise Fault("cli.date", Kind.USAGE, day=written) from None

    @contextmanager
    def workspace(self) -> Iterator[OpenWorkspace]:
        opened = open_workspace(
            self.folder(), passphrase=self.passphrase(), user=self.args.user or "", clock=self.clock
        )
        try:
            yield opened
        finally:
            opened.lock()

    @contextmanager
    def desk(self, *, writer: bool = False) -> Iterator[Desk]:
        with self.workspace() as opened:
            desk = opened.desk(writer=writer, language=self.language)
            try:
                yield desk
            finally:
                desk.close()


def read_passphrase(file: Path) -> str:
    """The first line of the file without its line end."""
    try:
        return file.read_text("utf-8-sig").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        raise Fault("cli.passphrase_file", Kind.USAGE, file=str(file)) from None


def clock_of(args: argparse.Namespace) -> Clock:
    """The machine's clock, or the one that --now and --timezone fix."""
    zone: ZoneInfo = CHINA
    if args.timezone:
        try:
            zone = ZoneInfo(args.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise Fault("cli.timezone", Kind.USAGE, zone=args.timezone) from None
    if not args.now:
        return Clock(zone=zone)
    try:
        clock = fixed(args.now.replace("Z", "+00:00"), zone=zone)
    except ValueError:
        raise Fault("cli.now", Kind.USAGE, now=args.now) from None
    return Clock(zone=zone, instant=lambda: clock.instant().astimezone(UTC))
