from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import Village, new_village


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = new_village(tmp_path / "village")
    yield made
    made.store.close()
