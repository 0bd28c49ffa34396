"""Rows of the hub that come before its answer to what was handed in."""

from __future__ import annotations

import plain_records
from envelopes import new_uuid
from hub_world import World
from laptop_world import Workspace

from sync.client.talk import Talk
from sync.protocol import Pull, Push


def test_an_edit_whose_row_came_before_the_hub_s_answer_is_settled_by_the_answer(
    village: Workspace, world: World
) -> None:
    """As by stick, or where the answer to a push was lost."""
    uuid = new_uuid(village.chance)
    village.finalise("household", plain_records.household(village.chance, uuid=uuid))
    store, identity = village.store, village.store.identity()
    outgoing = store.outbox.next_run(1 << 20)
    assert outgoing is not None
    talk = Talk(village.transport, identity, entropy=village.chance.randbytes)
    answer = world.hub.push(talk.signed(Push(bytes(16), identity.device, outgoing.anchor, outgoing.run, b"")))
    store.inbox.apply_page(world.hub.pull(talk.signed(Pull(bytes(16), identity.device, b"", 1 << 20, b""))))
    assert [row.pending for row in store.entities.list("households").rows] == [1]
    store.outbox.apply_push_reply(answer)
    assert [row.pending for row in store.entities.list("households").rows] == [0]
