"""Forms that somebody added here and that the hub has not heard of yet."""

from __future__ import annotations

import json

from sync.store.api import FormSource, Store

SETTING = "unpublished_forms"


def note(store: Store, form_id: str, version: str) -> None:
    """Remember that a form is to be published with the next hand-over."""
    _put(store, sorted({*_keys(store), f"{form_id}/{version}"}))


def waiting(store: Store) -> tuple[FormSource, ...]:
    found = (store.forms.get(*key.rsplit("/", 1)) for key in _keys(store))
    return tuple(form for form in found if form is not None)


def settle(store: Store, keys: frozenset[str]) -> None:
    """The hub has decided on these."""
    _put(store, [key for key in _keys(store) if key not in keys])


def _keys(store: Store) -> list[str]:
    keys: list[str] = json.loads(store.settings.get(SETTING, "[]"))
    return keys


def _put(store: Store, keys: list[str]) -> None:
    store.settings.put(SETTING, json.dumps(keys))
