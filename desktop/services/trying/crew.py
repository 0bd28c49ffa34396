"""Things made by number in processes of their own, while the caller keeps what they made: two fill, one writes."""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

PROCESSES = 2

Ask = Callable[[object], object]
"""How a worker asks whoever keeps what it makes; it waits for the answer."""


class Worker(Protocol):
    """Travels to another process once; makes the same there as it would here."""

    def __call__(self, task: object, ask: Ask) -> object: ...


class Crew(Protocol):
    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        """What the worker makes of each task, in the order of the tasks.

        A stage begins once the caller has taken what all before made and asks for more.
        """
        ...


class Alone:
    """Everything in this process."""

    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        return (worker(task, answer) for tasks in stages for task in tasks)


class Processes:
    """Each of some processes takes the tasks in turn; what they ask is answered while results are waited for."""

    def __init__(self, count: int = PROCESSES) -> None:
        self._count = count

    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        hands = [_Hand(worker) for _ in range(self._count)]
        try:
            for tasks in stages:
                yield from _stage(hands, iter(tasks), answer)
        finally:
            for hand in hands:
                hand.dismiss()


def _stage(hands: Iterable[_Hand], waiting: Iterator[object], answer: Ask) -> Iterator[object]:
    order: deque[_Hand] = deque()
    for hand, task in zip(hands, waiting, strict=False):
        hand.give(task)
        order.append(hand)
    while order:
        hand = order.popleft()
        while not hand.done:
            _listen(hands, answer)
        made = hand.done.popleft()
        for task in waiting:
            hand.give(task)
            order.append(hand)
            break
        yield made


class _Hand:
    """One process, and what it has sent and nobody has taken yet."""

    def __init__(self, worker: Worker) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self._process: BaseProcess = spawn.Process(target=_serve, args=(theirs, worker), daemon=True)
        self._process.start()
        theirs.close()
        self.done: deque[object] = deque()

    def give(self, task: object) -> None:
        self.pipe.send(task)

    def dismiss(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _listen(hands: Iterable[_Hand], answer: Ask) -> None:
    """Take what comes next from any of them. What went wrong there is raised here."""
    by_pipe: dict[object, _Hand] = {hand.pipe: hand for hand in hands}
    for pipe in wait([hand.pipe for hand in by_pipe.values()]):
        hand = by_pipe[pipe]
        with uncollected():
            asked, said = hand.pipe.recv()
        if isinstance(said, BaseException):
            raise said
        if asked:
            hand.pipe.send(answer(said))
        else:
            hand.done.append(said)


@contextmanager
def uncollected() -> Iterator[None]:
    """Circles of garbage wait: to look through very many rows for them again and again takes longer than the rows."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _serve(pipe: Connection, worker: Worker) -> None:
    def ask(question: object) -> object:
        pipe.send((True, question))
        return pipe.recv()

    gc.disable()
    try:
        while True:
            pipe.send((False, worker(pipe.recv(), ask)))
            gc.collect()
            gc.freeze()  # what is there now is there to stay
    except EOFError:
        return
    except Exception as problem:
        pipe.send((False, problem))
