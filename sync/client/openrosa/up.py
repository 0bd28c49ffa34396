"""To the platform: each record with its files, the identical bytes until it is signed for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from forms.errors import Fault, Kind
from forms.sealed import BEGIN
from sync.client.openrosa.answers import judge
from sync.client.openrosa.http import Server
from sync.client.openrosa.values import OnPlatforms
from sync.store.platform_values import Answer, Verdict, Waiting

SEALED = "sealed_stays"  # key of the words under `sync`
MOST_TROUBLED = 2  # records one after the other that the server has trouble with; then the trouble is the server's
LONGEST_WAIT = 60.0  # seconds that a server may ask for; beyond, what waits goes with the next hand-over
OVERHEAD = 600  # bytes of a part beside its content, about


class Wait(Protocol):
    """Waits so many seconds; whether the person stopped it meanwhile."""

    def __call__(self, seconds: float, /) -> bool: ...


@dataclass(slots=True)
class Sent:
    """What went up: records delivered, parked, to be confirmed by another try; `later` for what waits on.

    `troubled` counts records one after the other with which the server had trouble; `rest` is its wish not to be asked.
    """

    delivered: int = 0
    parked: list[tuple[str, str]] = field(default_factory=list)
    again: int = 0
    files: int = 0
    denied: str = ""
    later: bool = False
    troubled: int = 0
    rest: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """How a sending goes: how long to wait between tries, how often, and how many bytes at most."""

    wait: Wait
    chance: Callable[[], float]
    cancelled: Callable[[], bool]
    report: Callable[[int], None]
    device: str
    budget: int | None = None
    tries: int = 3


def send(on_store: OnPlatforms, server: Server, terms: Terms, sent: Sent) -> Sent:
    """Post what waits, in the order in which it was finished, until there is no more or the server says stop.

    `sent` says what came of it, of whatever got through before a Fault too.
    """
    passed: list[str] = []
    spent = 0
    waiting = on_store(lambda store: store.waiting())
    if waiting is None:
        return sent
    server.prepare()
    while waiting is not None:
        if terms.cancelled():
            break
        spent += waiting.size + sum(size for _, size in waiting.files)
        if terms.budget is not None and spent > terms.budget and passed:
            sent.later = True
            break
        answer = _patiently(on_store, server, waiting, terms, sent)
        record = waiting.instance_id
        passed.append(record)
        on_store(lambda store, record=record, answer=answer: store.settle(record, answer))  # type: ignore[misc]
        if not _noted(sent, record, answer):
            break
        terms.report(len(passed))
        after = tuple(passed)
        waiting = on_store(lambda store, after=after: store.waiting(after=after))  # type: ignore[misc]
    return sent


def _noted(sent: Sent, record: str, answer: Answer) -> bool:
    """Count a verdict; whether the queue goes on."""
    said = answer.reason
    sent.troubled = sent.troubled + 1 if answer.may_be_its_own else 0
    if answer.verdict is Verdict.DELIVERED:
        sent.delivered += 1
    elif answer.verdict is Verdict.PARKED:
        sent.parked.append((record, said))
    elif answer.verdict is Verdict.AGAIN:
        sent.again += 1
    elif answer.verdict is Verdict.LATER:
        sent.later = True
        return answer.may_be_its_own and sent.troubled < MOST_TROUBLED and not sent.rest
    else:
        sent.denied = said
        return False
    return True


def _patiently(on_store: OnPlatforms, server: Server, waiting: Waiting, terms: Terms, sent: Sent) -> Answer:
    """Post, and where the server is busy or the line broke, the same again after a while that grows."""
    for attempt in range(terms.tries):
        last, asked = attempt == terms.tries - 1, 0.0
        try:
            answer, asked = _post(on_store, server, waiting, terms.device, sent)
        except Fault as why:
            if why.kind is not Kind.UNREACHABLE or (last and not _too_large(server, waiting)):
                raise
            # A server that closes while a file comes which is larger than it takes is not heard saying so.
            answer = Answer(Verdict.PARKED, 413) if last else Answer(Verdict.LATER, 0)
        sent.rest = asked > LONGEST_WAIT
        if answer.verdict is not Verdict.LATER or last or sent.rest:
            return answer
        if terms.wait(max(asked, 2.0**attempt * (0.5 + terms.chance()))):
            sent.rest = True
            return answer
    raise AssertionError("at least one try")


def _too_large(server: Server, waiting: Waiting) -> bool:
    """Whether a file that has not got through is beyond what the server said it takes."""
    return any(size + waiting.size > server.limit for name, size in waiting.files if name not in waiting.posted)


def _post(on_store: OnPlatforms, server: Server, waiting: Waiting, device: str, sent: Sent) -> tuple[Answer, float]:
    """One record: alone with what fits beside it, then the other files, each time with the XML repeated.

    The answer, and for how many seconds the server asks us to wait. What holds a sealed field stays here.
    """
    xml = on_store(lambda store: store.xml(waiting.instance_id))
    if BEGIN.encode() in xml:
        return Answer(Verdict.PARKED, 0, SEALED), 0.0
    left = [file for file in waiting.files if file[0] not in waiting.posted]
    first = True
    while first or left:
        first = False
        names = _fitting(left, server.limit - len(xml) - OVERHEAD)
        files = [(name, on_store(lambda store, name=name: store.file(waiting.instance_id, name))) for name in names]  # type: ignore[misc]
        reply = server.submit(xml, files, device=device)
        answer = judge(reply.status, reply.kind, reply.body, conflicts=waiting.conflicts)
        if answer.status == 413 and len(names) > 1:
            server.limit = min(server.limit, max(size for name, size in left if name in names) + len(xml) + OVERHEAD)
            continue
        if answer.verdict is not Verdict.DELIVERED:
            return answer, reply.retry_after
        sent.files += len(names)
        if names:
            on_store(lambda store, names=names: store.file_posted(waiting.instance_id, names))  # type: ignore[misc]
        left = [file for file in left if file[0] not in names]
    return answer, 0.0


def _fitting(files: list[tuple[str, int]], room: int) -> list[str]:
    """Names of files that fit into one request together; one that is too large for any goes by itself."""
    names: list[str] = []
    for name, size in files:
        if names and size + OVERHEAD > room:
            continue
        names.append(name)
        room -= size + OVERHEAD
    return names if len(files) != 1 or not names else [files[0][0]]
