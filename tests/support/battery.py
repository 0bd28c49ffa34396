"""Forms of our own that ask one thing many ways: expressions by family, each the calculation of a question.

A family is a list of expressions over the questions of `PREAMBLE`; each becomes `/data/x/eN`. Generated sessions
then change the answers.
"""

# ruff: noqa: E501 - an expression or an element stays on its line

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

PREAMBLE = {
    "i": ("int", "7"), "d": ("decimal", "-2.5"), "s": ("string", "Zoë  b a"), "blank": ("string", ""),
    "m": ("string", "a b c"), "date": ("date", "2024-02-29"), "when": ("dateTime", "2024-02-29T13:05:09.042+02:00"),
    "at": ("time", "06:30:00.000+02:00"), "p": ("geopoint", "30.5 -12.25 3 4"), "truth": ("boolean", "true"),
    "shape": ("geoshape", "1 1 0 0;1 2 0 0;2 2 0 0;2 1 0 0;1 1 0 0"), "trace": ("geotrace", "1 1 0 0;1 2 0 0;2 2 0 0"),
}  # fmt: skip

FAMILIES: dict[str, list[str]] = {
    "strings": [
        "concat('a', /data/s, 1 div 3)", "concat(/data/r/v)", "concat()", "concat(/data/none)", "join('-', /data/r/v)",
        "join(', ', 'a', /data/blank, 'c')", "join('', /data/r/v, 'z')", "join('-', /data/none)",
        "substr('hello', 0)", "substr('hello', 1, 3)", "substr('hello', -2)", "substr('hello', 2, -1)",
        "substr('hello', 9)", "substr('hello', 3, 1)", "substr('hello', 1.7, 3.9)", "substr(/data/blank, 0, 2)",
        "substring('12345', 2, 3)", "substring('12345', 1.5, 2.6)", "substring('12345', 0, 3)",
        "substring-before('1999/04/01', '/')", "substring-before('abc', '')", "substring-before('abc', 'x')",
        "substring-after('1999/04/01', '/')", "substring-after('abc', '')", "substring-after('abc', 'x')",
        "translate('bar', 'abc', 'AB')", "translate('--aaa--', 'abc-', 'ABC')", "translate('aab', 'aa', 'xy')",
        "string-length(/data/s)", "string-length('')", "string-length('李雷🙂')", "normalize-space('  a   b ')",
        "normalize-space(/data/s)", "contains('abc', '')", "contains('', 'a')", "contains(/data/s, 'ë')",
        "starts-with('abc', '')", "starts-with('abc', 'ab')", "starts-with('', 'a')", "ends-with('abc', 'bc')",
        "ends-with('abc', '')", "ends-with('', 'a')", "string(1 = 1)", "string(1 div 0)", "string(-1 div 0)",
        "string(0 div 0)", "string(-0)", "string(0.1 + 0.2)", "string(1000000)", "string(10000000000000000000000)",
        "string(0.0000001)", "string(1.50)", "string(.5)", "string(5.)", "string(/data/none)", "string(/data/r/v)",
        "\"a'b\"", "string(true())", "string(- 5)",
    ],
    "booleans": [
        "if(/data/i > 5, 'big', 'small')", "if('false', 'y', 'n')", "if('', 'y', 'n')", "if(0, 'y', 'n')",
        "if(0 div 0, 'y', 'n')", "if(/data/none, 'y', 'n')", "if(/data/blank, 'y', 'n')",
        "coalesce(/data/blank, 'b')", "coalesce('', '')", "coalesce(/data/none, /data/i)", "coalesce('a', 'b')",
        "boolean('false')", "boolean('')", "boolean(0)", "boolean(-1)", "boolean(/data/none)", "boolean(/data/blank)",
        "boolean-from-string('1')", "boolean-from-string('true')", "boolean-from-string('TRUE')",
        "boolean-from-string('yes')", "boolean-from-string('')", "boolean-from-string(1)", "not(/data/none)",
        "not('a')", "true() and false()", "true() or false()", "1 or (1 div 0 = 2)", "1 = 1 = 1", "1 < 2 < 3",
        "3 > 2 > 1", "'a' = 'a'", "'1' = 1", "'01' = 1", "'01' = '1'", "'a' < 'b'", "true() = 'x'", "true() = 1",
        "false() = ''", "/data/none = ''", "/data/none != ''", "not(/data/none = '')", "/data/blank = ''",
        "/data/r/v = 'two'", "/data/r/v != 'two'", "/data/r/n > 2", "/data/r/n = /data/i", "/data/none = false()",
        "/data/r/n < /data/r/n", "0 div 0 = 0 div 0", "0 div 0 != 0 div 0", "/data/truth = 'true'", "/data/truth",
        "checklist(1, 2, /data/i, '', 'x')", "checklist(-1, 2, 1, 1, 0)", "checklist(2, -1, 1, 1, 0)",
        "checklist(1, 1, /data/r/n)", "weighted-checklist(2, 5, 1, 2, 0, 3)", "weighted-checklist(-1, 1, 1, 2)",
        "weighted-checklist(3, 3, 'a', 1, 1, 2)", "regex('abc', '[a-c]+')", "regex('xabcx', 'abc')",
        "regex('abc', '^abc$')", "regex('', '')", "regex('a1', '[0-9]')", "regex('12', '^[0-9]{2}$')",
        "regex(/data/s, 'Zo')", "selected('a b', 'a')", "selected('ab', 'a')", "selected('', 'a')",
        "selected(/data/m, 'c')", "selected(' a ', 'a')", "selected('a b', ' b ')",
    ],
    "numbers": [
        "number('12')", "number(' 12 ')", "number('1e3')", "number('+1')", "number('')", "number('abc')", "number('-.5')",
        "number(true())", "number(/data/none)", "number('2024-02-29')", "number('2024-02-29T12:00:00.000Z')",
        "int(2.9)", "int(-2.9)", "int('7.7')", "int('x')", "round(2.5)", "round(-2.5)", "round(2.4999)", "round(-0.4)",
        "round(12.345, 2)", "round(12.355, 2)", "round(1234.5, -2)", "round(1250, -2)", "round(-1250, -2)",
        "round('x', 1)", "round(1 div 0, 1)", "round(2.5, 0)", "floor(-1.5)", "ceiling(-1.5)", "ceiling(1.2)",
        "pow(2, 10)", "pow(2, -1)", "pow(-8, 1 div 3)", "pow(0, 0)", "log(1)", "log(-1)", "log10(1000)", "abs(-3.5)",
        "sin(0)", "cos(0)", "tan(0)", "asin(1)", "acos(1)", "atan(1)", "atan2(1, 1)", "sqrt(16)", "sqrt(-1)", "exp(0)",
        "exp10(2)", "pi()", "7 mod 3", "-7 mod 3", "7 mod -3", "1.5 mod 0.5", "5 mod 0", "7 div 2", "-7 div 0",
        "1 div 3", "1 - -1", "2 * 3 + 4", "2 + 3 * 4", "10 - 4 - 3", "/data/i - 1", "/data/i -1", "- /data/i",
        "sum(/data/r/n)", "sum(/data/none)", "sum(/data/r/v)", "count(/data/r)", "count(/data/none)",
        "count-non-empty(/data/r/v)", "count-non-empty(/data/none)", "min(3, 1, 2)",
        "max(3, 1, 2)", "min(/data/r/n)", "max(/data/r/n)", "min(/data/none)", "max(/data/none)", "min(1, 'x')",
        "max(/data/r/n, 100)", "min('')", "max(/data/blank)", "0.1 + 0.2", "1.1 * 3", "100 * 1.15", "3 * 0.1",
        "9007199254740993", "1000000 * 1000000", "0.1 * 0.1", "1 div 7",
    ],
    "nodesets": [
        "count(/data/r[n > 1])", "/data/r[2]/v", "/data/r[position() = 2]/v", "/data/r[last()]/v",
        "/data/r[position() = last()]/v", "/data/r[9]/v", "/data/r[v = 'two']/n", "/data/r[n > 1][1]/v",
        "position(/data/r[2])", "count(/data/*)", "name(/data/i)", "local-name(/data/i)",
        "count(//v)", "count(/data/r/..)", "/data/r[1]/../i", "count(/data/r/descendant-or-self::*)",
        "count(/data/r[1]/following-sibling::r)", "count(/data/r[2]/preceding-sibling::r)", "/data/r[n = max(/data/r/n)]/v",
        "indexed-repeat(/data/r/v, /data/r, 2)", "indexed-repeat(/data/r/v, /data/r, 9)",
        "indexed-repeat(/data/r/v, /data/r, /data/i - 6)", "indexed-repeat(/data/r/v, /data/r, 0)",
        "instance('list')/root/item[name = 'b']/label", "count(instance('list')/root/item)",
        "count(instance('list')/root/item[n < 3])", "instance('list')/root/item[2]/label",
        "instance('list')/root/item[last()]/name", "instance('list')/root/item[name = current()/../../m]/label",
        "instance('list')/root/item[selected(/data/m, name)]/label", "sum(instance('list')/root/item/n)",
        "count(instance('list')/root/item[only = ''])", "count(instance('list')/root/item[only])",
        "count(instance('list')/root/item[not(only)])", "instance('list')/root/item[n = 2 and name = 'b']/label",
        "instance('list')/root/item[name = 'zz']/label", "pulldata('list', 'label', 'name', 'c')",
        "pulldata('list', 'label', 'name', 'zz')", "count(randomize(instance('list')/root/item))",
        "join(' ', randomize(instance('list')/root/item, 42)/name)", "join(' ', randomize(/data/r, 7)/v)",
        "join(' ', randomize(instance('list')/root/item/name, 5))", "join(' ', randomize(instance('list')/root/item, -3.7)/name)",
        "join(' ', randomize(instance('list')/root/item, '')/name)", "join(' ', randomize(instance('list')/root/item, 'abc')/name)",
        "jr:choice-name('b', '/data/one')", "jr:choice-name('zz', '/data/one')", "jr:choice-name(/data/one, '/data/one')",
        "jr:choice-name(selected-at(/data/many, 1), '/data/many')", "jr:itext('t')", "jr:itext('none')",
        "jr:choice-name('', '/data/one')", "(/data/r)[2]/v", "/data/r/n[. > 1]", "string(/data/r[n > 1]/v)",
        "count(/data/r[v])", "count(/data/r[v != ''])", "/data/@id", "/data/@version", "count(/data/i/@*)",
    ],
    "dates": [
        "today()", "date('2024-02-29')", "date('2024-02-29T10:00:00.000Z')", "date(0)", "date(19782)", "date(19782.5)",
        "date('x')", "date('')", "date(/data/date + 1)", "/data/date + 1", "/data/date - 365",
        "date(/data/date - 365)", "/data/date > '2024-01-01'", "/data/date = '2024-02-29'", "/data/date < today()",
        "number(/data/when)", "/data/when > /data/date", "decimal-date-time('1970-01-01T00:00:00.000Z')",
        "decimal-date-time('1970-01-02')", "decimal-date-time(/data/when)", "decimal-date-time('x')",
        "decimal-date-time(/data/date)", "decimal-date-time('2024-02-29T13:05:09.042+02:00')",
        "decimal-time('06:00:00.000Z')", "decimal-time('18:00')", "decimal-time('12:00:00.000')",
        "decimal-time('24:00')", "decimal-time('x')", "decimal-time('')", "decimal-time('06:30:00.000+02:00')",
        "format-date('2024-02-09', '%Y|%y|%m|%n|%b|%d|%e|%a')", "format-date(/data/date, '%e %b %Y')",
        "format-date('2024-02-09', '%H:%M')", "format-date('', '%Y')", "format-date('x', '%Y')", "format-date(19782, '%Y-%m-%d')",
        "format-date('2024-02-09T23:59:58.999Z', '%d')", "format-date-time('2024-02-09T07:08:09.042Z', '%H|%h|%M|%S|%3')",
        "format-date-time('2024-02-09T07:08:09.042Z', '%Y-%m-%dT%H:%M:%S')", "format-date-time('2024-02-09', '%H:%M')",
        "format-date-time('', '%H')", "format-date('2024-02-09', 'plain')", "format-date('2024-02-09', '%%')",
        "format-date-time(/data/when, '%b %e %H:%M:%S')", "date('2024-2-9')", "date('2024-02-29') - date('2023-02-28')",
        "date-time('2024-02-29T10:00:00.000Z')", "decimal-date-time(date('2024-02-29'))", "int(/data/date - '2000-01-01')",
        "(today() - date('2000-01-01')) div 365.25", "date('1969-12-31') + 0", "date('1899-12-31')", "date('2100-01-01') + 1",
        "format-date(date(/data/date + 30), '%Y-%m-%d')", "date(/data/when)", "format-date-time(now(), '%Y')",
    ],
    "codes": [
        "digest('abc', 'MD5', 'hex')", "digest('abc', 'MD5', 'base64')", "digest('abc', 'MD5')", "digest('', 'MD5', 'hex')",
        "digest('abc', 'SHA-1', 'hex')", "digest('abc', 'SHA-256', 'hex')", "digest('abc', 'SHA-256', 'base64')",
        "digest('abc', 'SHA-384', 'hex')", "digest('abc', 'SHA-512', 'base64')", "digest('Zoë李', 'SHA-256', 'hex')",
        "base64-decode('SGVsbG8=')", "base64-decode('')", "base64-decode('5p2O6Zu3')", "string-length(uuid())",
        "string-length(uuid(10))", "selected-at('a b c', 0)", "selected-at('a b c', 2)", "selected-at('a b c', 3)",
        "selected-at('a b c', -1)", "selected-at('', 0)", "selected-at('a b c', 1.7)", "selected-at('a b c', 'x')",
        "count-selected('')", "count-selected('a')", "count-selected(' a  b ')", "count-selected(/data/many)",
        "count-selected(/data/none)", "selected-at(/data/many, 0)", "selected(/data/many, 'b')", "random() < 1",
        "once('x')", "once(/data/i)", "position(..)", "area(/data/shape)", "round(distance(/data/shape), 0)",
        "round(distance(/data/trace), 0)", "area('')", "round(area(/data/r/g), 0)",
        "round(distance(/data/r/g), 0)", "area('0 0;1 1')", "geofence('1.5 1.5 0 0', /data/shape)",
        "geofence('5 5 0 0', /data/shape)", "geofence('', /data/shape)", "area(/data/p)", "round(distance('0 0', '0 1'), 0)",
        "round(distance(/data/p, /data/p), 0)",
    ],
}  # fmt: skip

_CHOICES = "".join(
    f"<item><value>{value}</value><label ref=\"jr:itext('{value}')\"/></item>" for value in ("a", "b", "c")
)


def form(family: str) -> str:
    """The XForm of a family."""
    expressions = FAMILIES[family]
    answers = "".join(f"<{name}>{escape(value)}</{name}>" for name, (_, value) in PREAMBLE.items())
    binds = "".join(f'<bind nodeset="/data/{name}" type="{kind}"/>' for name, (kind, _) in PREAMBLE.items())
    computed = "".join(f"<e{at}/>" for at in range(len(expressions)))
    binds += "".join(
        f'<bind nodeset="/data/x/e{at}" type="string" calculate={quoteattr(expression)}/>'
        for at, expression in enumerate(expressions)
    )
    inputs = "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in PREAMBLE)
    texts = "".join(
        f'<translation lang="{language}"{default}>'
        + "".join(f'<text id="{name}"><value>{name.upper()} {language}</value></text>' for name in ("a", "b", "c", "t"))
        + "</translation>"
        for language, default in (("en", ' default="true()"'), ("zh", ""))
    )
    items = "".join(
        f"<item><name>{name}</name><label>Item {name}</label><n>{at}</n>{only}</item>"
        for at, (name, only) in enumerate((("a", "<only/>"), ("b", ""), ("c", "<only>x</only>"), ("d", "")), 1)
    )
    return f"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>{family}</h:title><model>
<itext>{texts}</itext>
<instance><data id="battery-{family}" version="3">{answers}<one>a</one><many>a b</many>
<r jr:template=""><n>9</n><v>new</v><g/></r>
<r><n>1</n><v>one</v><g>2 2 0 0</g></r><r><n>2</n><v>two</v><g>2 1 0 0</g></r><r><n>3</n><v/><g>1 1 0 0</g></r>
<x>{computed}</x><meta><instanceID/></meta></data></instance>
<instance id="list"><root>{items}</root></instance>
{binds}<bind nodeset="/data/r/n" type="int"/><bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>{inputs}
<select1 ref="/data/one"><label>one</label>{_CHOICES}</select1>
<select ref="/data/many"><label>many</label>{_CHOICES}</select>
<group ref="/data/r"><label>r</label><repeat nodeset="/data/r"><input ref="/data/r/n"><label>n</label></input>
<input ref="/data/r/v"><label>v</label></input><input ref="/data/r/g"><label>g</label></input></repeat></group>
</h:body></h:html>
"""
