"""Jinja2's parser with exact places: every node's ``lineno`` is its character offset in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import Environment
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import TokenStream

# Jinja2 hands numbers to Python, which stops at some and reads others in digits that nobody sees for what they are. It
# reads escapes in texts, by which any character could be written, and joins texts that stand side by side.
_NUMBER: Final = re.compile(r"[0-9][0-9_]{0,29}(?:\.[0-9_]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")


class OffsetEnvironment(Environment):
    """An environment whose tokens, and whose errors, carry their character offset where Jinja2 has the line.

    This rests on one private method of Jinja2, ``Environment._tokenize``; a contract test holds it against the
    pinned version.
    """

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        def with_offsets() -> Iterator[tuple[int, str, str]]:
            offset = 0
            before = ""
            try:
                for _, token, text in self.lexer.tokeniter(source, name, filename, state):
                    # `{{-` takes the spaces before it out of the stream, so the next token may stand further on.
                    offset = max(source.find(text, offset), offset)
                    if token in {"integer", "float"} and not _NUMBER.fullmatch(text):
                        shown = text if len(text) <= 30 else f"{text[:29]}…"
                        message = f"`{shown}` is not a number of at most 30 digits from 0 to 9"
                        raise TemplateSyntaxError(message, offset)
                    if token == "string" and (before == "string" or "\\" in text):
                        message = (
                            "a text holds no backslash" if "\\" in text else "an operator or a comma is missing here"
                        )
                        raise TemplateSyntaxError(message, offset)
                    before = before if token == "whitespace" else token
                    yield offset, token, text
                    offset += len(text)
            except TemplateSyntaxError as error:
                error.lineno = offset
                raise

        return TokenStream(self.lexer.wrap(with_offsets(), name, filename), name, filename)


# Comments would swallow text of a contract: the delimiters below cannot be typed in a text that passed the reader.
ENVIRONMENT = OffsetEnvironment(
    comment_start_string="\ue0f0#", comment_end_string="#\ue0f1", keep_trailing_newline=True, autoescape=False
)
