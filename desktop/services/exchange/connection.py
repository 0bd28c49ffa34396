"""One hand-over with the hub, whichever thread the store is in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol, TypeVar

from desktop.services.clock import Clock
from desktop.services.exchange import enrolment, pruning, publishing
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.exchange.platform import exchange_with, reach_platform
from desktop.services.people import forgetting
from desktop.services.rights import REVOKED
from desktop.services.values import Progress
from forms.errors import Fault, Kind
from sync.client.engine import HandOver, World, hand_over
from sync.client.engine import Progress as Stage
from sync.client.http import HttpTransport
from sync.client.stopping import EVERY, breaking_off
from sync.store.api import Store

T = TypeVar("T")


class OnStore(Protocol):
    """Runs a piece of work on the writer's store, in the thread that owns it."""

    def __call__(self, work: Callable[[Store], T], /) -> T: ...


def exchange(
    on_store: OnStore,
    *,
    clock: Clock,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    budget: int | None = None,
) -> HandOverResult:
    """One hand-over; the store is only asked between requests, never during one."""
    world = _world(clock, progress, cancelled)
    platform = on_store(lambda store: store.platforms.platform())
    if platform is not None:
        return _result(exchange_with(platform, on_store, world, budget=budget))
    transport = _transport(on_store)
    pool = ThreadPoolExecutor(1, thread_name_prefix="hand-over")
    try:
        with breaking_off(transport.abort, world.cancelled):
            done = hand_over(
                on_store,
                transport,
                replace(
                    world,
                    shut_out=lambda: on_store(lambda store: store.settings.put(REVOKED, clock.utc())),
                    alongside=lambda work: pool.submit(work).result,
                ),
                budget=budget,
                forms=on_store(publishing.waiting),
                brought=lambda: on_store(publishing.brought),
            )
    except Fault as fault:
        raise _of_the_right_hub(fault, transport, on_store) from None
    finally:
        pool.shutdown()
        transport.close()
    _follow(on_store, done, clock)
    return _result(done)


def _follow(on_store: OnStore, done: HandOver, clock: Clock) -> None:
    """What the store does once everything was said."""
    if not done.cancelled:
        on_store(_let_in)
        on_store(forgetting.follow)
        on_store(lambda store: pruning.let_go(store, clock))
    published, refused = frozenset(done.published), frozenset(done.unpublished)
    if published or refused:
        on_store(lambda store: publishing.settle(store, published=published, refused=refused))


def _world(clock: Clock, progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None) -> World:
    """Time, chance and the person as the steps of a hand-over meet them."""
    asked = cancelled or (lambda: False)

    def wait(seconds: float) -> bool:
        """Looks now and then whether the person has stopped it."""
        while seconds > 0 and not asked():
            time.sleep(min(seconds, EVERY))
            seconds -= EVERY
        return asked()

    def stage(reached: Stage) -> None:
        if progress is not None:
            progress(Progress(reached.step.value, reached.done, reached.total))

    return World(
        seconds=clock.steady,
        wait=wait,
        chance=clock.random,
        cancelled=asked,
        progress=stage,
    )


def _let_in(store: Store) -> None:
    """The hub knows this computer again."""
    if store.settings.get(REVOKED):
        store.settings.put(REVOKED, "")


def reach(on_store: OnStore) -> str:
    """ "" where something answers at the hub's address that claims to be this hub; else the code of what is wrong."""
    platform = on_store(lambda store: store.platforms.platform())
    if platform is not None:
        return reach_platform(platform)
    try:
        transport = _transport(on_store)
        try:
            peer = transport.peer()
        finally:
            transport.close()
    except Fault as fault:
        return fault.code
    return "" if peer.hub == on_store(lambda store: store.identity()).hub else "sync.false_hub"


def _transport(on_store: OnStore) -> HttpTransport:
    """The way to the pinned hub; a device that began with a file makes itself known first."""
    identity = on_store(lambda store: store.identity())
    if not identity.enrolled:
        raise Fault("services.not_enrolled", Kind.USAGE)
    transport = HttpTransport(identity.url, identity=identity.hub_identity)
    user, key = on_store(lambda store: (store.settings.get(enrolment.USER), store.settings.get(enrolment.KEY)))
    if key:
        try:
            given = enrolment.confirmed(transport, identity, user, key, entropy=os.urandom)
        except BaseException:
            transport.close()
            raise
        on_store(lambda store: store.enrol(given))
        on_store(lambda store: enrolment.forget(store.settings))
    return transport


def _of_the_right_hub(fault: Fault, transport: HttpTransport, on_store: OnStore) -> Fault:
    """A stranger at the hub's address says that it does not know us: what counts is that it is a stranger."""
    if fault.code != "hub.unknown_device":
        return fault
    ours = on_store(lambda store: store.identity()).hub
    return fault if transport.peer().hub == ours else Fault("sync.false_hub", Kind.DENIED, url=transport.url)


def _result(done: HandOver) -> HandOverResult:
    return HandOverResult(
        pushed=done.pushed,
        duplicate=done.duplicate,
        held=done.held,
        rejected=done.rejected,
        pulled=done.pulled,
        bytes_up=done.bytes_up,
        bytes_down=done.bytes_down,
        requests=done.requests,
        seconds=done.seconds,
        stopped=done.cancelled,
        unpublished=done.unpublished,
    )
