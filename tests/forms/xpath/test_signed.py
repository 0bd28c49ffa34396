"""extract-signed(): what a signed message says, where its signature is the key's."""

from __future__ import annotations

import base64

import pytest
from small_forms import bind, inputs, world, xform

from forms.load import load_form
from sync import crypto

# The key of RFC 8032, section 7.1, TEST 1, over "户籍 42" and over nothing: the signature first, as libsodium puts it.
KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
HOUSEHOLD = "3PjBXCegEVylRpTQYLPDgTsbB78VzkD26PwSzSX2Pgu0yxcRH+zrZPr+4XIYTW07CKpAeN/6x8w7Rz3duRyGA+aIt+exjSA0Mg=="
NOTHING = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw=="
FORM = load_form(
    xform(
        f"<code/><key>{KEY}</key><said/>",
        model=bind("said", calculate="extract-signed(/data/code, /data/key)"),
        body=inputs("code", "key"),
    )
)


def changed(contents: str, at: int) -> str:
    raw = bytearray(base64.b64decode(contents))
    raw[at] ^= 1
    return base64.b64encode(bytes(raw)).decode()


@pytest.mark.parametrize(
    ("code", "key", "said"),
    [
        (HOUSEHOLD, KEY, "户籍 42"),
        (f" {HOUSEHOLD}\n", KEY, "户籍 42"),
        (NOTHING, KEY, ""),
        (changed(HOUSEHOLD, 0), KEY, ""),
        (changed(HOUSEHOLD, 63), KEY, ""),
        (changed(HOUSEHOLD, 64), KEY, ""),
        (HOUSEHOLD, changed(KEY, 3), ""),
        (HOUSEHOLD, "", ""),
        (HOUSEHOLD[:40], KEY, ""),
        ("no base64", KEY, ""),
        ("", KEY, ""),
    ],
)
def test_only_what_the_key_has_signed_is_given(code: str, key: str, said: str) -> None:
    session = FORM.open(world(signed=crypto.foreign))
    session.set("/data/key", key)
    session.set("/data/code", code)
    assert session.node("/data/said").value == said


def test_without_a_verifier_nothing_counts_as_signed() -> None:
    session = FORM.open(world())
    session.set("/data/code", HOUSEHOLD)
    assert session.node("/data/said").value == ""
