"""Work done in copies of this process, with a limit of seconds of the processor."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

# A process that waits for ever uses no processor: this many times its limit by the clock ends it too.
CLOCK: Final = 30
MEMORY: Final = 3 << 30


def forked(work: Callable[[], Any], seconds: int = 0) -> tuple[int, int]:
    """Start a copy of this process that does ``work``; gives its id, and where its result can be read.

    ``seconds`` of the processor are its limit; 0 is none.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds * CLOCK)
        result = json.dumps(work()).encode()
        with os.fdopen(writing, "wb") as file:
            file.write(result)
        status = 0
    finally:
        os._exit(status)


def result_of(child: int, reading: int) -> Any:
    """What a copy gave; ``None`` where something ended it before."""
    with os.fdopen(reading, "rb") as file:
        content = file.read()
    os.waitpid(child, 0)
    return json.loads(content) if content else None


def alone(work: Callable[[], Any], seconds: int = 0) -> Any:
    return result_of(*forked(work, seconds))


def in_parallel(works: Iterable[tuple[Callable[[], Any], int]], jobs: int) -> Iterator[tuple[int, Any]]:
    """The result of each work with its place in the list, as they end.

    A work is asked for when it can begin: what the ones before gave may decide how it is done.
    """
    running: dict[int, tuple[int, int]] = {}

    def ended(most: int) -> Iterator[tuple[int, Any]]:
        while len(running) > most:
            for reading in select.select(list(running), [], [])[0]:
                index, child = running.pop(reading)
                yield index, result_of(child, reading)

    for index, (work, seconds) in enumerate(works):
        child, reading = forked(work, seconds)
        running[reading] = index, child
        yield from ended(jobs - 1)
    yield from ended(0)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What pytest prints goes nowhere."""
    kept = os.dup(1), os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            for place, descriptor in enumerate(kept, 1):
                os.dup2(descriptor, place)
                os.close(descriptor)
