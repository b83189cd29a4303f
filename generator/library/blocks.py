"""From a marked text to block templates: Markdown gives the blocks, the marks become values, choices, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it.token import Token

from generator.conditions.evaluate import compile_expression
from generator.diagnostics import Diagnostic, Severity
from generator.library.markdown import MARKDOWN, tokens_of
from generator.library.marks import FIRST_MARK, MARK, Refused, Statement, Terms, TextFile, balanced
from generator.library.templates import (
    BlockTemplate,
    Branch,
    Choice,
    Emphatically,
    FixedTerm,
    FixedText,
    GlossaryTemplate,
    InlineTemplate,
    ItemTemplate,
    ListTemplate,
    NewLine,
    NoticeTemplate,
    ParagraphTemplate,
    Refer,
    Repeat,
    RowTemplate,
    SignaturesTemplate,
    SignatureTemplate,
    Strongly,
    SubheadingTemplate,
    TableTemplate,
)
from generator.typography import typeset

_TARGET: Final = re.compile(r"#[\w.@-]+")
_PARTIES: Final = frozenset({"provider", "client"})


class Blocks:
    """Reads the blocks of a marked text that begins at the offset ``start`` of a file."""

    def __init__(
        self, file: TextFile, language: str, terms: Terms, statements: Sequence[Statement], text: str, start: int
    ) -> None:
        self.file = file
        self.language = language
        self.terms = terms
        self.statements = statements
        self.tokens = tokens_of(text)
        self.lines = text.split("\n")
        self.start = start
        self.searched = start
        self.at = 0

    def fail(self, message: str, help_: str = "", code: str = "text-structure") -> Refused:
        token = self.tokens[min(self.at, len(self.tokens) - 1)]
        line = token.map[0] if token.map else 0
        base = self.file.text.count("\n", 0, self.start)
        starts = self.file.starts
        span = self.file.span(starts[min(base + line, len(starts) - 1)])
        return Refused(Diagnostic(code, Severity.ERROR, message, span, help_))

    def blocks(self, until: str = "") -> tuple[BlockTemplate, ...]:
        found: list[BlockTemplate] = []
        while self.at < len(self.tokens) and self.tokens[self.at].type != until:
            found.append(self.block())
        self.at += 1
        return tuple(found)

    def block(self) -> BlockTemplate:
        token = self.tokens[self.at]
        self.at += 1
        match token.type:
            case "paragraph_open":
                content = self.content()
                return ParagraphTemplate(content)
            case "heading_open":
                if token.tag != "h2":
                    raise self.fail("only `## ` headings stand inside a clause")
                return SubheadingTemplate(self.content())
            case "bullet_list_open" | "ordered_list_open":
                return ListTemplate(self.items(token.type.replace("open", "close")))
            case "table_open":
                return self.table()
            case "blockquote_open":
                return NoticeTemplate(tuple(_plain(block) for block in self.blocks("blockquote_close")))
            case "fence":
                return self.fence(token)
            case _:
                self.at -= 1
                raise self.fail(
                    f"`{token.type}` is not a block of a clause",
                    "use paragraphs, lists, tables, `## ` headings or `> ` notices",
                )

    def content(self) -> tuple[InlineTemplate, ...]:
        """The inline content after an opening token, up to its closing token."""
        inline = self.tokens[self.at]
        content = self.inline(inline.children or [])
        self.at += 2
        return content

    def items(self, until: str) -> tuple[Any, ...]:
        parts: list[Any] = []
        count = 0
        while self.tokens[self.at].type != until:
            count += 1
            # Its number is printed by the contract; one that was typed for itself (“14. days”) would be lost.
            if self.tokens[self.at].info not in {"", "1", str(count)}:
                typed = self.tokens[self.at].info
                raise self.fail(f"the number {typed} begins a line and is not item {count} of a list")
            self.at += 1  # list_item_open
            if self.tokens[self.at].type != "paragraph_open":
                raise self.fail("an item of a list begins with its text")
            self.at += 1
            pieces = self.pieces(self.tokens[self.at].children or [])
            self.at += 2
            inner: tuple[Any, ...] = ()
            while self.tokens[self.at].type != "list_item_close":
                nested = self.block()
                if not isinstance(nested, ListTemplate) or inner:
                    raise self.fail("an item holds its text and at most one list below it")
                inner = nested.items
            self.at += 1
            before, own, after = self.split_marks(pieces)
            parts += [*before, ItemTemplate(self.nest(own), inner), *after]
        self.at += 1
        return self.nest_rows(parts)

    def table(self) -> TableTemplate:
        rows: list[Any] = []
        header: RowTemplate | None = None
        align: tuple[Any, ...] = ()
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            self.at += 1
            if token.type != "tr_open":
                continue
            if (
                header is not None
                and token.map is not None
                and (count := _cells(self.lines[token.map[0]])) != len(align)
            ):
                # Markdown drops what stands beyond the last column and leaves blank what is missing.
                self.at -= 1
                raise self.fail(f"this row has {count} cells, the table has {len(align)} columns")
            cells: list[list[Any]] = []
            aligns: list[str] = []
            while self.tokens[self.at].type != "tr_close":
                cell = self.tokens[self.at]
                aligns.append(str(cell.attrs.get("style", "")).removeprefix("text-align:") or "left")
                cells.append(self.pieces(self.tokens[self.at + 1].children or []))
                self.at += 3
            self.at += 1
            if header is None:
                header, align = RowTemplate(tuple(self.nest(cell) for cell in cells)), tuple(aligns)
                continue
            before, cells[0], rest = self.split_marks(cells[0], closing=len(cells) == 1)
            _, cells[-1], after = self.split_marks(cells[-1], opening=False)
            if before and len(cells[0]) == 0 and all(not cell for cell in cells[1:]):
                rows += [*before, *rest, *after]
                continue
            rows += [*before, RowTemplate(tuple(self.nest(cell) for cell in cells)), *rest, *after]
        self.at += 1
        assert header is not None
        return TableTemplate(header, self.nest_rows(rows), align)

    def fence(self, token: Token) -> BlockTemplate:
        kind = token.info.strip()
        if kind == "glossary" and token.content.strip():
            raise self.fail(
                "words stand in the block of the glossary, which are not printed", "end it with ``` at once"
            )
        if kind == "glossary":
            return GlossaryTemplate()
        if kind != "signatures":
            raise self.fail(f"a block `{kind}` is not known", "known: signatures, glossary")
        parties: list[SignatureTemplate] = []
        for line in filter(None, (line.strip() for line in token.content.split("\n"))):
            party, colon, rest = line.partition(":")
            if not colon or party.strip() not in _PARTIES or party.strip() in {one.party for one in parties}:
                raise self.fail("a line of signatures names a party once", "begin with `provider:` or `client:`")
            parts = [
                self.nest(self.pieces(MARKDOWN.parseInline(part.strip())[0].children or [])) for part in rest.split("|")
            ]
            parties.append(SignatureTemplate(party.strip(), parts[0], tuple(parts[1:])))
        return SignaturesTemplate(tuple(parties))

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
                flush()
                inner, index = self.enclosed(tokens, index, token.type.replace("open", "close"))
                content = self.nest(inner)
                pieces.append(Strongly(content) if token.type == "strong_open" else Emphatically(content))
            elif token.type == "link_open":
                flush()
                pieces.append(self.reference(token, tokens[index]))
                index += 1
            else:
                raise self.fail(f"`{token.type}` is not part of a text")
        flush()
        return pieces

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
        if not _TARGET.fullmatch(target) or following.type != "link_close" or "title" in token.attrs:
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

    def split_marks(
        self, pieces: list[Any], *, opening: bool = True, closing: bool = True
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Statements that stand around the whole text of a row or an item belong to the rows, not to the text.

        ``opening`` and ``closing`` say which ends of the row these pieces are; both for an item or a single cell. A
        choice with an ``else`` stays with the text: each of its branches is a text of the same row.
        """
        before: list[Any] = []
        own = list(pieces)
        after: list[Any] = []
        while opening and own and isinstance(own[0], Statement) and own[0].kind in {"if", "for"}:
            end = _end_of(own)
            if end is None:
                before.append(own.pop(0))
            elif closing and end == len(own) - 1 and not _has_else(own):
                before.append(own.pop(0))
                after.insert(0, own.pop())
            else:
                break
        while opening and own and isinstance(own[0], Statement) and own[0].kind in {"else", "endif", "endfor"}:
            before.append(own.pop(0))
        while closing and own and isinstance(own[-1], Statement) and own[-1].kind in {"endif", "endfor"}:
            if balanced(own):
                break
            after.insert(0, own.pop())
        return before, own, after

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


def _cells(row: str) -> int:
    """The cells of a row of a table: between pipes that are not escaped."""
    return len(re.findall(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))) + 1


def _end_of(pieces: list[Any]) -> int | None:
    """The index of the statement that closes the first piece, or ``None`` where it is left open."""
    depth = 0
    for index, piece in enumerate(pieces):
        if isinstance(piece, Statement):
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(piece.kind, 0)
            if depth == 0 and piece.kind in {"endif", "endfor"}:
                return index
    return None


def _has_else(pieces: list[Any]) -> bool:
    """Whether the choice that the first piece opens has a second branch."""
    depth = 0
    for piece in pieces:
        if isinstance(piece, Statement):
            if piece.kind == "else" and depth == 1:
                return True
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(piece.kind, 0)
    return False


def _plain(block: BlockTemplate) -> BlockTemplate:
    """Paragraphs of a notice carry no number."""
    return ParagraphTemplate(block.content, plain=True) if isinstance(block, ParagraphTemplate) else block
