"""Language, size and theme outlive the window; a damaged file is no obstacle."""

from pathlib import Path

import pytest

from desktop.pages.keeping.preferences import PreferenceFile, Preferences


def test_what_was_chosen_comes_back(tmp_path: Path) -> None:
    file = PreferenceFile(tmp_path / "deep" / "window.json")
    file.write(Preferences("en", "dark", 18))
    assert file.read() == Preferences("en", "dark", 18)


@pytest.mark.parametrize("said", ["", "[]", "{", '{"size": "big"}', '{"size": null}'])
def test_a_damaged_file_gives_what_is_usual(tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAMLET_LANGUAGE", "zh")
    (tmp_path / "window.json").write_text(said, "utf-8")
    assert PreferenceFile(tmp_path / "window.json").read() == Preferences("zh")


def test_sizes_and_names_out_of_range_are_put_right(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"language": "xx", "look": "neon", "size": 400}', "utf-8")
    assert PreferenceFile(tmp_path / "window.json").read() == Preferences("zh", "light", 44)
