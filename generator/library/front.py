"""The YAML of a library file as text: approvals written into it, or taken out, and nothing else touched.

YAML is composed for the places of its nodes alone; comments, order, quotes and line ends stay as their author typed
them. Whoever calls reads the result again: what cannot be edited so is then refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from generator.library.approved import Approval
from generator.source import Path

_FRONT = re.compile(r"---[ \t]*(\r?\n)(.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"([^\r\n]*)(\r?\n)?")

Edit = tuple[int, int, str]
"""Offsets (start, end) in the YAML text, and what stands there afterwards."""

ByEntry = Mapping[Path, Mapping[str, Approval | None]]
"""By the path of an entry and by language: an approval, or ``None`` for one that is taken away."""


class FrontMatterError(Exception):
    """The YAML has a form into which no approval can be written."""


def with_approval(text: str, language: str, approval: Approval | None) -> str:
    """The text of a clause file with this approval of one language, or with none. Raises ``FrontMatterError``."""
    return with_approvals(text, {(): {language: approval}}, front=True)


def with_approvals(text: str, approvals: ByEntry, *, front: bool) -> str:
    """The text of a library file with these approvals; ``front`` for a clause file, whose YAML is its front matter.

    An entry of the root that is not there is added; one that held nothing but an approval goes with it. Raises
    ``FrontMatterError``.
    """
    match = _FRONT.match(text) if front else None
    if front and match is None:
        raise FrontMatterError
    start, end = (match.start(2), match.end(2)) if match is not None else (0, len(text))
    line_end = match.group(1) if match is not None else ("\r\n" if "\r\n" in text else "\n")
    held = text[start:end]
    # One language after the other: what is added for the first may be where the second is added.
    for language in dict.fromkeys(language for wanted in approvals.values() for language in wanted):
        yaml_text = _Text(held, line_end)
        edits: list[Edit] = []
        for home, wanted in approvals.items():
            if language in wanted:
                edits += yaml_text.changes(home, language, wanted[language])
        held = yaml_text.edited(edits)
    return text[:start] + held + text[end:]


class _Text:
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

    def changes(self, home: Path, language: str, approval: Approval | None) -> list[Edit]:
        """The edits for one language of one entry."""
        entry = self.entry_at(home)
        if approval is None:
            return self.removal(home, entry, language) if entry is not None else []
        if entry is not None:
            return self.addition(entry, language, approval)
        if len(home) != 1:
            raise FrontMatterError
        return [self.appended(self.root, f"{home[0]}", ("approved", _flow(language, approval)))]

    def entry_at(self, home: Path) -> yaml.MappingNode | None:
        """The mapping at a path, which the root may lack. Raises ``FrontMatterError`` for anything else there."""
        node: Any = self.root
        for step in home:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                continue
            found = _entry(node, str(step)) if isinstance(node, yaml.MappingNode) else None
            if found is None:
                return None
            node = found[1]
        if not isinstance(node, yaml.MappingNode):
            raise FrontMatterError
        return node

    # ---- writing

    def addition(self, home: yaml.MappingNode, language: str, approval: Approval) -> list[Edit]:
        approved = _entry(home, "approved")
        if approved is None:
            return [self.appended(home, "approved", (_flow(language, approval),))]
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

    def appended(self, mapping: yaml.MappingNode, entry: str, below: tuple[str, ...] = ()) -> Edit:
        """One more entry at the end of a mapping, in the style of that mapping; ``below`` are keys and values in it."""
        if mapping.flow_style:
            inside = entry + "".join(f": {{{step}" for step in below) + "}" * len(below)
            if not mapping.value:
                place = mapping.start_mark.index + 1
                return place, place, inside
            place = self.end(mapping.value[-1][1])
            return place, place, f", {inside}"
        if not mapping.value:
            raise FrontMatterError
        first, last = mapping.value[0][0], mapping.value[-1][1]
        place = self.line(self.end(last)).end(1)
        if self.text[:place].endswith("\r\n"):
            raise FrontMatterError
        pad = " " * first.start_mark.column
        lines = [f"{pad}{entry}{':' if below else ''}"]
        for depth, step in enumerate(below, 1):
            lines.append(f"{pad}{'  ' * depth}{step}{':' if depth < len(below) else ''}")
        return place, place, "".join(f"{self.line_end}{line}" for line in lines)

    # ---- taking away

    def removal(self, home: Path, entry: yaml.MappingNode, language: str) -> list[Edit]:
        approved = _entry(entry, "approved")
        if approved is None or not isinstance(approved[1], yaml.MappingNode):
            return []
        held = _entry(approved[1], language)
        if held is None:
            return []
        if len(approved[1].value) > 1:
            return [self.without(approved[1], held)]
        if len(entry.value) > 1 or not home:
            return [self.without(entry, approved)]
        whole = _entry(self.root, str(home[0]))
        assert whole is not None
        return [self.without(self.root, whole)]

    def without(self, mapping: yaml.MappingNode, entry: tuple[Any, Any]) -> Edit:
        """A mapping with one entry less: its lines, or its part of a line with one comma."""
        if not mapping.flow_style:
            return self.lines_of(entry)
        index = mapping.value.index(entry)
        if index + 1 < len(mapping.value):
            return entry[0].start_mark.index, mapping.value[index + 1][0].start_mark.index, ""
        start = self.end(mapping.value[index - 1][1]) if index else entry[0].start_mark.index
        return start, self.end(entry[1]), ""

    def lines_of(self, entry: tuple[Any, Any]) -> Edit:
        """The lines on which an entry stands, with their ends."""
        start = entry[0].start_mark.index - entry[0].start_mark.column
        return start, self.line(self.end(entry[1])).end(), ""

    # ---- places

    def end(self, node: Any) -> int:
        """Where a node ends: the end mark of a block is where the next one begins, behind comments and blank lines."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end(last[1] if isinstance(last, tuple) else last)
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
        *((("use", approval.use, json.dumps(approval.use)),) if approval.use else ()),
    )


def _flow(language: str, approval: Approval) -> str:
    fields = ", ".join(f"{name}: {shown}" for name, _, shown in _fields(approval))
    return f"{language}: {{{fields}}}"
