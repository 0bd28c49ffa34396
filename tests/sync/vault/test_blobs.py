"""Encrypted files: streamed, named by nothing of their content, whole or not there."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from forms.errors import Fault
from sync import crypto
from sync.vault import files
from sync.vault.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs", bytes(32), entropy=os.urandom)


@pytest.mark.parametrize("size", [0, 1, crypto.CHUNK, 200_000])
def test_what_was_written_is_read(blobs: Blobs, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    source = tmp_path / "photo.jpg"
    source.write_bytes(data)
    from_path, from_bytes, from_chunks = blobs.write(source), blobs.write(data), blobs.write([data[:5], data[5:]])
    for blob in (from_path, from_bytes, from_chunks):
        assert b"".join(blobs.read(blob)) == data
        assert (blob.hash, blob.size) == (crypto.digest(data), size)
        assert blobs.check(blob)
    assert len({from_path.name, from_bytes.name, from_chunks.name}) == 3
    for offset in (0, 1, crypto.CHUNK - 1, crypto.CHUNK, 131_072, size):
        assert blobs.read_part(from_path, offset=offset, size=70_000) == data[offset : offset + 70_000]


def test_nothing_readable_lies_on_disk(blobs: Blobs) -> None:
    blobs.write("李大成的照片".encode() * 100)
    files = [path for path in blobs.folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert "李大成".encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_changes_are_detected(blobs: Blobs) -> None:
    data = os.urandom(150_000)
    blob = blobs.write(data)
    path = next(path for path in blobs.folder.rglob("*") if path.is_file())
    sound = path.read_bytes()
    piece = crypto.CHUNK + 16
    swapped = sound[piece : 2 * piece] + sound[:piece] + sound[2 * piece :]
    flipped = bytes([sound[0] ^ 1]) + sound[1:]
    for spoilt in (flipped, swapped, sound[:piece], sound[:-1], sound + b"x", sound[: 2 * piece], b""):
        path.write_bytes(spoilt)
        assert not blobs.check(blob)
        with pytest.raises(Fault, match="damaged"):
            b"".join(blobs.read(blob))
    path.write_bytes(sound)
    assert not blobs.check(replace(blob, hash=bytes(32)))
    assert blobs.check(blob)
    blobs.remove(blob.name)
    blobs.remove(blob.name)
    with pytest.raises(Fault, match="missing"):
        b"".join(blobs.read(blob))


def test_a_write_that_breaks_off_leaves_no_file(blobs: Blobs) -> None:
    def broken() -> Iterator[bytes]:
        yield os.urandom(100_000)
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(Fault, match="disk_full"):
        blobs.write(broken())
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []


def test_sweeping_removes_what_no_row_names(blobs: Blobs) -> None:
    kept, lost = blobs.write(b"kept"), blobs.write(b"lost")
    part = blobs.folder / kept.name[:2] / f"{kept.name}{files.PART}"
    part.write_bytes(b"half")
    written = (blobs.folder / lost.name[:2] / lost.name).stat().st_mtime
    assert blobs.sweep(lambda name: name == kept.name, before=written - 60) == 0
    assert blobs.sweep(lambda name: name == kept.name, before=written + 60) == 2
    assert blobs.check(kept)
    assert not blobs.check(lost)


def test_a_file_that_is_not_there_is_a_fault(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="missing"):
        blobs.write(tmp_path / "none.jpg")


def test_faults_of_the_file_system_have_names(tmp_path: Path) -> None:
    for number, code in (
        (errno.ENOSPC, "vault.disk_full"),
        (errno.EFBIG, "vault.disk_full"),
        (errno.ENOENT, "vault.missing"),
        (errno.EROFS, "vault.unwritable"),
        (errno.EIO, "vault.io"),
    ):
        assert files.fault_of(OSError(number, "x"), tmp_path).code == code
