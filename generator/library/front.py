"""The front matter of a clause file as text: an approval written into it, or taken out, and nothing else touched.

YAML is composed for the places of its nodes alone; comments, order, quotes and line ends stay as their author typed
them. Whoever calls reads the result again: what cannot be edited so is then refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import yaml

from generator.library.model import Approval

_FRONT = re.compile(r"---[ \t]*(\r?\n)(.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"([^\r\n]*)(\r?\n)?")

Edit = tuple[int, int, str]
"""Offsets (start, end) in the front matter, and what stands there afterwards."""


class FrontMatterError(Exception):
    """The front matter has a form into which no approval can be written."""


def with_approval(text: str, language: str, approval: Approval | None) -> str:
    """The text of a clause file with this approval of one language, or with none. Raises ``FrontMatterError``."""
    match = _FRONT.match(text)
    if match is None:
        raise FrontMatterError
    front = _Front(match.group(2), match.group(1))
    edited = front.edited(front.removal(language) if approval is None else front.addition(language, approval))
    return text[: match.start(2)] + edited + text[match.end(2) :]


class _Front:
    def __init__(self, text: str, line_end: str) -> None:
        self.text = text
        self.line_end = line_end
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            raise FrontMatterError from error
        if not isinstance(root, yaml.MappingNode):
            raise FrontMatterError
        self.root = root

    def edited(self, edits: Iterable[Edit]) -> str:
        text = self.text
        for start, end, replacement in sorted(edits, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text

    # ---- writing

    def addition(self, language: str, approval: Approval) -> list[Edit]:
        approved = _entry(self.root, "approved")
        if approved is None:
            pad = " " * self.root.value[0][0].start_mark.column
            lines = (f"{pad}approved:", f"{pad}  {_flow(language, approval)}")
            return [(len(self.text), len(self.text), "".join(line + self.line_end for line in lines))]
        value = approved[1]
        if not isinstance(value, yaml.MappingNode):
            raise FrontMatterError
        entry = _entry(value, language)
        if entry is None:
            return [self.appended(value, _flow(language, approval))]
        return self.replaced(entry[1], approval)

    def replaced(self, entry: Any, approval: Approval) -> list[Edit]:
        """The fields of an approval that differ from those that stand there."""
        if not isinstance(entry, yaml.MappingNode):
            raise FrontMatterError
        edits = []
        for name, value, shown in _fields(approval):
            field = _entry(entry, name)
            if field is None:
                edits.append(self.appended(entry, f"{name}: {shown}"))
            elif field[1].value != value:
                edits.append((field[1].start_mark.index, self.end(field[1]), shown))
        return edits

    def appended(self, mapping: yaml.MappingNode, entry: str) -> Edit:
        """One more entry at the end of a mapping, in the style of that mapping."""
        if not mapping.value:
            place = mapping.start_mark.index + 1
            return place, place, entry
        first, last = mapping.value[0][0], mapping.value[-1][1]
        place = self.end(last)
        if mapping.flow_style:
            return place, place, f", {entry}"
        place = self.line(place).end(1)
        return place, place, f"{self.line_end}{' ' * first.start_mark.column}{entry}"

    # ---- taking away

    def removal(self, language: str) -> list[Edit]:
        approved = _entry(self.root, "approved")
        if approved is None or not isinstance(approved[1], yaml.MappingNode):
            return []
        mapping = approved[1]
        entry = _entry(mapping, language)
        if entry is None:
            return []
        if len(mapping.value) == 1:
            return [self.lines_of(approved)]
        if not mapping.flow_style:
            return [self.lines_of(entry)]
        index = mapping.value.index(entry)
        if index + 1 < len(mapping.value):
            return [(entry[0].start_mark.index, mapping.value[index + 1][0].start_mark.index, "")]
        return [(self.end(mapping.value[index - 1][1]), self.end(entry[1]), "")]

    def lines_of(self, entry: tuple[Any, Any]) -> Edit:
        """The lines on which an entry stands, with their ends."""
        start = entry[0].start_mark.index - entry[0].start_mark.column
        return start, self.line(self.end(entry[1])).end(), ""

    # ---- places

    def end(self, node: Any) -> int:
        """Where a node ends: the end mark of a block is where the next one begins, behind comments and blank lines."""
        if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
            return self.end(node.value[-1][1])
        start: int = node.start_mark.index
        return start + len(self.text[start : node.end_mark.index].rstrip())

    def line(self, place: int) -> re.Match[str]:
        """The rest of a line from a place on: what stands there, then its end."""
        match = _LINE.match(self.text, place)
        assert match is not None
        return match


def _entry(mapping: yaml.MappingNode, name: str) -> tuple[Any, Any] | None:
    return next((entry for entry in mapping.value if entry[0].value == name), None)


def _fields(approval: Approval) -> tuple[tuple[str, str, str], ...]:
    """Name, value and text of each field. A digest of digits alone would be read as a number without its quotes."""
    return (
        ("by", approval.by, json.dumps(approval.by, ensure_ascii=False)),
        ("on", approval.on, approval.on),
        ("text", approval.digest, json.dumps(approval.digest)),
        ("use", approval.use, json.dumps(approval.use)),
    )


def _flow(language: str, approval: Approval) -> str:
    fields = ", ".join(f"{name}: {shown}" for name, _, shown in _fields(approval))
    return f"{language}: {{{fields}}}"
