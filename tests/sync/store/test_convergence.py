"""Device and hub, edited on both sides in any order: nothing pending vanishes from view, and in the end both agree."""

import random

import pytest
from store_samples import GROUP, VILLAGE, Village, form

from forms import entities
from forms.entities import Decision, EntityChange, EntityRow
from sync.protocol import Anchor, Outcome, Page, PushReply, Result, Row, RowKind

AREA = f"{VILLAGE}/{GROUP}"


class Hub:
    """The hub's part, as `forms.entities` decides it: a log position, rows, and the newest change of each."""

    def __init__(self) -> None:
        self.n = 0
        self.rows: dict[str, EntityRow] = {}
        self.changed: dict[str, int] = {}
        self.known: dict[str, int] = {}

    def take(self, instance_id: str, changes: tuple[EntityChange, ...]) -> Result:
        if instance_id in self.known:
            return Result(instance_id, Outcome.DUPLICATE, "", self.known[instance_id])
        self.n += 1
        self.known[instance_id] = self.n
        for change in changes:
            done = entities.apply(change, self.rows.get(change.uuid))
            assert done.decision in (Decision.CREATED, Decision.UPDATED), done
            assert done.row is not None
            self.rows[change.uuid] = done.row
            self.changed[change.uuid] = self.n
        return Result(instance_id, Outcome.STORED, "", self.n)

    def page(self, after: int, limit: int) -> tuple[list[Row], int, bool]:
        due = sorted((n, uuid) for uuid, n in self.changed.items() if n > after)
        rows = [self._row(n, uuid) for n, uuid in due[:limit]]
        more = len(due) > limit
        return rows, (due[limit - 1][0] if more else self.n), more

    def _row(self, n: int, uuid: str) -> Row:
        row = self.rows[uuid]
        body = {
            "dataset": row.dataset,
            "uuid": uuid,
            "label": row.label,
            "version": row.version,
            "properties": dict(row.properties),
            "area": AREA,
            "conflict": row.conflict.value,
            "deleted": False,
        }
        return Row(n, RowKind.ENTITY, f"{row.dataset}/{uuid}", AREA, body)


def push(village: Village, hub: Hub, *, lose_reply: bool, size: int) -> None:
    sent = village.store.outbox.next_run(size)
    if sent is None:
        return
    results = []
    for envelope in sent.run.envelopes:
        changes = entities.changes(form("household"), envelope.xml)
        results.append(hub.take(envelope.instance_id, changes))
    if not lose_reply:
        anchor = Anchor("e", hub.n, bytes(32))
        village.store.outbox.apply_push_reply(PushReply(b"", anchor, tuple(results), 0, (), b""))


def pull(village: Village, hub: Hub, *, limit: int) -> None:
    after = int(village.store.inbox.cursor() or b"0")
    rows, place, more = hub.page(after, limit)
    village.store.inbox.apply_page(Page(b"", tuple(rows), str(place).encode(), more, b""))


def foreign(chance: random.Random, hub: Hub, uuid: str) -> None:
    row = hub.rows[uuid]
    change = EntityChange(
        "households", uuid, False, True, None, {"phone": str(chance.randrange(10**6))}, base_version=row.version
    )
    hub.take(f"uuid:foreign-{hub.n}", (change,))


@pytest.mark.parametrize("seed", range(12))
def test_both_sides_agree_in_the_end(village: Village, seed: int) -> None:
    chance, hub = random.Random(seed), Hub()
    last: dict[str, str] = {}
    for step in range(60):
        action = chance.choice(("create", "edit", "edit", "edit", "foreign", "push", "pull", "pull"))
        known = list(last)
        if action == "create" or not known:
            uuid = village.household("李大成", f"{step}号")
            last[uuid] = f"{step}号"
        elif action == "edit":
            uuid = chance.choice(known)
            village.change_household(uuid, house_no=f"{step}号")
            last[uuid] = f"{step}号"
        elif action == "foreign" and hub.rows:
            foreign(chance, hub, chance.choice(sorted(hub.rows)))
        elif action == "push":
            push(village, hub, lose_reply=chance.random() < 0.3, size=chance.choice((1, 3000, 100_000)))
        else:
            pull(village, hub, limit=chance.choice((1, 2, 100)))
        for uuid, house in last.items():
            item = village.store.entities.get(uuid)
            assert item is not None
            assert item.properties["house_no"] == house, (seed, step, action)
    while village.store.outbox.next_run(1) is not None:
        push(village, hub, lose_reply=False, size=100_000)
    pull(village, hub, limit=1000)
    for uuid, row in hub.rows.items():
        item = village.store.entities.get(uuid)
        assert item is not None
        assert (item.pending, item.version, dict(item.properties)) == (0, row.version, dict(row.properties))
    assert set(hub.rows) == set(last)
