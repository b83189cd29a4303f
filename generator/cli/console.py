"""The terminal: what is printed, in which encoding, with or without colour. Only this module writes to it."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from generator.workspace import WorkspaceError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Exit statuses: see "One record for every finding" in the design.
FINE, FINDINGS, USAGE, NOT_FINISHED = 0, 1, 2, 3

Style = Callable[[str, str], str]


class NamedPath(click.Path):
    """A path that has a name: an empty one, of a variable that is not set, would be the working folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value).strip():
            self.fail("the name is empty; write `.` for the working folder", param, ctx)
        return super().convert(value, param, ctx)


def prepare() -> None:
    """A character that the terminal cannot show is shown as ``?``; it never stops the program."""
    _open_all()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _open_all() -> None:
    """Give a program that was started without an output or an error stream one that refuses what is written to it.

    Otherwise the next file that is opened would get its number, and what is printed.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            closed = os.open(os.devnull, os.O_RDONLY)
            if closed != number:
                os.dup2(closed, number)
                os.close(closed)
            if number:
                setattr(sys, name, io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8"))


def flushed() -> bool:
    """Whether all that was printed has left this program; what has not is dropped at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


def out(text: str = "") -> None:
    """One line, or several, of the product of a command."""
    _write(sys.stdout, text)


def err(text: str) -> None:
    """What is not the product: why a command could not do its work. Where nobody hears it, the exit status tells."""
    with suppress(OSError, ValueError):
        _write(sys.stderr, text)
        sys.stderr.flush()


# Signs that mean something, for terminals that cannot show them: "?" would say neither yes nor no.
_PLAIN_SIGNS = str.maketrans({"✔": "+", "✘": "x", "…": "...", "’": "'", "–": "-", "\u00a0": " ", "\u202f": " "})


def _write(stream: TextIO, text: str) -> None:
    # Not `click.echo`: it replaces the encoding of an ASCII terminal by UTF-8.
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = text.translate(_PLAIN_SIGNS)
    stream.write(text + "\n")


def plain(text: str, _: str) -> str:
    """The style of a pipe."""
    return text


def coloured(text: str, kind: str) -> str:
    """The style of a terminal; ``kind`` is a severity, ``frame`` or ``strong``."""
    colour = {"error": "red", "warning": "yellow", "approval": "magenta", "info": "cyan", "frame": "blue"}.get(kind)
    return click.style(text, fg=colour, bold=kind != "frame" or None)


def style(stream: TextIO | None = None) -> Style:
    """Colours on a terminal, unless NO_COLOR asks for none."""
    return coloured if (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR") else plain


def out_json(value: Any) -> None:
    """A value as JSON; with escapes where the terminal cannot show all of it, so that nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        # A byte of a file name that is not UTF-8 is a character that no encoding has.
        text.encode("utf-8" if _is_utf8() else "ascii")
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False)
    out(text)


def out_xml(root: Element) -> None:
    """An element as XML; where the terminal is not UTF-8, with character references, which any encoding can hold."""
    from xml.etree.ElementTree import tostring

    text = tostring(root, "unicode") if _is_utf8() else tostring(root, "us-ascii").decode("ascii")
    out(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def end(status: int) -> NoReturn:
    """End the command with an exit status."""
    raise click.exceptions.Exit(status)


# ---- what went wrong in the world or in the program

# Control, reordering, invisible, surrogate and private-use characters: those that a deal may not hold either.
_CONTROL = {*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F),
            *range(0x2060, 0x2070), *range(0xD800, 0xF900), 0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF}  # fmt: skip


def visible_character(char: str) -> str:
    """A character as it is, or its escape where it would steer the terminal, reorder the text or not be seen."""
    code = ord(char)
    if code not in _CONTROL and code < 0xE0000:
        return char
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte of a file name that is not UTF-8
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def visible(text: str) -> str:
    """``text`` on one line without control, reordering and invisible characters; joiners stay, scripts need them."""
    return text if text.isascii() and text.isprintable() else "".join(map(visible_character, text))


def show_refusal(refusal: WorkspaceError) -> None:
    """File, reason and remedy of what the outside world refused, on the error stream."""
    paint = style(sys.stderr)
    err(f"{paint('error', 'error')}: {visible(refusal.file)}: {visible(refusal.reason)}")
    if refusal.remedy:
        err(f"   = help: {visible(refusal.remedy)}")


def show_trace(error: BaseException) -> None:
    """The whole trace, where CLAUSIER_DEBUG is 1."""
    if os.environ.get("CLAUSIER_DEBUG") == "1":
        err("".join(traceback.format_exception(error)).rstrip("\n"))


def show_internal_error(error: BaseException) -> None:
    """A bug of ours: one line and what to do; the whole trace only where CLAUSIER_DEBUG is 1."""
    show_trace(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    what = visible(" ".join(str(error).split()))[:200]
    err(f"internal error: {type(error).__name__}{f': {what}' if what else ''}{place}")
    err("   = help: this is a fault of clausier and not of your file; please report it with the command that you ran")
    err("   = help: CLAUSIER_DEBUG=1 prints the whole trace")
