"""A small form with one question of each type that the pack's forms have not, as XForm bytes."""

XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
<h:head><h:title>Types</h:title><model>
<instance><data id="types" version="1"><when/><clock/><moment/><month/><count/><weight/><place/><line/>
<level/><order/><ticks/><read/><sound/><house/><shown/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/when" type="date"/><bind nodeset="/data/clock" type="time"/>
<bind nodeset="/data/moment" type="dateTime"/><bind nodeset="/data/month" type="date"/>
<bind nodeset="/data/count" type="int" constraint=". &lt; 100" jr:constraintMsg="too many"/>
<bind nodeset="/data/weight" type="decimal"/><bind nodeset="/data/place" type="geopoint"/>
<bind nodeset="/data/line" type="geotrace"/><bind nodeset="/data/level" type="int"/>
<bind nodeset="/data/order" type="odk:rank"/><bind nodeset="/data/ticks" type="string"/>
<bind nodeset="/data/read" type="string"/><bind nodeset="/data/sound" type="binary"/>
<bind nodeset="/data/house" type="binary"/>
<bind nodeset="/data/shown" type="string" readonly="true()" calculate="concat(/data/count, ' x')"/>
</model></h:head>
<h:body>
<input ref="/data/when"><label>When</label></input>
<input ref="/data/clock"><label>Clock</label></input>
<input ref="/data/moment"><label>Moment</label></input>
<input ref="/data/month" appearance="month-year"><label>Month</label></input>
<input ref="/data/count"><label>Count</label></input>
<input ref="/data/weight"><label>Weight</label></input>
<input ref="/data/place"><label>Place</label></input>
<input ref="/data/line"><label>Line</label></input>
<range ref="/data/level" start="1" end="10" step="1"><label>Level</label></range>
<odk:rank ref="/data/order"><label>Order</label>
<item><label>One</label><value>a</value></item><item><label>Two</label><value>b</value></item>
<item><label>Three</label><value>c</value></item></odk:rank>
<select ref="/data/ticks"><label>Ticks</label><item><label>A</label><value>a</value></item>
<item><label>B</label><value>b</value></item><item><label>None</label><value>none</value></item></select>
<trigger ref="/data/read"><label>Read this</label></trigger>
<upload ref="/data/sound" mediatype="audio/*"><label>Sound</label></upload>
<upload ref="/data/house" mediatype="osm/*"><label>House</label></upload>
<input ref="/data/shown"><label>Shown</label></input>
</h:body></h:html>"""


def small_form() -> bytes:
    return XFORM.encode()
