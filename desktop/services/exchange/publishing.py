"""Forms that somebody added here and that the hub has not heard of yet."""

from __future__ import annotations

import json

from sync.store.api import FormSource, Store

SETTING = "unpublished_forms"
BROUGHT = "brought_forms"


def note(store: Store, form_id: str, version: str) -> None:
    """Remember that a form is to be published with the next hand-over."""
    _put(store, SETTING, sorted({*_keys(store), f"{form_id}/{version}"}))


def waiting(store: Store) -> tuple[FormSource, ...]:
    return _sources(store, _keys(store))


def brought(store: Store) -> tuple[FormSource, ...]:
    """What this workspace has brought its hub at any time: one that was put back to an earlier time gets it again."""
    return _sources(store, _keys(store, BROUGHT))


def settle(store: Store, *, published: frozenset[str], refused: frozenset[str]) -> None:
    """The hub has decided on these."""
    _put(store, BROUGHT, sorted({*_keys(store, BROUGHT), *published}))
    _put(store, SETTING, [key for key in _keys(store) if key not in published | refused])


def _sources(store: Store, keys: list[str]) -> tuple[FormSource, ...]:
    found = (store.forms.get(*key.rsplit("/", 1)) for key in keys)
    return tuple(form for form in found if form is not None)


def _keys(store: Store, setting: str = SETTING) -> list[str]:
    keys: list[str] = json.loads(store.settings.get(setting, "[]"))
    return keys


def _put(store: Store, setting: str, keys: list[str]) -> None:
    store.settings.put(setting, json.dumps(keys))
