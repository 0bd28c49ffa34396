"""R31: a form states notice and legal basis; what is sensitive and has no stated need is named, cell by cell."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop.main import main
from forms.api import Severity
from forms.check import check
from forms.text import Text

PACK = sorted((Path(__file__).parents[2] / "resources" / "forms").glob("*.xlsx"))
HEADER = ["type", "name", "label", "bind::hamlet:level", "bind::hamlet:sensitive", "bind::hamlet:basis"]
NOTICE = ["note", "notice", "告知：只用来办事，可以查看、更正。", "statistics", None, "PIPL 13, 17"]
OURS = {"basis_missing", "notice_missing", "sensitive_unmarked", "need_missing"}

SENSITIVE = {
    "身份证号": "identity", "护照号码": "identity", "Identity number": "identity", "银行卡号": "bank",
    "开户行和银行账户": "bank", "Bank account": "bank", "家庭年收入": "income", "宗教信仰": "religion",
    "Which church do you attend": "religion", "指纹": "biometrics", "Fingerprint": "biometrics", "血型": "biometrics",
    "人脸照片": "biometrics", "政治面貌": "politics", "民族": "origin", "患过什么疾病": "health", "是否怀孕": "health",
    "HIV status": "health", "有无犯罪记录": "record", "婚史": "marriage", "近期行程": "movements",
}  # fmt: skip
RARE = {"银行卡号", "家庭年收入", "宗教信仰", "指纹", "政治面貌", "民族", "Bank account", "婚史"}
HARMLESS = ("姓名", "哪个组", "家里几口人", "Village group", "路灯在哪里", "事情说明", "What happened", "联系电话")


def workbook(*rows: list[str | None]) -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (HEADER, *rows):
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "version", "namespaces"])
    settings.append(["f", "1", 'hamlet="https://hamlet.invalid/xforms"'])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def doubts(*rows: list[str | None]) -> list[tuple[str, int | None]]:
    return [(p.code, p.row) for p in check(workbook(*rows), name="f.xlsx").problems if p.code in OURS]


@pytest.mark.parametrize("file", PACK, ids=lambda file: file.stem)
def test_the_packs_own_forms_pass(file: Path) -> None:
    checked = check(file.read_bytes(), name=file.name)
    assert [problem.message(Text("en")) for problem in checked.problems if problem.code in OURS] == []


@pytest.mark.parametrize("label", SENSITIVE)
def test_a_sensitive_question_without_a_mark_is_named_with_its_row(label: str) -> None:
    assert ("sensitive_unmarked", 3) in doubts(NOTICE, ["text", "q", label, None, None, None])


@pytest.mark.parametrize("label", HARMLESS)
def test_a_plain_question_is_left_alone(label: str) -> None:
    assert doubts(["text", "q", label, None, None, None]) == []


@pytest.mark.parametrize("label", sorted(RARE))
def test_what_is_rarely_needed_states_its_own_need(label: str) -> None:
    assert doubts(NOTICE, ["text", "q", label, "full", "sensitive", None]) == [("need_missing", 3)]
    assert doubts(NOTICE, ["text", "q", label, "full", "sensitive", "低保审核确认办法 第九条"]) == []


def test_a_form_without_a_notice_is_told_so_once() -> None:
    asked = [["text", f"q{n}", "身份证号", "full", "identity", "PIPL 29"] for n in range(3)]
    assert doubts(*asked) == [("notice_missing", 2)]
    assert doubts(NOTICE, *asked) == []


def test_a_notice_without_a_basis_is_none() -> None:
    plain = ["note", "notice", "告知", None, None, None]
    assert doubts(plain, ["text", "q", "病史", "full", "health", None]) == [("basis_missing", 3), ("notice_missing", 3)]


def test_where_one_is_counts_and_so_does_a_signature() -> None:
    assert doubts(["geopoint", "p", "位置", None, None, None]) == [("notice_missing", 2), ("sensitive_unmarked", 2)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_says_it_and_the_form_can_still_be_used(language: str, tmp_path: Path, capsys) -> None:
    file = tmp_path / "f.xlsx"
    file.write_bytes(workbook(["text", "q", "宗教信仰", "full", "faith", None]))
    assert main(["--json", "--language", language, "form", "check", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {p["code"] for p in told["problems"]} >= {"basis_missing", "notice_missing", "need_missing"}
    for problem in check(file.read_bytes()).problems:
        assert problem.severity is Severity.WARNING
        assert problem.message(Text(language))
        assert problem.remedy(Text(language))
