"""Every passphrase forgotten: the township's hub, met once, opens the village's store again; over files alone."""

from pathlib import Path

import pytest
from hamlet_program import World


@pytest.mark.slow
def test_the_township_brings_a_village_back(world: World, tmp_path: Path) -> None:
    ask, run = world.program.ask, world.program.run
    village = ["--workspace", str(world.village)]
    new = tmp_path / "new.txt"
    new.write_text("a passphrase that is new\n", "utf-8")
    ask("sync", *village)  # the hub tells its recovery key
    done = run("record", "add", "household", "--answers", "-", *village, stdin=b"")  # which seals the store to it
    assert done.code == 0, done
    verified = ask("audit", "verify", *village)
    assert verified["ok"]
    assert verified["countersigned"] > 0
    request, answer = tmp_path / "request", tmp_path / "answer"
    ask("workspace", "recover", "--ask", str(request), "--new-passphrase-file", str(new), *village)
    ask("hub", "recover", str(world.hub), str(request), "--to", str(answer))
    who = ask("workspace", "user", "list", *village)["users"][0]["user"]
    given = ["--new-passphrase-file", str(new), "--user", who]
    assert ask("workspace", "recover", "--answer", str(answer), *given, *village)["user"] == who
    opened = ask("workspace", "check", "--passphrase-file", str(new), "--user", who, *village)
    assert opened["ok"]
