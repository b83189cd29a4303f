"""Jinja2's parser with exact places: every node's ``lineno`` is its character offset in the text.

Words of Jinja2 that say otherwise than they look, or that no contract needs, are refused before they are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import TokenStream

# Not `0x1F` nor `0o17`, which nobody reads as a number of a contract.
PLAIN_NUMBER: Final = re.compile(r"[0-9][0-9_]{0,29}(?:\.[0-9][0-9_]{0,29})?(?:[eE][-+]?[0-9]{1,2})?")
MAX_LENGTH: Final = 2_000
"""Of a condition, a value or a statement."""
_STATEMENTS: Final = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
KNOWN: Final = "known: {{ value }}, {% if %}, {% elif %}, {% else %}, {% for %}"


class NotRead(TemplateSyntaxError):
    """What Jinja2 would read and we do not; ``code`` and ``help`` are those of the finding."""

    def __init__(self, offset: int, message: str, help_: str, code: str = "not-in-the-language") -> None:
        super().__init__(message, offset)
        self.help = help_
        self.code = code


class _Words:
    """Refuses, one after the other, the words that are not read."""

    def __init__(self) -> None:
        self.before = ""
        self.begin = 0

    def read(self, offset: int, kind: str, text: str) -> None:
        if kind in {"data", "block_begin", "variable_begin"}:
            self.begin = offset
        elif offset - self.begin > MAX_LENGTH:
            raise NotRead(
                self.begin,
                f"this is longer than {MAX_LENGTH} characters",
                "split it, or make a fact of a part",
                "too-long",
            )
        match kind:
            case "whitespace":
                return
            case "string" if "\\" in text:
                raise NotRead(offset, "a backslash stands in a text in quotes", "write the character itself")
            case "string" if self.before == "string":
                # Jinja2 joins them: of `['a' 'b']` it makes `['ab']`.
                raise NotRead(offset, "two texts in quotes follow each other", "put a comma or a word between them")
            case "integer" | "float" if PLAIN_NUMBER.fullmatch(text) is None:
                raise NotRead(
                    offset, f"`{text[:20]}` is not a plain number", "write digits, with a point before decimals"
                )
            case "raw_begin":
                raise NotRead(offset, "`raw` is not part of the language of texts", KNOWN)
            case "name" if self.before == "block_begin" and text not in _STATEMENTS:
                raise NotRead(offset, f"`{text}` is not part of the language of texts", KNOWN)
            case "block_begin" | "block_end" | "variable_begin" | "variable_end" if {"-", "+"} & set(text):
                sign = text.strip("{%} \t\n")
                raise NotRead(offset, f"`{sign}` takes away the spaces beside it", f"write it without the `{sign}`")
        self.before = kind


class OffsetEnvironment(Environment):
    """An environment whose tokens, and whose errors, carry their character offset where Jinja2 has the line.

    This rests on one private method of Jinja2, ``Environment._tokenize``; a contract test holds it against the
    pinned version.
    """

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        def with_offsets() -> Iterator[tuple[int, str, str]]:
            offset, words = 0, _Words()
            try:
                for _, token, text in self.lexer.tokeniter(source, name, filename, state):
                    # `{{-` takes the spaces before it out of the stream, so the next token may stand further on.
                    offset = max(source.find(text, offset), offset)
                    words.read(offset, token, text)
                    yield offset, token, text
                    offset += len(text)
            except NotRead:
                raise
            except TemplateSyntaxError as error:
                error.lineno = offset
                raise

        return TokenStream(self.lexer.wrap(with_offsets(), name, filename), name, filename)


# Comments would swallow text of a contract: the delimiters below cannot be typed in a text that passed the reader.
ENVIRONMENT = OffsetEnvironment(
    comment_start_string="\ue0f0#", comment_end_string="#\ue0f1", keep_trailing_newline=True, autoescape=False
)


def arguments(node: nodes.Filter | nodes.Test) -> list[nodes.Node]:
    """What stands in parentheses after a filter or a test, also as `name=…`, `*…` and `**…`."""
    return [*node.args, *node.kwargs, *(star for star in (node.dyn_args, node.dyn_kwargs) if star is not None)]


def sole_argument(node: nodes.Filter) -> nodes.Node | None:
    """The one value in the parentheses of a filter; ``None`` where there is none, another or more."""
    return node.args[0] if len(node.args) == len(arguments(node)) == 1 else None


def nesting(text: str) -> int:
    """How deep the brackets of a text nest."""
    deepest = depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest
