"""Masking: no identity number and no telephone below level full, wherever and however it is written."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework.disclosure import Level, Masked, mask_number, mask_text, masked_among

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@st.composite
def identities(draw):
    born = draw(st.dates(date(1920, 1, 1), date(2025, 1, 1)))
    body = f"990621{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


telephones = st.integers(154_000_00000, 154_999_99999).map(str)
words = st.text(alphabet="陈桂芳说路灯坏了请打电话，。！（）abc \n", max_size=12)
WAYS = (
    lambda number: number,
    lambda number: "".join(chr(ord(sign) + 0xFEE0) for sign in number),
    lambda number: " ".join(number),
    lambda number: f"{number[:3]}-{number[3:7]}-{number[7:]}",
    lambda number: f"{number[:6]} {number[6:]}",
    lambda number: "".join("〇一二三四五六七八九"[int(sign)] if sign.isdigit() else sign for sign in number),
    lambda number: f"{number[:4]}—{number[4:8]}—{number[8:]}",
)


def digits(text: str) -> str:
    chinese = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}
    plain = unicodedata.normalize("NFKC", text)
    return "".join(chinese.get(sign, sign) for sign in plain if sign.isdigit() or sign in chinese or sign in "xX*")


@given(words, identities() | telephones, st.sampled_from(WAYS), words)
def test_no_number_survives_in_text(before, number, way, after):
    masked = mask_text(f"{before}{way(number)}{after}")
    assert masked.count >= 1
    assert number not in digits(masked.text)
    assert not re.search(r"\d{9}", digits(masked.text))


@given(words, telephones, identities(), words)
def test_two_numbers_side_by_side(before, phone, identity, after):
    for text in (f"{before}{phone} {identity}{after}", f"{before}{identity}，{phone}{after}", f"{identity}{phone}"):
        assert not re.search(r"\d{9}", digits(mask_text(text).text))


@given(identities() | telephones)
def test_a_masked_number_keeps_its_length_and_its_last_four(number):
    masked = mask_number(number)
    assert (len(masked), masked[-4:], set(masked[:-4])) == (len(number), number[-4:], {"*"})
    assert mask_text(number).text == masked


@given(identities() | telephones)
def test_masking_twice_is_masking_once(number):
    once = mask_text(f"电话{number}").text
    assert mask_text(once).text == once


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "3 组 27 号",
        "2026-11-21 到 2026-12-30",
        "2026.11.21-2026.12.30",
        "共 123456.78 元",
        "8:00-12:00，14:30-17:30",
        "QS-SQA-0424-3",
        "一二三四五六",
        "99062110120103",
        "二〇二六年十一月二十一日",
        "打了 2345678 元",
        "电话 2026-11-21",
        "电话20261121打的",
        "库容1234567立方",
    ],
)
def test_what_is_no_such_number_stays(harmless):
    assert mask_text(harmless).text == harmless


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打0851-2612345", "打****-***2345"),
        ("400-123-4567", "***-***-4567"),
        ("+86 154 1234 5678", "+86 *** **** 5678"),
        ("008615412345678", "***********5678"),
        ("卡 6222021234567890123", "卡 ***************0123"),
        ("15 位 990621500127711", "15 位 ***********7711"),
        ("990621 1983 1017 183X", "****** **** **** 183X"),
        ("154\u200b1234\u200b5678", "***\u200b****\u200b5678"),
        ("2026-11-21 15412345678", "2026-11-21 *******5678"),
        ("座机：8812-3456", "座机：****-3456"),
        ("电话是２６１２３４５", "电话是***２３４５"),
        ("tel. 88123456 at home", "tel. ****3456 at home"),
    ],
)
def test_other_ways_of_writing(text, masked):
    assert mask_text(text).text == masked


def test_short_values_are_starred_whole():
    assert mask_number("1234") == "****"
    assert mask_number("") == ""


def test_levels_are_ordered():
    assert Level.FULL.covers(Level.HANDLING)
    assert Level.HANDLING.covers(Level.HANDLING)
    assert not Level.STATISTICS.covers(Level.HANDLING)


WAYS_OF_PLACES = (
    "在{lat},{lon}这里",
    "坐标({lat}, {lon})",
    "{lat} {lon} 0 4.8",
    "纬度{lat} 经度{lon}",
    "lat={lat}, lng={lon}",
    "{lat}°N {lon}°E",
    "{lat}；{lon}",
    "GPS：{lat}/{lon}",
)


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(6, 15), st.sampled_from(WAYS_OF_PLACES))
def test_coordinates_stay(lat, lon, decimals, way):
    said = way.format(lat=f"{lat:.{decimals}f}", lon=f"{lon:.{decimals}f}")
    assert mask_text(said) == Masked(said, 0)


@pytest.mark.parametrize("hidden", ["154.12345678", "154.1234.5678", "990621.198310171834", "1.5412 3.45678"])
def test_a_number_with_a_point_is_no_coordinate(hidden):
    assert mask_text(f"他说{hidden}").count == 1


def test_a_number_beside_coordinates_is_starred():
    assert mask_text("在28.123456,112.987654 电话15412345678").text == "在28.123456,112.987654 电话*******5678"
    assert mask_text("28.123456,112.987654 15412345678").text == "28.123456,112.987654 *******5678"


def test_many_texts_are_looked_at_in_one_go():
    texts = [
        "路灯坏了",
        "电话 154 1234 5678",
        "",
        "打0851-26123456",
        "3",
        "154",
        "12345678",
        "身份证990621198310174321。",
    ]
    found = masked_among(texts)
    assert {place: masked for place, masked in found.items() if masked.count} == {
        place: masked for place, masked in enumerate(map(mask_text, texts)) if masked.count
    }
    assert masked_among(["154123", "5678"]) == masked_among([]) == masked_among([""]) == {}
    assert masked_among(["a\0b", "15412345678"])[1] == mask_text("15412345678")
