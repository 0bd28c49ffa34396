"""The folder of reference forms and data that some tests read: HAMLET_SHARED, by default beside the repository."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("HAMLET_SHARED") or Path(__file__).resolve().parents[3] / "shared")
