"""A PostgreSQL server of its own in a folder, for as long as a block lasts; PostgreSQL itself does not run as root."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

USER = "postgres"


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    server = shutil.which("postgres")
    places = [Path(server).resolve().parent] if server else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return places[-1]


def _as_other(command: Sequence[str]) -> list[str]:
    return ["runuser", "-u", USER, "--", *command] if os.name == "posix" and os.geteuid() == 0 else list(command)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database."""
    programs = _programs()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(place, USER)
        data = place / "data"
        made = [str(programs / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(_as_other(made), check=True, capture_output=True, cwd=folder)
        start = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
        server = subprocess.Popen(_as_other(start), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            _wait(port)
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            stop = [str(programs / "pg_ctl"), "-D", str(data), "-m", "fast", "stop"]
            subprocess.run(_as_other(stop), check=False, capture_output=True, cwd=folder)
            server.wait(30)


def another(url: str, name: str) -> str:
    """The URL of a further empty database on the same server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    return f"{url.rpartition('/')[0]}/{name}"


def _wait(port: int) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(f"postgresql://{USER}@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")
