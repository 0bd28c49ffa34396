"""One hand-over with a platform: what is new comes down, what waits goes up, entities that follow from it come down."""

from __future__ import annotations

from collections.abc import Callable

from forms.errors import Fault, Kind
from sync.client.engine import World
from sync.client.openrosa.down import Brought, bring
from sync.client.openrosa.http import Server
from sync.client.openrosa.up import Sent, Terms, send
from sync.client.openrosa.values import OnPlatforms
from sync.client.stopping import breaking_off
from sync.client.values import HandOver, Progress, Step
from sync.protocol import Outcome, Result


def exchange(
    on_store: OnPlatforms, server: Server, world: World, *, device: str, budget: int | None = None
) -> HandOver:
    """Records go first: they are what can be lost. A platform that refuses us has everything kept here.

    Raises Fault `openrosa.*`; what was signed for before it stays so.
    """
    began = world.seconds()
    terms = Terms(
        wait=world.wait,
        chance=world.chance,
        cancelled=world.cancelled,
        report=lambda done: world.progress(Progress(Step.PUSH, done)),
        device=device,
        budget=budget,
    )
    sent, brought = Sent(), Brought()
    try:
        with breaking_off(server.abort, world.cancelled):
            send(on_store, server, terms, sent)
            if sent.denied:
                raise Fault("openrosa.denied", Kind.DENIED, host=server.platform.shown, said=sent.denied)
            if not world.cancelled():
                brought = bring(on_store, server, _pulling(world), world.cancelled)
                on_store(lambda store: store.contact())
    except Fault as fault:
        if fault.kind is not Kind.UNREACHABLE or not world.cancelled():
            raise
    sent.cancelled = world.cancelled()
    return _result(sent, brought, server, world.seconds() - began)


def _pulling(world: World) -> Callable[[int, int], None]:
    return lambda done, total: world.progress(Progress(Step.PULL, done, total))


def _result(sent: Sent, brought: Brought, server: Server, seconds: float) -> HandOver:
    refused = tuple(Result(record, Outcome.REJECTED, said) for record, said in sent.parked)
    return HandOver(
        pushed=sent.delivered,
        held=sent.again,
        rejected=len(sent.parked),
        pulled=len(brought.forms) + brought.files + brought.entities,
        bytes_up=server.traffic.up,
        bytes_down=server.traffic.down,
        requests=server.traffic.requests,
        seconds=seconds,
        files_up=sent.files,
        files_down=brought.files,
        cancelled=sent.cancelled,
        deferred=sent.later,
        refused=refused,
        unpublished=tuple(name for name, _ in brought.refused),
    )
