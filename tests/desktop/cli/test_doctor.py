"""`doctor`: each finding has words, a status, and what is wrong is 1."""

import json
import os
from pathlib import Path

import pytest
from hub_world import PASSPHRASE as HUB_PASSPHRASE
from hub_world import make_world
from service_world import PASSPHRASE, workspace

from desktop.main import main
from desktop.services.office.at_rest import on_encrypted_disk
from forms.text import LANGUAGES, Text

NAMES = {"program", "python", "packages", "cipher", "qt", "fonts", "workspace", "space", "clock"}


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, dict[str, object]]]:
    capsys.readouterr()
    code = main(["doctor", "--json", *words])
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"ok", "checks"}
    assert found["ok"] == (code == 0) == all(each["ok"] for each in found["checks"])
    for each in found["checks"]:
        assert set(each) == {"name", "ok", "value"}
        assert all(Text(language)(f"services.doctor_{each['name']}") for language in LANGUAGES)
    return code, {each["name"]: each for each in found["checks"]}


def test_a_workspace_is_looked_into_where_a_passphrase_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HAMLET_PASSPHRASE", raising=False)
    here = ("--workspace", str(tmp_path / "w"))
    code, found = asked(capsys, *here)
    assert (code, set(found), found["workspace"]["ok"]) == (1, NAMES, False)
    workspace(tmp_path / "w").lock()
    _, found = asked(capsys, *here)
    assert (set(found), found["workspace"]["ok"], found["cipher"]["ok"]) == (NAMES, True, True)
    monkeypatch.setenv("HAMLET_PASSPHRASE", PASSPHRASE)
    _, found = asked(capsys, *here)
    assert (set(found) - NAMES, found["unlock"]["ok"]) == ({"unlock", "hub"}, True)
    monkeypatch.setenv("HAMLET_PASSPHRASE", "not the right one at all")
    code, found = asked(capsys, *here)
    assert (code, found["unlock"]["value"]) == (1, "vault.wrong_passphrase")


def test_a_hub_in_its_folder_is_encrypted_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_world(tmp_path / "hub").hub.close()
    monkeypatch.setenv("HAMLET_PASSPHRASE", HUB_PASSPHRASE)
    _, found = asked(capsys, "--hub", str(tmp_path / "hub"))
    assert found["at_rest"]["ok"]
    assert str(found["at_rest"]["value"]).startswith("SQLCipher")


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """Where devices stand as sysfs shows them."""
    return tmp_path / "block"


def device(devices: Path, name: str, *, uuid: str = "", below: tuple[str, ...] = ()) -> Path:
    node = devices / name
    (node / "slaves").mkdir(parents=True)
    if uuid:
        (node / "dm").mkdir()
        (node / "dm" / "uuid").write_text(f"{uuid}\n")
    for each in below:
        (node / "slaves" / each).symlink_to(devices / each)
    return node


@pytest.mark.skipif(not hasattr(os, "major"), reason="devices have no such numbers there")
@pytest.mark.parametrize(
    ("own", "below", "encrypted"),
    [
        ("CRYPT-LUKS2-x", {}, True),
        ("LVM-x", {"one": "CRYPT-LUKS2-a", "two": "CRYPT-LUKS2-b"}, True),
        ("LVM-x", {"one": "CRYPT-LUKS2-a", "two": ""}, False),
        ("", {}, False),
    ],
)
def test_a_disk_is_encrypted_when_all_below_it_is(
    tmp_path: Path, devices: Path, own: str, below: dict[str, str], encrypted: bool
) -> None:
    number = os.stat(tmp_path).st_dev
    for name, uuid in below.items():
        device(devices, name, uuid=uuid)
    device(devices, f"{os.major(number)}:{os.minor(number)}", uuid=own, below=tuple(below))
    assert on_encrypted_disk(tmp_path, devices=devices) is encrypted
    assert on_encrypted_disk(tmp_path, devices=tmp_path / "none") is None
    assert on_encrypted_disk(tmp_path / "nowhere", devices=devices) is None
