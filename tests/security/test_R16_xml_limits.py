"""R16: XML from anywhere can neither reach out nor exhaust the machine; it is refused with a clear reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from small_forms import inputs, opened, xform

from forms import submission
from forms.api import FormFault, Mode
from forms.errors import Fault
from forms.load import load_form
from forms.rows import read_xml
from forms.text import Text
from forms.xml import MAX_BYTES, MAX_DEPTH, MAX_NODES, XmlFault, parse

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">]><data id="x">&g;</data>"""
BOMBS = {
    "entities within entities": (LAUGHS, "forms.xml_doctype"),
    "a document type": (b'<!DOCTYPE data SYSTEM "http://example.invalid/x.dtd"><data id="x"/>', "forms.xml_doctype"),
    "one huge file": (b"<data>" + b" " * MAX_BYTES + b"</data>", "forms.xml_too_large"),
    "too many elements": (b"<data>" + b"<a/>" * MAX_NODES + b"</data>", "forms.xml_too_many"),
    "nested too deeply": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "forms.xml_too_deep"),
    "nested beyond any stack": (b"<a>" * 100_000 + b"</a>" * 100_000, "forms.xml_malformed"),
    "cut off": (b"<data><a>", "forms.xml_malformed"),
    "nothing": (b"", "forms.xml_malformed"),
    "no xml": (b"\x89PNG\r\n", "forms.xml_malformed"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_with_a_reason(name: str) -> None:
    content, code = BOMBS[name]
    with pytest.raises(XmlFault) as raised:
        parse(content)
    assert raised.value.code in (code, "forms.xml_malformed")  # libxml2 itself sees some of them first
    for language in ("zh", "en"):
        assert raised.value.message(Text(language))
        assert raised.value.remedy(Text(language))


@pytest.mark.parametrize("name", BOMBS)
def test_every_entrance_refuses_them(name: str) -> None:
    content, _ = BOMBS[name]
    form = load_form(xform("<a/>", body=inputs("a")))
    session = opened(form)
    for entrance in (
        lambda: load_form(content),
        lambda: submission.read(content),
        lambda: read_xml(content),
        lambda: form.open(session._environment, instance=content, mode=Mode.RESTORE),
    ):
        with pytest.raises((Fault, FormFault)):
            entrance()


def test_files_of_this_machine_stay_unread(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    content = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><d id="f">&x;</d>'.encode()
    with pytest.raises(XmlFault):
        parse(content)


@pytest.mark.parametrize("parse_as", ["text", "xml"])
def test_nothing_is_included_from_elsewhere(tmp_path: Path, parse_as: str) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<a>top secret</a>")
    include = f'<xi:include href="{secret.as_uri()}" parse="{parse_as}"/>'
    content = f'<d id="f" xmlns:xi="http://www.w3.org/2001/XInclude"><a>{include}</a></d>'.encode()
    assert "top secret" not in "".join(parse(content).itertext())
    assert "top secret" not in repr(submission.read(content))
    form = xform("<a/>", body=inputs("a")).replace(b"<a/>", f"<a>{include}</a>".encode())
    with pytest.raises((Fault, FormFault)):
        load_form(form.replace(b"<h:html", b'<h:html xmlns:xi="http://www.w3.org/2001/XInclude"'))


BOUNDED = """
import resource, sys
sys.path[:0] = {paths!r}
import test_R16_xml_limits as me
from forms.xml import parse
before = resource.getrusage(resource.RUSAGE_SELF)
for content, _ in me.BOMBS.values():
    try:
        parse(content)
    except me.XmlFault:
        pass
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_maxrss - before.ru_maxrss, after.ru_utime - before.ru_utime)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts in kilobytes there")
def test_all_bombs_together_stay_within_the_bounds_of_one() -> None:
    """200 MB and a second of the processor for one; all of them one after the other take less."""
    here = Path(__file__).resolve().parent
    paths = [str(here), str(here.parent / "support"), str(here.parents[1])]
    code = BOUNDED.format(paths=paths)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kilobytes, seconds = done.stdout.split()
    assert int(kilobytes) < 200_000
    assert float(seconds) < len(BOMBS)


def test_processing_instructions_and_comments_say_nothing() -> None:
    root = parse(b'<?xml-stylesheet href="x"?><d><!-- c --><?php echo ?><a>1</a></d>')
    assert [child.tag for child in root] == ["a"]


def test_the_largest_form_of_the_field_is_far_below_the_bounds() -> None:
    wide = b"<data>" + b"<a>1</a>" * 100_000 + b"</data>"
    assert len(parse(wide)) == 100_000
