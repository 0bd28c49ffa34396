"""Names planted in every field are found nowhere in a workspace's or a hub's folder, killed or not."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hamlet_program import World, jsonl, request

MARKERS = [
    "王玛珂一", "李玛珂二", "赵玛珂三", "MARKERQUARTZ4", "Marker-Opal-5", "陈玛珂六", "MarkerTopaz7", "标记翡翠八",
    "15477788899", "标记玛瑙十",
]  # fmt: skip
HOUSEHOLD = {
    "where": {
        "area": "99062110120201",
        "house_no": MARKERS[3],
        "head_name": MARKERS[0],
        "has_phone": "yes",
        "phone": MARKERS[8],
    },
    "people": {"registered": 2, "living": 2},
    "life": {"more": "yes"},
    "house": {"built": 1998},
    "member": [
        {"name": MARKERS[1], "sex": "m", "relation": "head", "telephone": MARKERS[8]},
        {"name": MARKERS[2], "sex": "f", "relation": "spouse"},
    ],
    "remark": MARKERS[4],
}


def found(folder: Path, markers: list[str]) -> list[tuple[str, str]]:
    """Every place of a marker in any file's content or name, in the encodings that a program might use."""
    hits = []
    for file in sorted(folder.rglob("*")):
        content = file.read_bytes() if file.is_file() else b""
        for marker in markers:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                if marker.encode(encoding) in content or marker in file.name:
                    hits.append((str(file.relative_to(folder)), marker))
    return hits


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_markers_are_found_nowhere(world: World, tmp_path: Path) -> None:
    program, village = world.program, ["--workspace", str(world.village)]
    office = ["--workspace", str(world.township)]
    done = program.run("record", "add", "household", "--answers", "-", "--json", *village, stdin=jsonl([HOUSEHOLD]))
    assert done.code == 0, done
    resident = program.ask("entity", "list", "residents", "--query", MARKERS[1], *village)["entities"][0]["uuid"]
    picture = program.home / f"{MARKERS[6]}.jpg"
    picture.write_bytes(MARKERS[7].encode() * 50)
    answers = request(resident, MARKERS[5])
    answers["what"] |= {"place": MARKERS[9], "photo": {"file": str(picture)}}
    done = program.run("record", "add", "request", "--answers", "-", "--json", *village, stdin=jsonl([answers]))
    assert done.code == 0, done
    ref = done.lines[0]["ref"]
    program.ask("sync", *village)
    program.ask("sync", *office)
    said = program.home / "said.json"
    said.write_text('{"action": "receive"}', "utf-8")
    program.ask("request", "update", ref, "--answers", str(said), *office)
    said.write_text(f'{{"action": "answer", "outcome": "done", "did": "{MARKERS[7]}"}}', "utf-8")
    program.ask("request", "update", ref, "--answers", str(said), *office)
    program.ask("sync", *office)
    program.ask("sync", *village)
    assert program.ask("request", "show", ref, *village)["answer"] == MARKERS[7]
    target = program.home / "out.xlsx"
    program.ask("export", "requests", "--to", str(target), *office)

    process = program.start("record", "add", "request", "--answers", "-", *village, stdin=-1)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(jsonl([answers] * 20))
    process.stdin.flush()
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()

    for folder in (world.village, world.township, world.hub):
        assert any(file.is_file() for file in folder.rglob("*"))
        assert found(folder, MARKERS) == [], folder
        for file in folder.rglob("*.db"):
            assert not file.read_bytes().startswith(b"SQLite format 3")
    world.stop()
    assert found(world.hub, MARKERS) == []
