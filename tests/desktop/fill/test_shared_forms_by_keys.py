"""Forms of others, and the pack's, filled in from the first question to handing in by keys alone."""

from pathlib import Path

import pytest
from form_pages import open_session
from key_person import KeyPerson
from PySide6.QtGui import QColor, QImage
from shared_folder import SHARED

from forms.load import load_form
from forms.xlsform import convert

pytestmark = [pytest.mark.shared, pytest.mark.slow]
SAMPLES = SHARED / "forms" / "samples"
OWN = Path(__file__).parents[3] / "resources" / "xforms"
FORMS = [
    *sorted(SAMPLES.glob("*.xml")),
    *sorted(SAMPLES.glob("*.xlsx")),
    *sorted((SHARED / "pack" / "forms").glob("*.xlsx")),
    *sorted(OWN.glob("*.xml")),
]


def xform(path: Path) -> bytes:
    data = path.read_bytes()
    return convert(data, name=path.stem).xform if path.suffix == ".xlsx" else data


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A picture and a document to hand in."""
    folder = tmp_path_factory.mktemp("files")
    picture, document = folder / "a.png", folder / "b.pdf"
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(QColor("white"))
    image.save(str(picture))
    document.write_bytes(b"%PDF-1.4 nothing")
    return picture, document


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_filled_in_by_keys_alone(path: Path, open_page, files: tuple[Path, Path]) -> None:
    session = open_session(load_form(xform(path), name=path.stem))
    page = open_page(session)
    handed: list[bool] = []
    page.finalise_requested.connect(lambda: handed.append(True))
    person = KeyPerson(page, *files)
    person.fill()
    assert person.hand_in() == []
    assert handed == [True]
    submission = session.finalise()
    for ref in person.answered:
        assert session.node(ref).value or not session.node(ref).relevant
    print(path.stem, len(person.answered), len(submission.xml))
