"""YAML text as plain values, each with its place.

YAML 1.2 core, read from parser events: no aliases, no tags, no second document, no repeated key. Numbers with a
fraction are ``Decimal``; dates and times stay text; an integer with a leading zero stays text, because it is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import yaml

from generator.characters import character_name, forbidden_at, is_suspect
from generator.diagnostics import Diagnostic, Note, Severity, Span, brief

Path = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000
MAX_SCALAR = 64 * 1024
MAX_FORBIDDEN = 20
"""How many forbidden characters of one text are reported."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,29})\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,2})?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})

_LINE_BREAK = re.compile("\r\n|\r|\n")
# Comments are written "# so". A number sign that stands right before a word was meant as a part of the text before it,
# as in "Garage #1", of which YAML reads "Garage".
_SWALLOWED = re.compile(r"[ \t]+(#[^\s#]\S*)")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def with_line_feeds(text: str) -> str:
    """A text as the lines of its source are joined: whatever its line ends are, it says the same."""
    return "\n".join(_LINE_BREAK.split(text)) if "\r" in text else text


class Place(NamedTuple):
    """Where a node starts and how far it goes on its first line; line and column count from 1."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True)
class Source:
    """The plain value of a YAML text with the place of every key and value.

    ``value`` holds ``dict``, ``list``, ``str``, ``int``, ``Decimal``, ``bool`` and ``None`` only. ``raw`` has the
    text of every unquoted number, so that a postal code typed without quotes is not lost.
    """

    file: str
    value: Any
    places: Mapping[Path, Place]
    key_places: Mapping[Path, Place]
    raw: Mapping[Path, str]
    lines: tuple[str, ...]

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The span of the value (or key) at ``path``, or of its nearest ancestor that the text has."""
        table = self.key_places if key else self.places
        while path and path not in table:
            path = path[:-1]
            table = self.key_places if self.key_places.get(path) else self.places
        place = table.get(path) or Place(1, 1, 2)
        return Span(self.file, place.line, place.column, place.end_column, self.line(place.line))

    def line_of(self, path: Path) -> int:
        """The line of that span."""
        place = self.places.get(path)
        return place.line if place is not None else self.span(path).line

    def has(self, path: Path) -> bool:
        return path in self.places

    def line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


class _Refusal(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_yaml(
    file: str, text: str, *, first_line: int = 1, max_bytes: int = MAX_BYTES
) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Read one YAML document. ``first_line`` is the line of ``file`` on which ``text`` begins (front matter).

    Returns the source, or ``None`` and what is wrong with the text.
    """
    reader = _Reader(file, text.removeprefix("\ufeff"), first_line)
    if len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        message = f"the text is larger than {max_bytes // 1024} KiB"
        return None, (reader.finding("too-large", message, 1, 1, 2, "split it or remove what is not needed"),)
    # Judged before YAML is read: libyaml stops at control characters without their place, takes U+0085 and U+2028
    # for line breaks and does not see comments.
    reader.check_text()
    if reader.found:
        return None, tuple(reader.found)
    try:
        return reader.read()
    except _Refusal as refusal:
        return None, (*reader.found, refusal.diagnostic)
    except yaml.YAMLError as error:
        return None, (*reader.found, reader.syntax_error(error))


class _Reader:
    """Builds plain values from parser events with an explicit stack, so that nesting cannot exhaust Python's own."""

    def __init__(self, file: str, text: str, first_line: int) -> None:
        self.file = file
        self.text = text
        self.offset = first_line - 1
        self.lines = ("",) * self.offset + tuple(_LINE_BREAK.split(text))
        self.found: list[Diagnostic] = []
        self.places: dict[Path, Place] = {}
        self.key_places: dict[Path, Place] = {}
        self.raw: dict[Path, str] = {}

    def finding(
        self, code: str, message: str, line: int, column: int, end: int, help_: str = "", *notes: Note
    ) -> Diagnostic:
        number = line + self.offset
        shown = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
        span = Span(self.file, number, column, max(end, column + 1), shown)
        return Diagnostic(code, Severity.ERROR, message, span, help_, notes)

    def at(self, event: Any, code: str, message: str, help_: str = "", *notes: Note) -> Diagnostic:
        place = self.place(event)
        line = place.line - self.offset
        return self.finding(code, message, line, place.column, place.end_column, help_, *notes)

    def place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        if end.line == start.line:
            stop = end.column
        else:
            number = start.line + self.offset
            stop = len(self.lines[number]) if number < len(self.lines) else start.column + 1
        return Place(start.line + 1 + self.offset, start.column + 1, max(stop, start.column + 1) + 1)

    def syntax_error(self, error: yaml.YAMLError) -> Diagnostic:
        marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
        # A word without a colon is noticed where the next line begins, and stands where it began.
        if getattr(error, "context", None) == "while scanning a simple key":
            marks.reverse()
        mark = marks[0] or marks[1]
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text is not YAML"
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        last = len(self.lines) - self.offset
        if line > last:
            # What is missing at the end of the text is missed on a line that the text does not have.
            line, column = last, len(self.lines[-1]) + 1
        help_ = "check the indentation, the colons and the quotes near this place"
        if "cannot start any token" in str(problem) and "\t" in self.text:
            help_ = "indent with spaces; a tab is not allowed in YAML"
        return self.finding("yaml-syntax", f"this is not valid YAML: {problem}", line, column, column + 1, help_)

    def read(self) -> tuple[Source | None, tuple[Diagnostic, ...]]:
        root: list[Any] = []
        # Each frame: (container, path, keys seen with their places, pending key); the root frame holds the document.
        stack: list[tuple[Any, Path, dict[str, Any]]] = [(root, (), {})]
        pending: list[str | None] = [None]
        nodes = 0
        documents = 0
        for event in yaml.parse(self.text, Loader=_Loader):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refusal(
                        self.at(
                            event,
                            "two-documents",
                            "the file holds more than one YAML document",
                            "keep one deal a file and remove the line `---`",
                        )
                    )
                continue
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
                pending.pop()
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            nodes += 1
            if nodes > MAX_NODES:
                raise _Refusal(self.at(event, "too-many-values", f"the text holds more than {MAX_NODES} values"))
            self.refuse_anchor_and_tag(event)
            container, path, seen = stack[-1]
            if isinstance(container, dict) and pending[-1] is None:
                pending[-1] = self.key(event, path, seen)
                continue
            here = self.child_path(container, path, pending[-1], len(stack) == 1)
            self.places[here] = self.place(event)
            value: Any
            if isinstance(event, yaml.ScalarEvent):
                value = self.scalar(event, here)
            elif isinstance(event, yaml.SequenceStartEvent):
                value = []
            else:
                value = {}
            if isinstance(container, dict):
                container[pending[-1]] = value
                pending[-1] = None
            else:
                container.append(value)
            if isinstance(value, (list, dict)):
                if len(stack) > MAX_DEPTH:
                    raise _Refusal(self.at(event, "too-deep", f"the text nests deeper than {MAX_DEPTH} levels"))
                stack.append((value, here, {}))
                pending.append(None)
        if not root or root == [None]:
            return None, (self.finding("empty-file", "the file holds no value", 1, 1, 2, "describe the deal in it"),)
        if self.found:
            return None, tuple(self.found)
        return Source(self.file, root[0], self.places, self.key_places, self.raw, self.lines), ()

    @staticmethod
    def child_path(container: Any, path: Path, key: str | None, is_root: bool) -> Path:
        if is_root:
            return ()
        return (*path, key) if isinstance(container, dict) and key is not None else (*path, len(container))

    def refuse_anchor_and_tag(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _Refusal(
                self.at(
                    event,
                    "yaml-alias",
                    f"`*{brief(str(event.anchor))}` repeats another value by its anchor",
                    "write the value out; anchors and aliases are not read",
                )
            )
        if event.anchor is not None:
            raise _Refusal(
                self.at(
                    event,
                    "yaml-anchor",
                    f"`&{brief(event.anchor)}` names a value for repetition",
                    "write the value out; anchors and aliases are not read",
                )
            )
        if event.tag is not None:
            raise _Refusal(
                self.at(
                    event,
                    "yaml-tag",
                    f"the tag `{brief(event.tag)}` is not read",
                    "remove the tag; a deal holds plain values only",
                )
            )

    def key(self, event: Any, path: Path, seen: dict[str, Any]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refusal(
                self.at(
                    event,
                    "yaml-key",
                    "a key must be a word, not a list or a map",
                    "put a value that begins with a brace or a bracket in quotes",
                )
            )
        name = unicodedata.normalize("NFC", event.value)
        if not name:
            raise _Refusal(self.at(event, "yaml-key", "a key is empty"))
        if name == "<<":
            raise _Refusal(
                self.at(
                    event,
                    "yaml-merge",
                    "`<<` merges another map into this one",
                    "write the values out; merge keys are not read",
                )
            )
        self.check_characters(event, name)
        place = self.place(event)
        if name in seen:
            first = seen[name]
            span = Span(self.file, first.line, first.column, first.end_column, self.lines[first.line - 1])
            self.found.append(
                self.at(
                    event,
                    "duplicate-key",
                    f"`{brief(name)}` is given twice",
                    "keep one of the two",
                    Note("it is given here first", span),
                )
            )
        else:
            seen[name] = place
        self.key_places[(*path, name)] = place
        return name

    def scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if len(text) > MAX_SCALAR:
            raise _Refusal(self.at(event, "too-large", f"this value is longer than {MAX_SCALAR // 1024} KiB"))
        if not event.implicit[0]:
            self.check_characters(event, text)
            return unicodedata.normalize("NFC", text)
        if text in _NULL:
            return None
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        if _NOT_FINITE.match(text):
            self.found.append(self.at(event, "not-a-number", f"`{text}` is not a finite number", "write a number"))
            return None
        if _INTEGER.match(text):
            self.raw[path] = text
            return int(text)
        if _DECIMAL.match(text) and not _LEADING_ZERO.match(text):
            self.raw[path] = text
            return Decimal(text)
        self.check_characters(event, text)
        self.check_comment(event, text)
        return unicodedata.normalize("NFC", text)

    def check_comment(self, event: Any, text: str) -> None:
        line, column = event.end_mark.line + 1, event.end_mark.column
        swallowed = _SWALLOWED.match(self.lines[line + self.offset - 1], column) if text else None
        if swallowed is not None:
            start, end = swallowed.span(1)
            message = f"`{brief(swallowed[1])}` is a comment, and no part of the text before it"
            help_ = "put the whole value in quotes, or write a space behind # where it is a comment"
            self.found.append(self.finding("yaml-comment", message, line, start + 1, end + 1, help_))

    def check_characters(self, event: Any, text: str) -> None:
        bad = next((line[place] for line in text.split("\n") for place in forbidden_at(line)), None)
        if bad is None and text and unicodedata.category(text[0]) in {"Mn", "Me"}:
            bad = text[0]  # it would be printed on the letter before the value
        if bad is not None:
            message = f"this value holds the character {character_name(bad)}"
            self.found.append(self.at(event, "forbidden-character", message, "type the value again without it"))

    def check_text(self) -> None:
        if not is_suspect(self.text.replace("\r", "")):
            return
        for number, line in enumerate(self.lines[self.offset :], 1):
            for place in forbidden_at(line):
                message = f"the character {character_name(line[place])} stands here"
                column = place + 1
                self.found.append(
                    self.finding(
                        "forbidden-character", message, number, column, column + 1, "type the text again without it"
                    )
                )
                if len(self.found) == MAX_FORBIDDEN:
                    return
