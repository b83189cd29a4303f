"""From a marked text to block templates: Markdown gives the blocks, the marks become values, choices, repetitions."""

from __future__ import annotations

import re
from typing import Any, Final

from markdown_it.token import Token

from generator.library.markdown import MARKDOWN
from generator.library.marks import Statement, balanced
from generator.library.pieces import Pieces
from generator.library.templates import (
    BlockTemplate,
    GlossaryTemplate,
    InlineTemplate,
    ItemTemplate,
    ListTemplate,
    NoticeTemplate,
    ParagraphTemplate,
    RowTemplate,
    SignaturesTemplate,
    SignatureTemplate,
    SubheadingTemplate,
    TableTemplate,
)

# A list in an item is the last that Word and the numbers of a contract have a level for.
_DEEPEST: Final = 2
_NUMBERING: Final = "number the items from 1 on; the contract gives them letters"
_PARTIES: Final = frozenset({"provider", "client"})


class Blocks(Pieces):
    """Reads the blocks of a marked text."""

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
                self.in_table = True
                table = self.table()
                self.in_table = False
                return table
            case "blockquote_open":
                return self.notice()
            case "fence":
                return self.fence(token)
            case _:
                self.at -= 1
                raise self.fail(
                    f"`{token.type}` is not a block of a clause",
                    "use paragraphs, lists, tables, `## ` headings or `> ` notices",
                )

    def notice(self) -> NoticeTemplate:
        if self.in_notice or self.depth:
            raise self.fail("a notice stands in a notice or a list", "end the one before it with an empty line")
        self.in_notice = True
        blocks = self.blocks("blockquote_close")
        self.in_notice = False
        return NoticeTemplate(tuple(_plain(block) for block in blocks))

    def content(self) -> tuple[InlineTemplate, ...]:
        """The inline content after an opening token, up to its closing token."""
        inline = self.tokens[self.at]
        self.refuse_lazy(inline)
        content = self.inline(inline.children or [])
        self.at += 2
        return content

    def refuse_lazy(self, inline: Token) -> None:
        """Markdown takes a line without the sign or the indent of its item or notice for a part of it all the same."""
        first, end = inline.map or (0, 0)
        for number in range(first + 1, end):
            line = self.lines[number]
            quoted = line.lstrip(" ").startswith(">")
            inside = line.lstrip(" ").removeprefix(">").removeprefix(" ") if quoted and self.in_notice else line
            if (self.in_notice and not quoted) or (self.depth and not inside.startswith((" ", "\t"))):
                where = "item" if self.depth else "notice"
                help_ = f"indent it as the {where}, or put an empty line before it"
                raise self.fail_in(number, f"this line would go on with the {where} above it", help_)

    def items(self, until: str) -> tuple[Any, ...]:
        parts: list[Any] = []
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail("a list in a list holds no third one", "make a sentence of it", "too-deep")
        count = 0
        while self.tokens[self.at].type != until:
            number = self.tokens[self.at].info
            count += 1
            if number not in {"", "1", str(count)}:
                raise self.fail(f"this item is numbered {number}, it is item {count} of its list", _NUMBERING)
            self.at += 1  # list_item_open
            if self.tokens[self.at].type != "paragraph_open":
                raise self.fail("an item of a list begins with its text")
            self.at += 1
            self.refuse_lazy(self.tokens[self.at])
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
        self.depth -= 1
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
        lines = [line.strip() for line in token.content.split("\n") if line.strip()]
        names = [line.partition(":")[0].strip() for line in lines]
        self.at -= 1
        if kind == "glossary":
            if lines:
                raise self.fail("a block `glossary` is empty; the program writes the definitions", "remove these words")
        elif kind != "signatures":
            raise self.fail(f"a block `{kind}` is not known", "known: signatures, glossary")
        elif sorted(_PARTIES & {*names}) != sorted(names) or not names:
            raise self.fail("a block `signatures` has one line a party", "begin its lines with provider: and client:")
        self.at += 1
        if kind == "glossary":
            return GlossaryTemplate()
        parties = []
        for line in lines:
            party, _, rest = line.partition(":")
            parts = [
                self.nest(self.pieces(MARKDOWN.parseInline(part.strip())[0].children or [])) for part in rest.split("|")
            ]
            parties.append(SignatureTemplate(party.strip(), parts[0], tuple(parts[1:])))
        return SignaturesTemplate(tuple(parties))

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
