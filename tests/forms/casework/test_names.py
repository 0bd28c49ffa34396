"""Names as people type them."""

import pytest

from forms.casework.names import NameKeys, plain_pinyin


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("陈桂芳", "chenguifang", "cgf"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("单雄信", "danxiongxin", "dxx"),
        ("仇英", "qiuying", "qy"),
        ("仇英", "chouying", "cy"),
        ("曾国藩", "zengguofan", "zgf"),
        ("区建国", "oujianguo", "ojg"),
        ("解玉兰", "xieyulan", "xyl"),
        ("查良", "zhaliang", "zl"),
        ("盖建军", "gejianjun", "gjj"),
        ("覃小红", "qinxiaohong", "qxh"),
        ("覃小红", "tanxiaohong", "txh"),
        ("欧阳建国", "ouyangjianguo", "oyjg"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吕布", "lvbu", "lb"),
        ("吕布", "lubu", "lb"),
        ("王乐", "wangyue", "wy"),
        ("王乐", "wangle", "wl"),
        ("Ana Maria", "anamaria", "am"),
    ],
)
def test_a_name_is_found_by_each_of_its_spellings(names, name, full, initials):
    keys = names.keys(name)
    assert full in keys.full
    assert initials in keys.initials


def test_the_surname_as_a_surname_comes_first(names):
    assert names.sound("单雄信") == "shanxiongxin"
    assert names.sound("曾国藩") == "zengguofan"


@pytest.mark.parametrize("odd", ["", " ", "·", "𠮷", "王", "A王", "欧阳", "123"])
def test_odd_names_break_nothing(names, odd):
    assert isinstance(names.keys(odd), NameKeys)


def test_spaces_and_dots_do_not_matter(names):
    assert names.keys("陈 桂 芳") == names.keys("陈桂芳") == names.keys("陈·桂芳")


def test_pinyin_as_typed():
    assert plain_pinyin("Lǚ") == "lv"
    assert plain_pinyin("Ōu") == "ou"
