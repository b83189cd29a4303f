"""Paths in an expression: where they stand in the text, and what the schema says of them."""

from __future__ import annotations

import re

from jinja2 import nodes

from generator.conditions.expressions import Key, Names, Read
from generator.conditions.judge import Complaint, check_value, known_names
from generator.diagnostics import did_you_mean

_PATH = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*\w+|\s*\[\s*(?:'[^']*'|\"[^\"]*\")\s*\])*")


class PathReader:
    """Reads the paths of one text."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names

    def span(self, node: nodes.Node) -> tuple[int, int]:
        start = self.start(node)
        match = _PATH.match(self.text, start)
        if match:
            return start, match.end()
        word = re.compile(r"'[^']*'|\"[^\"]*\"|[\w.]+").match(self.text, start)
        return start, word.end() if word else start + 1

    def start(self, node: nodes.Node) -> int:
        while isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare)):
            below = node.expr if isinstance(node, nodes.Compare) else node.node
            assert below is not None
            node = below
        return node.lineno

    def complaint(self, node: nodes.Node, code: str, message: str, help_: str = "") -> Complaint:
        start, end = self.span(node)
        return Complaint(code, start, end, message, help_)

    def read(self, node: nodes.Node) -> Read:
        start, end = self.span(node)
        match node:
            case nodes.Name():
                type_ = self.names.get(node.name)
                if type_ is None:
                    near = did_you_mean(node.name, self.names)
                    raise Complaint(
                        "unknown-name",
                        start,
                        end,
                        f"nothing is named `{node.name}`",
                        f"did you mean `{near}`?" if near else known_names(self.names),
                    )
                return Read((node.name,), type_, True, start, end)
            case nodes.Getattr():
                return self.member(self.read(node.node), node.attr, start, end)
            case nodes.Getitem():
                return self.subscript(node, start, end)
            case _:
                raise self.complaint(node, "not-in-the-language", "only a path can be read here")

    def member(self, parent: Read, name: str, start: int, end: int) -> Read:
        if parent.type.kind == "list":
            raise Complaint(
                "list-read",
                start,
                end,
                f"`{parent.dotted}` is a list, it has no field `{name}`",
                f"use `any`, `all` or `count_where`, or name the entry: `{parent.dotted}['…'].{name}`",
            )
        if parent.type.kind != "record":
            raise Complaint(
                "unknown-name", start, end, f"`{parent.dotted}` is {parent.type.shown()}, it has no field `{name}`"
            )
        found = parent.type.fields.get(name)
        if found is None:
            near = did_you_mean(name, parent.type.fields)
            kind = "fact" if parent.dotted == "facts" else "field"
            raise Complaint(
                "unknown-name",
                start,
                end,
                f"no {kind} is named `{parent.dotted}.{name}`",
                f"did you mean `{parent.dotted}.{near}`?" if near else known_names(parent.type.fields),
            )
        return Read((*parent.path, name), found.type, parent.always and found.always, start, end)

    def subscript(self, node: nodes.Getitem, start: int, end: int) -> Read:
        parent = self.read(node.node)
        argument = node.arg
        if not isinstance(argument, nodes.Const) or not isinstance(argument.value, str):
            raise Complaint(
                "not-in-the-language", start, end, "an entry is named by its text, as in `services['bcdr']`"
            )
        name = argument.value
        if parent.type.kind == "record":
            return self.member(parent, name, start, end)
        item = parent.type.item
        if item is None or not parent.type.key:
            raise Complaint(
                "list-read",
                start,
                end,
                f"the entries of `{parent.dotted}` have no names",
                "use `any`, `all` or `count_where`",
            )
        attribute = parent.type.key
        check_value(item.fields[attribute].type, name, *self.span(argument), f"{parent.dotted}[].{attribute}")
        return Read((*parent.path, Key(attribute, name)), item, False, start, end)
