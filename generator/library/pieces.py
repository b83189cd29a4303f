"""Inline Markdown with its marks: text, terms, values, references, and the choices and repetitions around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it.token import Token

from generator.conditions.evaluate import compile_expression
from generator.diagnostics import Diagnostic, Severity
from generator.library.markdown import STRAY, STRAY_OUTSIDE_TABLES, tokens_of
from generator.library.marks import FIRST_MARK, MARK, Refused, Statement, Terms, TextFile
from generator.library.templates import (
    Branch,
    Choice,
    Emphatically,
    FixedTerm,
    FixedText,
    InlineTemplate,
    NewLine,
    Refer,
    Repeat,
    Strongly,
)
from generator.typography import typeset

_TARGET: Final = re.compile(r"#[\w.-]+")


class Pieces:
    """Reads the inline content of a marked text that begins at the offset ``start`` of a file.

    ``numbers`` are the lines of the marked text as they are counted from there in the file.
    """

    def __init__(
        self,
        file: TextFile,
        language: str,
        terms: Terms,
        statements: Sequence[Statement],
        text: str,
        numbers: Sequence[int],
        start: int,
    ) -> None:
        self.file = file
        self.language = language
        self.terms = terms
        self.statements = statements
        self.tokens = tokens_of(text)
        self.lines = text.split("\n")
        self.numbers = numbers
        self.first_line = file.text.count("\n", 0, start)
        self.start = start
        self.searched = start
        self.at = 0
        self.depth = 0
        self.in_notice = False
        self.in_table = False

    def fail(self, message: str, help_: str = "", code: str = "text-structure") -> Refused:
        """A refusal at the line of the current token, or of the nearest one before it that has a line."""
        before = reversed(self.tokens[: self.at + 1])
        return self.fail_in(next((token.map[0] for token in before if token.map), 0), message, help_, code)

    def fail_in(self, line: int, message: str, help_: str = "", code: str = "text-structure") -> Refused:
        number = self.first_line + self.numbers[min(line, len(self.numbers) - 1)]
        return Refused(Diagnostic(code, Severity.ERROR, message, self.file.span(self.file.starts[number]), help_))

    def fail_at(self, written: str, code: str, message: str, help_: str) -> Refused:
        """A refusal at the next place where this is written."""
        place = self.file.text.find(written, self.searched)
        place = max(place, self.start)
        return Refused(Diagnostic(code, Severity.ERROR, message, self.file.span(place, place + len(written)), help_))

    # ---- inline content

    def inline(self, tokens: list[Token]) -> tuple[InlineTemplate, ...]:
        return self.nest(self.pieces(tokens))

    def pieces(self, tokens: list[Token]) -> list[Any]:
        """Inline tokens as a flat list of templates, statements (marks) and open/close markers of emphasis."""
        pieces: list[Any] = []
        text = ""

        def flush() -> None:
            nonlocal text
            if text:
                pieces.extend(self.fixed(text))
                text = ""

        index = 0
        while index < len(tokens):
            token = tokens[index]
            index += 1
            if token.type in {"text", "text_special"}:
                signs = STRAY if self.in_table else STRAY_OUTSIDE_TABLES
                if token.type == "text" and (stray := signs.search(token.content)):
                    raise self.stray(stray)
                for part in re.split("([\ue100-\uf8ff])", token.content):
                    if MARK.fullmatch(part):
                        flush()
                        pieces.append(self.statements[ord(part) - FIRST_MARK])
                    else:
                        text += part
            elif token.type == "softbreak":
                text += " "
            elif token.type == "hardbreak":
                flush()
                pieces.append(NewLine())
            elif token.type in {"strong_open", "em_open"}:
                if token.markup.startswith("_"):
                    raise self.fail("`_` marks words that are emphasised", "write *…* or **…**", "stray-markup")
                flush()
                inner, index = self.enclosed(tokens, index, token.type.replace("open", "close"))
                content = self.nest(inner)
                pieces.append(Strongly(content) if token.type == "strong_open" else Emphatically(content))
            elif token.type == "link_open":
                if text.endswith("!"):
                    raise self.fail_at("![", "stray-markup", "a text holds no pictures", "remove the `!`")
                flush()
                pieces.append(self.reference(token, tokens[index]))
                index += 1
            else:
                raise self.fail(f"`{token.type}` is not part of a text")
        flush()
        return pieces

    def stray(self, found: re.Match[str]) -> Refused:
        sign, around = found.group(), found.string[found.start() : found.end() + 12].split("\n")[0]
        around = re.split("[\ue100-\uf8ff]", around)[0]
        message, help_ = (
            f"`{sign}` opens no markup here, it would be printed",
            f"remove it, or write `\\{sign}` to print it",
        )
        return self.fail_at(around, "stray-markup", message, help_)

    def enclosed(self, tokens: list[Token], index: int, until: str) -> tuple[list[Any], int]:
        depth = 1
        end = index
        while depth:
            if tokens[end].type == until:
                depth -= 1
            elif tokens[end].type == until.replace("close", "open"):
                depth += 1
            end += 1
        return self.pieces(tokens[index : end - 1]), end

    def reference(self, token: Token, following: Token) -> Refer:
        target = str(token.attrs.get("href", ""))
        # Each search goes on where the last one ended, so that a repeated reference gets its own place.
        written = re.compile(rf"\[[^\]\n]*\]\({re.escape(target)}\)")
        found = written.search(self.file.text, self.searched) or written.search(self.file.text, self.start)
        start, end = found.span() if found is not None else (self.start, self.start + 1)
        self.searched = start + 1
        span = self.file.span(start, end)
        if not _TARGET.fullmatch(target) or "title" in token.attrs or following.type != "link_close":
            raise Refused(
                Diagnostic(
                    "not-a-reference",
                    Severity.ERROR,
                    f"`{target}` is not a reference to a clause",
                    span,
                    "write `[](#slot)`; the number is found by the program",
                )
            )
        return Refer(target[1:], span)

    def fixed(self, text: str) -> Iterator[InlineTemplate]:
        for term, part in self.terms(typeset(text, self.language)):
            yield FixedTerm(term, part) if term else FixedText(part)

    # ---- statements

    def nest(self, pieces: list[Any]) -> tuple[InlineTemplate, ...]:
        """Flat inline pieces with statements as nested choices."""
        return self._nest(pieces, "a sentence")

    def nest_rows(self, parts: list[Any]) -> tuple[Any, ...]:
        """Flat rows or items with statements as nested choices and repetitions."""
        return self._nest(parts, "whole rows or items")

    def _nest(self, pieces: list[Any], where: str) -> tuple[Any, ...]:
        stack: list[tuple[Statement | None, list[Branch], list[Any], Statement | None]] = [(None, [], [], None)]
        for piece in pieces:
            if not isinstance(piece, Statement):
                stack[-1][2].append(piece)
            elif piece.kind == "value":
                stack[-1][2].append(piece.payload)
            elif piece.kind in {"if", "for"}:
                stack.append((piece, [], [], piece))
            else:
                opening, branches, content, branch = stack.pop()
                if opening is None or branch is None or (opening.kind == "for") != (piece.kind == "endfor"):
                    raise self.misplaced(piece, where)
                if piece.kind == "endfor":
                    name, collection, test = opening.payload
                    test_run = compile_expression(test) if test is not None else None
                    stack[-1][2].append(
                        Repeat(
                            name,
                            collection,
                            compile_expression(collection),
                            test,
                            test_run,
                            tuple(content),
                            opening.span,
                        )
                    )
                    continue
                run = compile_expression(branch.payload) if branch.payload is not None else None
                branches = [*branches, Branch(branch.payload, run, tuple(content), branch.span)]
                if piece.kind == "else":
                    stack.append((opening, branches, [], piece))
                else:
                    stack[-1][2].append(Choice(tuple(branches)))
        if len(stack) != 1:
            opening = stack[-1][0]
            assert opening is not None
            raise self.misplaced(opening, where)
        return tuple(stack[0][2])

    def misplaced(self, statement: Statement, where: str) -> Refused:
        word = {
            "if": "{% if %}",
            "else": "{% else %}",
            "endif": "{% endif %}",
            "for": "{% for %}",
            "endfor": "{% endfor %}",
        }[statement.kind]
        help_ = (
            "keep it inside one sentence, or alone on its line around whole rows or items; "
            "a paragraph that may be absent is a clause of its own"
        )
        return Refused(
            Diagnostic(
                "text-structure", Severity.ERROR, f"`{word}` does not stand around {where}", statement.span, help_
            )
        )
