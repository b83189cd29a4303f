"""How this program is ended from outside: what is under way is tidied up first, and the exit status says so."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final


class Stopped(KeyboardInterrupt):
    """The system, or whoever runs the program, asked it to end by the signal of this ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status that says so to a shell: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number


# A terminal that is closed, Ctrl-C, and what `kill`, `timeout` and a system that shuts down send.
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name))


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """As long as the block lasts, a signal that would end the program raises ``Stopped`` instead.

    What whoever started the program has it ignore (`nohup`) is ignored; a thread that gets no signals changes nothing.
    """
    before = {}
    with suppress(ValueError):
        for number in _SIGNALS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = signal.signal(number, _raise)
    try:
        yield
    finally:
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def _raise(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
