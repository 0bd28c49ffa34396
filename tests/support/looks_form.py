"""A form with an appearance or feature of XLSForm a question, as XForm bytes; two languages, a picture for choices."""

LISTS = "".join(f"<item><label ref=\"jr:itext('c{n}')\"/><value>v{n}</value></item>" for n in range(1, 5))
MANY = "".join(f"<item><label>Town {n}</label><value>t{n}</value></item>" for n in range(1, 41))
TEXTS = "".join(
    f'<text id="c{n}"><value>{word} {n}</value><value form="image">jr://images/p{n}.png</value></text>'
    for n in range(1, 5)
    for word in ("WORD",)
)
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("stars", "int", '<range ref="/data/stars" start="1" end="5" step="1" appearance="rating">{label}</range>'),
    ("money", "int", '<input ref="/data/money" appearance="thousands-sep">{label}</input>'),
    ("score", "int", '<input ref="/data/score" appearance="counter">{label}</input>'),
    ("secret", "string", '<input ref="/data/secret" appearance="masked">{label}</input>'),
    ("code", "barcode", '<input ref="/data/code">{label}</input>'),
    ("likert", "string", '<select1 ref="/data/likert" appearance="likert">{label}{items}</select1>'),
    ("quick", "string", '<select1 ref="/data/quick" appearance="quick">{label}{items}</select1>'),
    ("two", "string", '<select1 ref="/data/two" appearance="columns-2">{label}{items}</select1>'),
    ("bare", "string", '<select1 ref="/data/bare" appearance="columns-pack no-buttons">{label}{items}</select1>'),
    ("head", "string", '<select1 ref="/data/head" appearance="label">{label}{items}</select1>'),
    ("line", "string", '<select1 ref="/data/line" appearance="list-nolabel">{label}{items}</select1>'),
    ("ticks", "string", '<select ref="/data/ticks" appearance="list-nolabel">{label}{items}</select>'),
    ("towns", "string", '<select ref="/data/towns" appearance="minimal">{label}{many}</select>'),
    ("persian", "date", '<input ref="/data/persian" appearance="persian">{label}</input>'),
    ("trace", "geotrace", '<input ref="/data/trace">{label}</input>'),
    ("shape", "geoshape", '<input ref="/data/shape">{label}</input>'),
    ("place", "geopoint", '<input ref="/data/place" appearance="placement-map">{label}</input>'),
    ("photo", "binary", '<upload ref="/data/photo" mediatype="image/*">{label}</upload>'),
    ("name", "binary", '<upload ref="/data/name" mediatype="image/*" appearance="signature">{label}</upload>'),
    ("marks", "binary", '<upload ref="/data/marks" mediatype="image/*" appearance="annotate">{label}</upload>'),
)


def looks_form() -> bytes:
    """All on one screen, in order; /data/child is a table, /data/part a card with a table inside."""
    nodes = "".join(f"<{name}/>" for name, _, _ in QUESTIONS)
    binds = "".join(f'<bind nodeset="/data/{name}" type="{kind}"/>' for name, kind, _ in QUESTIONS)
    label = "<label ref=\"jr:itext('label')\"/><hint ref=\"jr:itext('hint')\"/>"
    body = "".join(
        control.format(label=label if name == "stars" else f"<label>The {name}</label>", items=LISTS, many=MANY)
        for name, _, control in QUESTIONS
    )
    itext = "".join(
        f'<translation lang="{language}">{TEXTS.replace("WORD", word)}'
        f'<text id="label"><value>{star}</value></text>'
        f'<text id="hint"><value>_short_</value><value form="guidance">long and **clear**</value></text></translation>'
        for language, word, star in (("English (en)", "Choice", "**How** good?"), ("中文 (zh)", "选项", "**多**好？"))
    )
    return f"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Looks</h:title><model><itext>{itext}</itext>
<instance><data id="looks" version="1">{nodes}<child><who/><born/></child><counted/><part><title/><notes/>
<piece><what/></piece></part><meta><instanceID/></meta></data></instance>{binds}
<bind nodeset="/data/child/who" type="string" required="true()"/><bind nodeset="/data/child/born" type="int"/>
<bind nodeset="/data/part/title" type="string"/><bind nodeset="/data/part/piece/what" type="string"/>
<bind nodeset="/data/part/notes" type="string"/>
</model></h:head><h:body>{body}
<group ref="/data/child"><label>Child</label><repeat nodeset="/data/child">
<input ref="/data/child/who"><label>Name</label></input><input ref="/data/child/born"><label>Year</label></input>
</repeat></group>
<group ref="/data/part"><label>Part</label><repeat nodeset="/data/part">
<input ref="/data/part/title"><label>Title</label></input>
<input ref="/data/part/notes" appearance="multiline"><label>Notes</label></input>
<group ref="/data/part/piece"><label>Piece</label><repeat nodeset="/data/part/piece">
<input ref="/data/part/piece/what"><label>What</label></input></repeat></group></repeat></group>
</h:body></h:html>""".encode()
