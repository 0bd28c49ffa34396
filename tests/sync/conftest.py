from __future__ import annotations

from hub_fixtures import township, village, world

__all__ = ["township", "village", "world"]
