"""The command line: one module a command; only this package prints.

Exit status: 0 nothing wrong, 1 findings of severity error, 2 wrong usage or unreadable file, 3 not finished; 130 after
Ctrl-C, 143 after SIGTERM.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any, ClassVar

import click

from generator import __version__
from generator.cache import NO_CACHE
from generator.cli import console
from generator.cli.commands import Commands
from generator.stopping import Stopped, stopped_by_signals
from generator.workspace import NotWritten, WorkspaceError, remedy_of

# The modules are imported when their command runs or its help is shown, and import what is heavy when they run:
# `clausier --help` answers at once.
COMMANDS = ("new", "base", "check", "build", "explain", "playbook", "show", "doctor", "verify", "pack", "library")


class Main(Commands):
    """The commands, and the one place where what stops a command becomes a message."""

    modules: ClassVar = {name: f"generator.cli.{name}" for name in COMMANDS}

    def main(self, *args: Any, **options: Any) -> Any:
        try:
            with stopped_by_signals():
                console.prepare()
                return super().main(*args, **options)
        except Stopped as stop:
            sys.exit(_stopped(stop))
        except OSError as error:
            # Help and version are written before any command is invoked.
            sys.exit(_world(error))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except (click.exceptions.Exit, click.Abort):
            raise
        except click.UsageError as error:
            message = error.format_message()
            shown = "\n".join(map(console.visible, message.split("\n")))
            if shown == message:
                raise
            raise click.UsageError(shown, error.ctx) from None
        except WorkspaceError as refusal:
            console.show_refusal(refusal)
            status = console.NOT_FINISHED if isinstance(refusal, NotWritten) else console.USAGE
        except KeyboardInterrupt as stop:
            status = _stopped(stop)
        except OSError as error:
            status = _world(error)
        except Exception as error:
            console.show_internal_error(error)
            status = console.NOT_FINISHED
        raise click.exceptions.Exit(status)


def _stopped(stop: KeyboardInterrupt) -> int:
    """The status of a program that was asked to end; what it had to say until then may be lost."""
    number = stop.number if isinstance(stop, Stopped) else signal.SIGINT
    if not console.flushed():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    console.err("interrupted" if number == signal.SIGINT else f"stopped by {signal.Signals(number).name}")
    return Stopped(number).status


# What is refused of a file has its name: without one, it was the output.
_OF_OUTPUT = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


def _world(error: OSError) -> int:
    """The reader of our output went away, or the system refused something: nothing that a report would help."""
    if not console.flushed() or (error.filename is None and error.errno in _OF_OUTPUT):
        # What is still buffered cannot be written: Python would try again at exit and print a trace.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if error.errno == errno.ENOSPC:
            console.err("error: the output cannot be written (no space left on the device)")
        elif error.errno != errno.EPIPE:
            console.err(f"error: the output cannot be written ({error.strerror})")
    elif error.errno and error.strerror:
        place = error.filename if isinstance(error.filename, (str, bytes)) else "clausier"
        remedy = remedy_of(error, "check the folder and its permissions")
        console.show_refusal(WorkspaceError(os.fsdecode(place), f"the system refused ({error.strerror})", remedy))
        console.show_trace(error)
    else:
        console.show_internal_error(error)
    return console.NOT_FINISHED


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="clausier", message="%(prog)s %(version)s")
@click.option("--no-cache", is_flag=True, help="Read everything again and keep nothing; the same comes out.")
def main(no_cache: bool) -> None:
    """Contracts for managed service providers: a short deal goes in, the contract to sign comes out.

    \b
    clausier new contracts/dupont.yaml --segment pme     a commented deal to fill in
    clausier check contracts/dupont.yaml                 what is wrong with it, and where
    clausier build contracts/dupont.yaml -o build        the contract, in Word

    Exit status: 0 nothing wrong, 1 errors found, 2 wrong usage or unreadable file, 3 not finished; 130 after Ctrl-C,
    143 after SIGTERM.
    """
    if no_cache:
        # For the programs, too, that are started from here.
        os.environ[NO_CACHE] = "1"
