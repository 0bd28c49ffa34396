"""Small XForms of our own, one for each corner that samples and recorded cases leave open."""

# ruff: noqa: E501 - an expression or an element stays on its line

from __future__ import annotations

_HEAD = (
    '<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms" '
    'xmlns:orx="http://openrosa.org/xforms" xmlns:ev="http://www.w3.org/2001/xml-events" '
    'xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>{name}</h:title>'
    '<model odk:xforms-version="1.0.0"><instance><data id="{name}" version="1">{instance}'
    "<meta><instanceID/></meta></data></instance>{model}"
    '<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/></model></h:head>'
    "<h:body>{body}</h:body></h:html>"
)


def form(name: str, instance: str, model: str, body: str) -> str:
    """The XForm whose primary instance, binds and controls these are."""
    return _HEAD.format(name=name, instance=instance, model=model, body=body)


def _bind(path: str, **attributes: str) -> str:
    names = {"message": "jr:constraintMsg", "required_message": "jr:requiredMsg", "preload": "jr:preload",
             "params": "jr:preloadParams"}  # fmt: skip
    pairs = "".join(
        ' {}="{}"'.format(names.get(key, key), value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"))
        for key, value in attributes.items()
    )
    return f'<bind nodeset="/data/{path}"{pairs}/>'


def _input(path: str, inner: str = "") -> str:
    return f'<input ref="/data/{path}"><label>{path}</label>{inner}</input>'


def _repeat(path: str, inner: str, attributes: str = "") -> str:
    return (
        f'<group ref="/data/{path}"><label>{path}</label><repeat nodeset="/data/{path}" {attributes}>{inner}</repeat>'
        "</group>"
    )


def _set(event: str, path: str, value: str | None = None, text: str = "") -> str:
    given = "" if value is None else ' value="{}"'.format(value.replace("&", "&amp;").replace("<", "&lt;"))
    return f'<setvalue event="{event}" ref="/data/{path}"{given}>{text}</setvalue>'


def _items(*values: str) -> str:
    return "".join(f"<item><label>Choice {value}</label><value>{value}</value></item>" for value in values)


def _select(path: str, inner: str, kind: str = "select1") -> str:
    return f'<{kind} ref="/data/{path}"><label>{path}</label>{inner}</{kind}>'


def _itemset(nodeset: str, value: str = "name", label: str = "label") -> str:
    nodeset = nodeset.replace("<", "&lt;").replace('"', "&quot;")
    return f'<itemset nodeset="{nodeset}"><value ref="{value}"/><label ref="{label}"/></itemset>'


def _list(name: str, *rows: str) -> str:
    """Rows `name:label:parent`."""
    items = "".join(
        "<item>"
        + "".join(f"<{tag}>{text}</{tag}>" for tag, text in zip(("name", "label", "up"), row.split(":"), strict=False))
        + "</item>"
        for row in rows
    )
    return f'<instance id="{name}"><root>{items}</root></instance>'


_TREE = _list("tree", "a:Alpha:", "b:Beta:", "a1:Alpha one:a", "a2:Alpha two:a", "b1:Beta one:b", "b2:Beta two:b")

TYPES = ("string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape",
         "barcode", "intent", "unknown")  # fmt: skip

FORMS: dict[str, str] = {
    "types": form(
        "types",
        "".join(f"<{kind}/><c-{kind}/>" for kind in TYPES) + "<source/>",
        "".join(_bind(kind, type=kind) + _bind(f"c-{kind}", type=kind, calculate="/data/source") for kind in TYPES),
        _input("source") + "".join(_input(kind) for kind in TYPES),
    ),
    "defaults": form(
        "defaults",
        "<i>2.5</i><j>x</j><k>007</k><d>1.50</d><e>-0.0</e><day>2024-02-30</day><stamp>2024-02-29T10:00:00.000+02:00</stamp>"
        "<point>1 2</point><far>91 0 0 0</far><n>3.9</n><blank/>",
        _bind("i", type="int") + _bind("j", type="int") + _bind("k", type="int") + _bind("d", type="decimal")
        + _bind("e", type="decimal") + _bind("day", type="date") + _bind("stamp", type="dateTime")
        + _bind("point", type="geopoint") + _bind("far", type="geopoint")
        + _bind("n", type="int", calculate="/data/d * 3") + _bind("blank", type="decimal", calculate="/data/i div 4"),
        "".join(_input(name) for name in ("i", "j", "k", "d", "e", "day", "stamp", "point", "far")),
    ),
    "relevance": form(
        "relevance",
        "<a>1</a><g><b>x</b><h><c>y</c></h></g><sum/><seen/><d>kept</d><e/><f/>",
        _bind("a", type="int") + _bind("g", relevant="/data/a > 0") + _bind("g/h", relevant="/data/g/b = 'x'")
        + _bind("g/h/c", relevant="/data/a != 5") + _bind("sum", calculate="concat(/data/g/b, /data/g/h/c, /data/d)")
        + _bind("seen", calculate="count(/data/g/b)") + _bind("d", relevant="/data/g/h/c = 'y'")
        + _bind("e", calculate="if(/data/d = '', 'none', /data/d)", relevant="/data/a < 9")
        + _bind("f", calculate="concat('[', /data/e, ']')"),
        _input("a") + '<group ref="/data/g"><label>g</label>' + _input("g/b")
        + '<group ref="/data/g/h"><label>h</label>' + _input("g/h/c") + "</group></group>" + _input("d"),
    ),
    "required": form(
        "required",
        "<mode>1</mode><a/><b/><c/><d>4</d>",
        _bind("mode", type="int") + _bind("a", required="true()", required_message="Needed: a")
        + _bind("b", required="/data/mode = 1", constraint=". != 'no' and string-length(.) < 6", message="Not no")
        + _bind("c", type="int", required="/data/mode > 1", constraint=". > /data/d", relevant="/data/mode < 3")
        + _bind("d", type="int", readonly="/data/mode = 2", constraint="regex(., '^[0-9]+$')"),
        "".join(_input(name) for name in ("mode", "a", "b", "c", "d")),
    ),
    "readonly": form(
        "readonly",
        "<lock>0</lock><g><a>1</a><r><b>2</b></r></g><c>3</c>",
        _bind("lock", type="int") + _bind("g", readonly="/data/lock > 0") + _bind("g/r/b", readonly="../../a = 5")
        + _bind("c", readonly="true()", calculate="/data/g/a + 1"),
        _input("lock") + '<group ref="/data/g"><label>g</label>' + _input("g/a") + _repeat("g/r", _input("g/r/b"))
        + "</group>" + _input("c"),
    ),
    "repeat-positions": form(
        "repeat-positions",
        '<r jr:template=""><n>1</n><at/><prev/><next/><all/><total/><old/></r><r><n>5</n><at/><prev/><next/><all/>'
        "<total/><old/></r><count/><last/><sum/><first/>",
        _bind("r/n", type="int") + _bind("r/at", type="int", calculate="position(..)")
        + _bind("r/prev", calculate="/data/r[position() = position(current()/..) - 1]/n")
        + _bind("r/next", calculate="/data/r[position() = position(current()/..) + 1]/n")
        + _bind("r/all", calculate="count(../../r)") + _bind("r/total", calculate="sum(../../r/n)")
        + _bind("r/old", calculate="indexed-repeat(/data/r/n, /data/r, position(..) - 1)")
        + _bind("count", type="int", calculate="count(/data/r)") + _bind("sum", calculate="sum(/data/r/n)")
        + _bind("last", calculate="/data/r[position() = /data/count]/n") + _bind("first", calculate="/data/r[1]/n"),
        _repeat("r", _input("r/n")),
    ),
    "repeat-nested": form(
        "repeat-nested",
        '<o jr:template=""><name/><i jr:template=""><v>2</v><path/></i><sum/><n/></o><total/><deep/><inner/>',
        _bind("o/i/v", type="int") + _bind("o/sum", calculate="sum(../i/v)") + _bind("o/n", calculate="count(../i)")
        + _bind("o/i/path", calculate="concat(position(../..), '.', position(..), ' of ', count(../../i))")
        + _bind("total", calculate="sum(/data/o/i/v)")
        + _bind("deep", calculate="indexed-repeat(/data/o/i/v, /data/o, 2, /data/o/i, 1)")
        + _bind("inner", calculate="count(/data/o/i)"),
        _repeat("o", _input("o/name") + _repeat("o/i", _input("o/i/v"))),
    ),
    "repeat-counts": form(
        "repeat-counts",
        '<n>2</n><r jr:template=""><v>d</v><at/><m>1</m><s jr:template=""><w/></s></r><k><x/></k><sum/>',
        _bind("n", type="int") + _bind("r/at", calculate="position(..)") + _bind("r/m", type="int")
        + _bind("sum", calculate="concat(count(/data/r), '/', count(/data/r/s), '/', count(/data/k))"),
        _input("n") + _repeat("r", _input("r/v") + _input("r/m") + _repeat("r/s", _input("r/s/w"), 'jr:count="../m"'),
                              'jr:count="/data/n"')
        + _repeat("k", _input("k/x"), 'jr:count="/data/n * 2 - 1"'),
    ),
    "repeat-count-relevance": form(
        "repeat-count-relevance",
        '<show>0</show><n>2</n><r jr:template=""><v>1</v></r><g><s jr:template=""><w/></s></g><sum/>',
        _bind("show", type="int")
        + _bind("n", type="int")
        + _bind("r", relevant="/data/show > 0")
        + _bind("g", relevant="/data/show != 2")
        + _bind("sum", calculate="concat(sum(/data/r/v), '/', count(/data/g/s))"),
        _input("show")
        + _input("n")
        + _repeat("r", _input("r/v"), 'jr:count="/data/n"')
        + '<group ref="/data/g"><label>g</label>'
        + _repeat("g/s", _input("g/s/w"), 'jr:count="/data/n + 1"')
        + "</group>",
    ),
    "repeat-fixed": form(
        "repeat-fixed",
        "<r><v>1</v></r><r><v>2</v></r><s><v/></s><t/><u jr:template=\"\"><v>3</v></u>",
        _bind("r/v", type="int") + _bind("t", calculate="sum(/data/r/v)"),
        _repeat("r", _input("r/v"), 'jr:noAddRemove="true()"') + _repeat("s", _input("s/v"), 'jr:noAddRemove="false()"')
        + _repeat("u", _input("u/v"), 'jr:noAddRemove="true()"'),
    ),
    "repeat-relevance": form(
        "repeat-relevance",
        '<show>1</show><r jr:template=""><a>1</a><b/></r><n/><t/>',
        _bind("show", type="int") + _bind("r", relevant="/data/show > 0") + _bind("r/a", type="int")
        + _bind("r/b", relevant="../a > 1 and /data/show != 2") + _bind("n", calculate="count(/data/r)")
        + _bind("t", calculate="join('-', /data/r/a, /data/r/b)"),
        _input("show") + _repeat("r", _input("r/a") + _input("r/b")),
    ),
    "actions": form(
        "actions",
        '<a/><b>1</b><c/><d/><e/><f>keep</f><g><h/></g><stamp/><r><x/><y/><z/></r><hidden/><log/><sum/>',
        _bind("b", type="int") + _bind("c", type="int") + _bind("hidden", relevant="/data/b > 5")
        + _bind("sum", calculate="concat(/data/c, ':', /data/d)") + _bind("stamp", type="dateTime")
        + _set("odk-instance-first-load", "e", "concat('first', /data/b)")
        + _set("odk-instance-first-load", "f") + _set("odk-instance-load", "stamp", "now()")
        + _set("odk-instance-first-load", "hidden", "'never'")
        + _set("odk-instance-first-load odk-instance-load", "log", "concat(., 'l')"),
        _input("a", _set("xforms-value-changed", "b", ". + 1") + _set("xforms-value-changed", "c", text="42"))
        + _input("b", _set("xforms-value-changed", "d", "concat('b', /data/b)"))
        + _input("d", _set("xforms-value-changed", "g/h", "../../a")) + _input("e") + _input("hidden")
        + _repeat("r", _set("odk-new-repeat", "r/y", "position(..)")
                  + _set("odk-instance-first-load odk-new-repeat", "r/z", "concat('z', ../../b)")
                  + _input("r/x", _set("xforms-value-changed", "r/y", "concat(../x, '!')"))),
    ),
    "action-chain": form(
        "action-chain",
        "<a/><b/><c/><d/><n>0</n><s/><t/>",
        _bind("a", type="int") + _bind("b", type="int") + _bind("c", calculate="/data/b * 2") + _bind("n", type="int")
        + _bind("t", calculate="concat(/data/s, /data/n)"),
        _input("a", _set("xforms-value-changed", "b", "../a + 1"))
        + _input("b", _set("xforms-value-changed", "d", "/data/c + 1"))
        + _input("d", _set("xforms-value-changed", "n", ". + 1"))
        + _select("s", _items("x", "y") + _set("xforms-value-changed", "a", "string-length(/data/t)")),
    ),
    "geopoint-actions": form(
        "geopoint-actions",
        '<a/><p/><q/><r jr:template=""><w/><o/></r>',
        _bind("p", type="geopoint") + '<odk:setgeopoint event="odk-instance-first-load" ref="/data/p"/>',
        _input("a", '<odk:setgeopoint event="xforms-value-changed" ref="/data/q"/>')
        + _repeat("r", '<odk:setgeopoint event="odk-new-repeat" ref="/data/r/w"/>' + _input("r/o")),
    ),
    "selects": form(
        "selects",
        "<a/><b/><c/><m/><n/><chosen/><k/><rank/><name/><at/><any/>",
        _TREE + _bind("chosen", calculate="concat(/data/a, '|', /data/b, '|', /data/c)")
        + _bind("name", calculate="jr:choice-name(/data/b, '/data/b')")
        + _bind("at", calculate="concat(selected-at(/data/m, 1), count-selected(/data/m))")
        + _bind("any", calculate="selected(/data/m, 'b1')"),
        _select("a", _itemset("instance('tree')/root/item[up = '']"))
        + _select("b", _itemset("instance('tree')/root/item[up = /data/a and /data/a != '']"))
        + _select("c", _items("x", "y", "z")) + _select("m", _itemset("instance('tree')/root/item[up != '']"), "select")
        + _select("n", _itemset("instance('tree')/root/item[selected(/data/m, name)]"), "select")
        + _select("rank", _itemset("instance('tree')/root/item[up = /data/a]"), "odk:rank") + _input("k"),
    ),
    "selects-of-repeat": form(
        "selects-of-repeat",
        '<p jr:template=""><name/><age>30</age></p><p><name>Ann</name><age>40</age></p><who/><adult/><many/><n/>',
        _bind("p/age", type="int") + _bind("n", calculate="jr:choice-name(/data/who, '/data/who')"),
        _repeat("p", _input("p/name") + _input("p/age"))
        + _select("who", _itemset("/data/p[name != '']", "name", "name"))
        + _select("adult", _itemset("/data/p[age &gt; 17][name != '']", "name", "name"))
        + _select("many", _itemset("/data/p[name != '' and not(contains(name, ' '))]", "name", "age"), "select"),
    ),
    "selects-in-repeat": form(
        "selects-in-repeat",
        '<top/><r jr:template=""><a/><b/><text/></r>',
        _TREE + _bind("r/text", calculate="jr:choice-name(../b, '../b')"),
        _select("top", _itemset("instance('tree')/root/item[up = '']"))
        + _repeat("r", _select("r/a", _itemset("instance('tree')/root/item[up = /data/top]"))
                  + _select("r/b", _itemset("instance('tree')/root/item[up = current()/../../top and name != current()/../a]"))),
    ),
    "shuffled": form(
        "shuffled",
        "<seed>3</seed><a/><b/><c/>",
        _TREE + _bind("seed", type="int") + _bind("c", calculate="join(' ', randomize(instance('tree')/root/item/name, /data/seed))"),
        _input("seed") + _select("a", _itemset("randomize(instance('tree')/root/item, /data/seed)"))
        + _select("b", _itemset("randomize(instance('tree')/root/item[up != ''], 1234)")),
    ),
    "ragged": form(
        "ragged",
        "<x/><a/><b/><c/><d/><s/><t/>",
        '<instance id="rag"><root><item><name>1</name><k>x</k></item><item><name>2</name></item>'
        "<item><name>3</name><k/></item><item><name>4</name><k>x</k><k>y</k></item></root></instance>"
        + _bind("a", calculate="count(instance('rag')/root/item[k = ''])")
        + _bind("b", calculate="count(instance('rag')/root/item[k = /data/x])")
        + _bind("c", calculate="join(',', instance('rag')/root/item[k != 'x']/name)")
        + _bind("d", calculate="count(instance('rag')/root/item[not(k)])"),
        _input("x") + _select("s", _itemset("instance('rag')/root/item[k = '']", "name", "name"))
        + _select("t", _itemset("instance('rag')/root/item[k = /data/x]", "name", "name")),
    ),
    "texts": form(
        "texts",
        '<who>Ann</who><n>2</n><s/><r jr:template=""><x/></r><msg/>',
        '<itext><translation lang="en" default="true()"><text id="hello"><value>Hello <output value="/data/who"/>!</value>'
        '<value form="image">jr://images/h.png</value></text><text id="hint"><value>Count <output value="/data/n * 2"/></value>'
        '</text><text id="a"><value>A of <output value="/data/who"/></value></text><text id="b"><value>B</value></text>'
        '<text id="bad"><value>No <output value="/data/n"/></value></text>'
        '<text id="inner"><value>Row <output value="position(..)"/> of <output value="../x"/></value></text></translation>'
        '<translation lang="zh"><text id="hello"><value>你好<output value="/data/who"/></value></text>'
        '<text id="hint"><value>数 <output value="/data/n"/></value></text><text id="a"><value>甲</value></text>'
        '<text id="b"><value>乙</value></text><text id="bad"><value>不行</value></text>'
        '<text id="inner"><value>第<output value="position(..)"/>行</value></text></translation></itext>'
        + _bind("n", type="int", constraint=". < 5", message="jr:itext('bad')")
        + _bind("msg", calculate="concat(jr:itext('b'), jr:choice-name(/data/s, '/data/s'))"),
        '<input ref="/data/who"><label ref="jr:itext(\'hello\')"/></input>'
        '<input ref="/data/n"><label>N <output value="/data/who"/> end</label><hint ref="jr:itext(\'hint\')"/></input>'
        '<select1 ref="/data/s"><label>s</label><item><label ref="jr:itext(\'a\')"/><value>a</value></item>'
        '<item><label ref="jr:itext(\'b\')"/><value>b</value></item></select1>'
        '<group ref="/data/r"><label>r</label><repeat nodeset="/data/r"><input ref="/data/r/x">'
        "<label ref=\"jr:itext('inner')\"/></input></repeat></group>",
    ),
    "attributes": form(
        "attributes",
        '<a k="1" l="">v</a><b m=""/><c/>',
        _bind("a/@l", calculate="concat(/data/c, '!')") + _bind("b", relevant="/data/c != 'x'")
        + _bind("b/@m", calculate="/data/a/@k + 1"),
        _input("a") + _input("b") + _input("c"),
    ),
    "preloads": form(
        "preloads",
        "<uid/><start/><end/><today/><device/><user/><mail/><phone/><other/><note>x</note>",
        _bind("uid", type="string", preload="uid") + _bind("start", type="dateTime", preload="timestamp", params="start")
        + _bind("end", type="dateTime", preload="timestamp", params="end") + _bind("today", type="date", preload="date", params="today")
        + _bind("device", preload="property", params="deviceid") + _bind("user", preload="property", params="username")
        + _bind("mail", preload="property", params="email") + _bind("phone", preload="property", params="phonenumber")
        + _bind("other", preload="property", params="simserial"),
        _input("note"),
    ),
    "once": form(
        "once",
        "<a/><b/><c>set</c><n>1</n><d/>",
        _bind("a", calculate="once(/data/n)") + _bind("b", calculate="if(/data/n > 2, once(concat('o', /data/n)), '')")
        + _bind("c", calculate="once('new')") + _bind("n", type="int") + _bind("d", calculate="once(string(/data/n > 3))"),
        _input("n"),
    ),
    "controls": form(
        "controls",
        "<t/><r>3</r><q/><u/><s/><o/>",
        _bind("t", required="true()") + _bind("r", type="int") + _bind("q", type="decimal") + _bind("u", type="binary")
        + _bind("o", calculate="concat(/data/t, /data/r, /data/q)"),
        '<trigger ref="/data/t"><label>t</label></trigger><range ref="/data/r" start="1" end="9" step="2"><label>r</label></range>'
        '<range ref="/data/q" start="-1" end="1" step="0.25"><label>q</label></range>'
        '<upload ref="/data/u" mediatype="image/*"><label>u</label></upload>'
        '<input ref="/data/s"><label>s</label></input>',
    ),
    "calculated-and-set": form(
        "calculated-and-set",
        "<a>2</a><b>9</b><c/><d/>",
        _bind("a", type="int") + _bind("b", type="int", calculate="/data/a * 2")
        + _bind("c", calculate="/data/b + 1", relevant="/data/a != 3") + _bind("d", calculate="concat(/data/c, 'x')"),
        "".join(_input(name) for name in "abcd"),
    ),
    "counted-by-answers": form(
        "counted-by-answers",
        '<k/><n/><r jr:template=""><more/></r>',
        _bind("k", calculate="count(/data/r)")
        + _bind("n", calculate="if(/data/k = 0 or indexed-repeat(/data/r/more, /data/r, /data/k) = 'yes', /data/k + 1, /data/k)"),
        _repeat("r", _select("r/more", _items("yes", "no")), 'jr:count="/data/n"'),
    ),
    "days": form(
        "days",
        "<born/><age/><due/><left/><week/><text/><when/><later/>",
        _bind("born", type="date", constraint=". <= today()") + _bind("age", type="int", calculate="int((today() - /data/born) div 365.25)")
        + _bind("due", type="date", calculate="date(/data/born + 280)") + _bind("left", type="int", calculate="/data/due - today()")
        + _bind("text", calculate="format-date(/data/born, '%e %b %Y, %a')") + _bind("when", type="dateTime")
        + _bind("week", calculate="round((decimal-date-time(today()) - decimal-date-time(/data/born)) div 7, 2)")
        + _bind("later", calculate="/data/when > /data/born"),
        _input("born") + _input("when"),
    ),
}  # fmt: skip
