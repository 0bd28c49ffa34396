"""Workbooks of departments, as unlike each other as those of townships are; none of them is one of the pack's.

Each has what is expected of it: the fact that each heading means, and the cells in which totals must come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, NamedStyle, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

VILLAGES = ("石桥村", "柳树湾村", "红岩村")
THIN = Border(*(Side(style="thin"),) * 4)


@dataclass(frozen=True)
class Sample:
    """`sums`: words in column A's total row -> column -> what is to come out for (lines, people in them)."""

    book: Workbook
    sheet: str
    lines: str
    means: Mapping[str, str]
    village: bool = False  # lines are parted by village
    sums: Mapping[str, Callable[[int, int], int]] = field(default_factory=dict)
    taken: int = 0  # lines that stand there already


def _sheet(title: str) -> Worksheet:
    sheet = Workbook().active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def _write(sheet: Worksheet, row: int, *values: object, left: int = 1) -> None:
    for column, value in enumerate(values, left):
        if value is not None:
            sheet.cell(row, column, value)


def _drawn(sheet: Worksheet, first: int, last: int, columns: int) -> None:
    for row in range(first, last + 1):
        for column in range(1, columns + 1):
            sheet.cell(row, column).border = THIN


def disabled() -> Sample:
    """Three labelled blanks over the headings, columns numbered below them, totals on top, nothing at the end."""
    sheet = _sheet("两项补贴")
    _write(sheet, 1, "残疾人“两项补贴”发放对象台账")
    sheet.merge_cells("A1:I1")
    for place, text in (("A2:C2", "填报单位（盖章）："), ("D2:F2", "填报时间：2026年11月"), ("G2:I2", "单位：人、元")):
        sheet[place.split(":")[0]] = text
        sheet.merge_cells(place)
    _write(sheet, 3, "序号", "所在\n村组", "姓  名", "身份证号码", "残疾情况", None, "补贴标准", None, "备注")
    _write(sheet, 4, "残疾类别", "残疾等级", "生活补贴", "护理补贴", left=5)
    for place in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3", "I3:I4"):
        sheet.merge_cells(place)
    _write(sheet, 5, *(f"({n})" for n in range(1, 10)))
    _write(sheet, 6, "合计", None, "=COUNTA(C7:C16)", None, None, None, "=SUM(G7:G16)", "=SUM(H7:H16)")
    _drawn(sheet, 3, 16, 9)
    for row in range(7, 17):
        sheet.cell(row, 4).number_format = "@"
    sheet.freeze_panes = "D7"
    sheet.print_title_rows, sheet.print_area = "3:5", "A1:I16"
    sheet.auto_filter.ref = "A5:I16"
    means = {"姓 名": "full_name", "身份证号码": "id_no", "所在 村组": "place", "残疾情况/残疾等级": "dis_grade"}
    return Sample(sheet.parent, sheet.title, "residents", means, sums={"C": lambda lines, _: lines})


def veterans() -> Sample:
    """A banner over each village, a subtotal below it, and all of them together at the end."""
    sheet = _sheet("退役军人")
    _write(sheet, 1, "退役军人和优抚对象信息采集表")
    sheet.merge_cells("A1:F1")
    _write(sheet, 3, "序号", "姓名", "性别", "家庭人口数", "联系电话", "备注")
    row, subtotals = 4, []
    for village, size in zip(VILLAGES, (4, 3, 5), strict=True):
        sheet.cell(row, 1, village)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=6)
        last = row + size
        _drawn(sheet, row, last + 1, 6)
        _write(sheet, last + 1, "小计", f"=COUNTA(B{row + 1}:B{last})", None, f"=SUM(D{row + 1}:D{last})")
        subtotals.append(last + 1)
        row = last + 2
    total = [f"={'+'.join(f'{letter}{at}' for at in subtotals)}" for letter in "BD"]
    _write(sheet, row, "全镇合计", total[0], None, total[1])
    _write(sheet, row + 1, "审核人：            填表人：")
    means = {"姓名": "full_name", "性别": "sex", "联系电话": "phone", "家庭人口数": "household.registered"}
    sums: dict[str, Callable[[int, int], int]] = {"B": lambda lines, _: lines, "D": lambda _, people: people}
    return Sample(sheet.parent, sheet.title, "residents", means, village=True, sums=sums)


def monitored() -> Sample:
    """A village's name merged down over its lines; colours by rule, drop-downs, a protected sheet."""
    sheet = _sheet("监测户")
    _write(sheet, 1, "防返贫监测对象帮扶台账")
    sheet.merge_cells("A1:G1")
    _write(sheet, 2, "村", "序号", "户主姓名", "家庭人口", "户类型", "电话", "帮扶责任人")
    row = 3
    for village in VILLAGES:
        sheet.cell(row, 1, village).alignment = Alignment(vertical="center", textRotation=255)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row + 3, end_column=1)
        row += 4
    _drawn(sheet, 2, row, 7)
    _write(sheet, row, "合  计", None, f"=COUNTA(C3:C{row - 1})", f"=SUM(D3:D{row - 1})")
    rule = DataValidation(type="list", formula1='"农村易返贫致贫户,低保户,一般户"')
    rule.add(f"E3:E{row - 1}")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add(f"D3:D{row - 1}", CellIsRule(operator="greaterThan", formula=["5"]))
    sheet.protection.sheet = True
    sheet.protection.password = "secret"
    means = {"户主姓名": "head_name", "家庭人口": "registered", "户类型": "aid_type", "电话": "phone"}
    sums: dict[str, Callable[[int, int], int]] = {"C": lambda lines, _: lines, "D": lambda _, people: people}
    return Sample(sheet.parent, sheet.title, "households", means, village=True, sums=sums)


def insured() -> Sample:
    """A table (ListObject) without totals; words in a hidden sheet, by a name; a sum on another sheet."""
    sheet = _sheet("字典")
    book = sheet.parent
    for row, word in enumerate(("男", "女"), 1):
        sheet.cell(row, 1, word)
    _write(sheet, 1, "代码", "含义", "说明", left=3)
    sheet.sheet_state = "hidden"
    book.defined_names["性别表"] = DefinedName("性别表", attr_text="字典!$A$1:$A$2")
    sheet = book.create_sheet("参保名册")
    book.active = 1
    _write(sheet, 2, "城乡居民基本医疗保险参保人员名册")
    _write(sheet, 4, "编号", "姓名", "性别", "出生日期", "与户主关系", "核对")
    for row in range(5, 11):
        sheet.cell(row, 1, f"=ROW()-{4}")
        sheet.cell(row, 4).number_format = "yyyy-mm-dd"
        sheet.cell(row, 6, f'=IF(B{row}="","",LEN(B{row}))')
    table = Table(displayName="名册", ref="A4:F10")
    sheet.add_table(table)
    rule = DataValidation(type="list", formula1="性别表")
    rule.add("C5:C10")
    sheet.add_data_validation(rule)
    total = book.create_sheet("汇总")
    total["A1"] = "人数"
    total["B1"] = "=COUNTA(参保名册!B5:B10)"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=6, min_row=4, max_row=10), titles_from_data=True)
    total.add_chart(chart, "D1")
    means = {"姓名": "full_name", "性别": "sex", "出生日期": "birth", "与户主关系": "relation"}
    return Sample(book, "参保名册", "residents", means)


def empty_lines() -> Sample:
    """Totals right below the headings: whoever fills it puts the lines in; grouped and hidden columns."""
    sheet = _sheet("Sheet1")
    _write(sheet, 1, "农户改厕摸底表")
    sheet.merge_cells("A1:F1")
    _write(sheet, 2, "序号", "户主", "常住人口", "厕所类型", "饮用水源", "是否愿意改造")
    _write(sheet, 3, "合计", "=COUNTA(B2:B2)-1", "=SUM(C2:C2)")
    _write(sheet, 4, "注：1.本表由村级填报；2.逐户登记，不得漏户。")
    sheet.merge_cells("A4:F4")
    _drawn(sheet, 2, 3, 6)
    sheet.column_dimensions.group("D", "E", hidden=True)
    return Sample(sheet.parent, sheet.title, "households", {"户主": "head_name", "常住人口": "living"})


def groups_not_merged() -> Sample:
    """Groups of columns that nobody merged; a day of birth in three columns; a comment, a style with a name."""
    sheet = _sheet("老年人")
    sheet.parent.add_named_style(NamedStyle("部门样式", fill=PatternFill("solid", fgColor="FFF2CC")))
    _write(sheet, 1, "六十周岁以上老年人基本信息登记表")
    _write(sheet, 3, "序号", "姓名", "出生年月", None, None, "照看人", None, "备注")
    _write(sheet, 4, "年", "月", "日", "姓名", "电话", left=3)
    for row in range(5, 12):
        for column in range(1, 9):
            sheet.cell(row, column).style = "部门样式"
    _write(sheet, 12, "总  计", '=COUNTA(B5:B11)&"人"')
    sheet["G4"].comment = Comment("没有的填“无”", "民政办")
    sheet["B12"].comment = Comment("自动计算", "民政办")
    means = {
        "姓名": "full_name", "出生年月/年": "birth.year", "出生年月/月": "birth.month", "出生年月/日": "birth.day",
        "照看人/姓名": "carer", "照看人/电话": "carer_phone",
    }  # fmt: skip
    return Sample(sheet.parent, sheet.title, "residents", means)


def with_example() -> Sample:
    """A hidden example, lines that stand there already, rows grouped in an outline, notes in three rows."""
    sheet = _sheet("房屋")
    _write(sheet, 1, "自建房安全隐患排查整治台账")
    sheet.merge_cells("A1:G1")
    _write(sheet, 2, "填报单位：                                                       2026年  月  日")
    sheet.merge_cells("A2:G2")
    _write(sheet, 3, "序号", "户主姓名", "房屋结构", "建筑面积（㎡）", "建成年份", "安全等级", "整改措施")
    _write(sheet, 4, "例", "张某某", "砖混", 120, 1998, "B", "无")
    _write(sheet, 5, 1, "周大成", None, None, None, None, "已搬离")
    sheet.row_dimensions[4].hidden = True
    for row in range(5, 11):
        sheet.row_dimensions[row].outline_level = 1
    _drawn(sheet, 3, 10, 7)
    _write(sheet, 11, "合计", None, None, "=SUM(D5:D10)", None, '=COUNTIF(F5:F10,"D")')
    for at, text in enumerate(("填表说明：", "1.房屋结构：砖混、砖木、土木等；", "2.安全等级：按鉴定结论填写。"), 12):
        _write(sheet, at, text)
    sheet.row_breaks.brk = ()
    sheet.oddFooter.center.text = "第&P页 共&N页"
    means = {
        "户主姓名": "head_name",
        "房屋结构": "structure",
        "建筑面积（㎡）": "floor_area",
        "安全等级": "house_grade",
    }
    return Sample(sheet.parent, sheet.title, "households", means, taken=2)


def three_headings() -> Sample:
    """Headings of three rows, cells merged side by side in every line, a page's total and one of all."""
    sheet = _sheet("困境儿童")
    _write(sheet, 1, "附件2")
    _write(sheet, 2, "农村留守儿童和困境儿童信息汇总表")
    sheet.merge_cells("A2:I2")
    _write(sheet, 4, "序号", "儿童基本信息", None, None, None, "监护情况", None, None, "备注")
    _write(sheet, 5, "姓名", "身份证号", None, "性别", "监护人", None, "学校", left=2)
    _write(sheet, 6, "姓名", "电话", left=6)
    for place in ("A4:A6", "B4:E4", "B5:B6", "C5:D6", "E5:E6", "F4:H4", "F5:G5", "H5:H6", "I4:I6"):
        sheet.merge_cells(place)
    for row in range(7, 13):
        sheet.merge_cells(start_row=row, start_column=3, end_row=row, end_column=4)
        sheet.cell(row, 3).number_format = "@"
    _drawn(sheet, 4, 13, 9)
    _write(sheet, 13, "本页合计", "=COUNTA(B7:B12)")
    _write(sheet, 14, "单位负责人：        审核人：        填表人：        联系电话：")
    means = {
        "儿童基本信息/姓名": "full_name", "儿童基本信息/身份证号": "id_no", "儿童基本信息/性别": "sex",
        "监护情况/监护人/姓名": "guardian", "监护情况/监护人/电话": "guardian_phone", "监护情况/学校": "school",
    }  # fmt: skip
    return Sample(sheet.parent, sheet.title, "residents", means, sums={"B": lambda lines, _: lines})


def with_instructions() -> Sample:
    """Instructions before the sheet that is to be filled, columns of formulas between others, a rate below."""
    sheet = _sheet("填报说明")
    for row, text in enumerate(("一、统计范围为全镇农业户。", "二、人口以户口本为准。", "三、每月25日前报送。"), 1):
        sheet.cell(row, 1, text)
    book = sheet.parent
    sheet = book.create_sheet("耕地")
    _write(sheet, 2, "承包耕地确权登记表")
    sheet.merge_cells("B2:G2")
    _write(sheet, 4, "户主姓名*", "人口\n（人）", "承包耕地\n（亩）", "人均", "住址", "村", left=2)
    for row in range(5, 9):
        sheet.cell(row, 5, f'=IF(C{row}="","",D{row}/C{row})')
        sheet.cell(row, 5).number_format = "0.00"
    _drawn(sheet, 4, 9, 7)
    _write(sheet, 9, "=COUNTA(B5:B8)", "=SUM(C5:C8)", "=SUM(D5:D8)", '=IF(C9=0,"",D9/C9)', left=2)
    sheet.sheet_properties.tabColor = "1F4E79"
    sums: dict[str, Callable[[int, int], int]] = {"B": lambda lines, _: lines, "C": lambda _, people: people}
    means = {"户主姓名*": "head_name", "人口 （人）": "registered", "承包耕地 （亩）": "land_mu", "村": "village"}
    return Sample(book, "耕地", "households", means, sums=sums)


ALL = (
    disabled, veterans, monitored, insured, empty_lines, groups_not_merged, with_example, three_headings,
    with_instructions,
)  # fmt: skip
