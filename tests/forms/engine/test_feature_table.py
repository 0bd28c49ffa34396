"""The table of features in the documentation is what the registries and tests say today."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_is_without_a_test() -> None:
    module = runpy.run_path(str(ROOT / "tools" / "feature_table.py"))
    assert module["table"]().endswith("## Without a test\n\nNothing.\n")


def test_it_is_up_to_date() -> None:
    module = runpy.run_path(str(ROOT / "tools" / "feature_table.py"))
    assert (ROOT / "docs" / "features.md").read_text("utf-8") == module["table"](), "run tools/feature_table.py"
