"""From the source text of a clause to its template: Jinja2 reads the values, Markdown the blocks, once a library.

Every statement and value becomes one private-use character before Markdown sees the text, so that the parse is the
same for every deal and no value can become markup. The library refuses such characters in its files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from generator.characters import FORBIDDEN, character_name
from generator.conditions.evaluate import compile_expression
from generator.conditions.expressions import (
    Comparator,
    Compare,
    Default,
    Expression,
    Literal_,
    Names,
    Read,
    reads,
)
from generator.conditions.judge import Complaint, asking
from generator.conditions.parse import typed_expression
from generator.conditions.syntax import ENVIRONMENT, KNOWN, NotRead, arguments, sole_argument
from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.blocks import Blocks
from generator.library.marks import FIRST_MARK, MOST_MARKS, Refused, Statement, Terms, TextFile, attach_alone
from generator.library.templates import BlockTemplate, ClauseText, InlineTemplate, Insert, ParagraphTemplate
from generator.library.values import FILTERS, formatter
from generator.schema_types import INTEGER, Type
from generator.typography import typeset

PLURAL: Final = "plural"
# From the twentieth level on, Markdown leaves out what stands there.
DEEPEST: Final = 15
# What is several: from two on in French (1,5 heure), all but one in English (0 hours, 1.5 hours).
SEVERAL: Final[dict[str, tuple[Comparator, int]]] = {"fr": (">=", 2), "en": ("!=", 1)}


def text_digest(source: str) -> str:
    """What identifies a text: twelve hexadecimal digits; blank edges do not count."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:12]


def compile_clause_text(
    file: TextFile, language: str, title: tuple[int, int], body: tuple[int, int], names: Names, terms: Terms
) -> tuple[ClauseText | None, tuple[Diagnostic, ...]]:
    """The template of one language of a clause; ``title`` and ``body`` are offsets (start, end) in the file."""
    source = file.text[title[0] : body[1]]
    digest = text_digest(source)
    compiler = TextCompiler(file, language, names, terms)
    heading = compiler.inline(*title)
    blocks = compiler.blocks(*body)
    if not blocks and not compiler.found:
        compiler.complain("empty-text", file.span(title[0], title[1]), f"the {language} text is empty", "write it")
    if compiler.found:
        return None, tuple(compiler.found)
    return ClauseText(language, heading, blocks, digest, source, file.span(title[0], title[1])), ()


class TextCompiler:
    """Compiles pieces of one file; findings gather in ``found``."""

    def __init__(self, file: TextFile, language: str, names: Names, terms: Terms) -> None:
        self.file = file
        self.language = language
        self.names = names
        self.terms = terms
        self.found: list[Diagnostic] = []
        self.statements: list[Statement] = []

    def complain(self, code: str, span: Span, message: str, help_: str = "") -> None:
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help_))

    @staticmethod
    def wrong(code: str, message: str, span: Span, help_: str = "") -> Refused:
        return Refused(Diagnostic(code, Severity.ERROR, message, span, help_))

    def inline(self, start: int, end: int) -> tuple[InlineTemplate, ...]:
        """A single paragraph: a title, a message, a definition."""
        blocks = self.blocks(start, end)
        if len(blocks) == 1 and isinstance(blocks[0], ParagraphTemplate):
            return blocks[0].content
        if not self.found:
            self.complain("not-one-line", self.file.span(start, end), "one paragraph is expected here")
        return ()

    def blocks(self, start: int, end: int) -> tuple[BlockTemplate, ...]:
        """The blocks of ``file.text[start:end]``."""
        try:
            marked = self.marked(start, end)
            kinds = [statement.kind for statement in self.statements]
            text, numbers = attach_alone(marked, kinds)
            read = Blocks(self.file, self.language, self.terms, self.statements, text, numbers, start)
            read.at = next((at for at, token in enumerate(read.tokens) if token.level > DEEPEST), 0)
            if read.at:
                raise read.fail("lists and notices nest too deep here", "split it", "too-deep")
            return read.blocks()
        except Refused as refusal:
            self.found.append(refusal.diagnostic)
        except RecursionError:
            self.complain("too-deep", self.file.span(start, end), "this text nests too deep", "split it")
        return ()

    # ---- Jinja2: statements and values become marks

    def marked(self, start: int, end: int) -> str:
        text = self.file.text[start:end]
        if found := FORBIDDEN.search(text):
            raise self.wrong(
                "forbidden-character",
                f"the character {character_name(found.group())} stands here",
                self.file.span(start + found.start()),
                "type the text again without it",
            )
        if "{" not in text and "}" not in text:
            # Half of the library is plain prose; Jinja2 would give it back as it is.
            return text
        try:
            template = ENVIRONMENT.parse(text)
        except TemplateSyntaxError as error:
            place = self.file.span(min(start + error.lineno, max(end - 1, start)))
            if isinstance(error, NotRead):
                raise self.wrong(error.code, str(error.message), place, error.help) from error
            raise self.wrong("text-syntax", f"this cannot be read: {error.message}", place, KNOWN) from error
        return "".join(self.flatten(template.body, text, start, self.names))

    def mark(self, kind: Any, payload: Any, span: Span) -> str:
        if len(self.statements) == MOST_MARKS:
            message = f"the text holds more than {MOST_MARKS} values and statements"
            raise self.wrong("too-long", message, span, "split it")
        self.statements.append(Statement(kind, payload, span))
        return chr(FIRST_MARK + len(self.statements) - 1)

    def flatten(self, body: Sequence[nodes.Node], text: str, start: int, names: Names) -> Iterator[str]:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        if isinstance(part, nodes.TemplateData):
                            yield self.without_brace(part, start)
                        else:
                            yield self.value(part, text, start, names)
                case nodes.If():
                    yield from self.flatten_if(node, text, start, names)
                case nodes.For():
                    yield from self.flatten_for(node, text, start, names)
                case _:
                    # The words that make other nodes are not read.
                    raise AssertionError(node)

    def without_brace(self, part: nodes.TemplateData, start: int) -> str:
        """The fixed text, in which a brace is a value or a statement that was not typed well."""
        brace = re.search("[{}]", part.data)
        if brace is not None:
            raise self.wrong(
                "stray-brace",
                f"`{brace.group()}` stands alone, it opens no value and no statement",
                self.file.span(start + part.lineno + brace.start()),
                "write {{ value }} or {% if … %}; a text has no other braces",
            )
        return part.data

    def flatten_if(self, node: nodes.If, text: str, start: int, names: Names) -> Iterator[str]:
        condition, span = self.condition(node.test, text, start, names)
        yield self.mark("if", condition, span)
        yield from self.flatten(node.body, text, start, names)
        for other in node.elif_:
            condition, span = self.condition(other.test, text, start, names)
            yield self.mark("else", condition, span)
            yield from self.flatten(other.body, text, start, names)
        if node.else_:
            yield self.mark("else", None, span)
            yield from self.flatten(node.else_, text, start, names)
        yield self.mark("endif", None, span)

    def flatten_for(self, node: nodes.For, text: str, start: int, names: Names) -> Iterator[str]:
        span = self.file.span(start + node.lineno)
        if node.else_ or node.recursive or not isinstance(node.target, nodes.Name):
            raise self.wrong("not-in-the-language", "a loop has one name and no `else`", span)
        name = node.target.name
        if name in names:
            raise self.wrong("shadowed-name", f"the loop hides `{name}`", span, "give the loop another name")
        collection, type_ = self.expression(node.iter, text, start, names)
        if type_.kind != "list" or type_.item is None:
            raise self.wrong("type-mismatch", f"a loop asks for a list, this is {type_.shown()}", span)
        inner = {**names, name: type_.item}
        test = self.condition(node.test, text, start, inner)[0] if node.test is not None else None
        yield self.mark("for", (name, collection, test), span)
        yield from self.flatten(node.body, text, start, inner)
        yield self.mark("endfor", None, span)

    def expression(self, node: nodes.Node, text: str, start: int, names: Names) -> tuple[Expression, Type]:
        try:
            return typed_expression(cast(nodes.Expr, node), text, names)
        except Complaint as complaint:
            raise self.refused(complaint, start) from complaint

    def condition(self, node: nodes.Node, text: str, start: int, names: Names) -> tuple[Expression, Span]:
        expression, type_ = self.expression(node, text, start, names)
        span = self.file.span(start + first_offset(node))
        if type_.kind != "boolean":
            raise self.wrong(
                "not-a-condition",
                f"this is {type_.shown()}, not a condition",
                span,
                "compare it with a value, or ask `is defined` or `| length > 0`",
            )
        try:
            return asking(expression, 0, 0), span
        except Complaint as complaint:
            raise self.wrong(complaint.code, complaint.message, span, complaint.help) from complaint

    def refused(self, complaint: Complaint, start: int) -> Refused:
        span = self.file.span(start + complaint.start, start + complaint.end)
        return self.wrong(complaint.code, complaint.message, span, complaint.help)

    def value(self, node: nodes.Node, text: str, start: int, names: Names) -> str:
        filter_, fallback, core = "", None, node
        while isinstance(core, nodes.Filter) and core.node is not None:
            given = sole_argument(core)
            if core.name == "default" and isinstance(given, nodes.Const) and isinstance(given.value, str):
                fallback = typeset(given.value, self.language)
            elif (core.name in FILTERS or core.name == PLURAL) and not arguments(core):
                if filter_:
                    self.complain(
                        "two-filters", self.file.span(start + core.lineno), "two filters print one value", "keep one"
                    )
                filter_ = core.name
            else:
                break
            core = core.node
        expression, type_ = self.expression(core, text, start, names)
        span = self.file.span(start + first_offset(core))
        if next(reads(expression), None) is None:
            raise self.wrong(
                "constant-value", "this prints the same for every deal", span, "write the words themselves"
            )
        if fallback is not None and (filter_ == PLURAL or not isinstance(expression, Read)):
            message = "`default` gives one value for a path that may be absent"
            raise self.wrong("not-in-the-language", message, span, "say with {% if … is defined %} what is printed")
        if filter_ == PLURAL:
            return self.plural(expression, type_, span)
        path = expression.dotted if isinstance(expression, Read) else ""
        if fallback is not None and isinstance(expression, Read):
            expression = Default(expression, Literal_(fallback, type_))
        try:
            form = formatter(type_, filter_, path or "this")
        except Complaint as complaint:
            raise self.wrong(complaint.code, complaint.message, span, complaint.help) from complaint
        run = compile_expression(expression)
        return self.mark("value", Insert(expression, type_, run, form, path, filter_, fallback, span), span)

    def plural(self, number: Expression, type_: Type, span: Span) -> str:
        """The ending of a counted word: an ``s`` where the language counts the number as several."""
        if not type_.is_number:
            raise self.wrong("type-mismatch", f"`{PLURAL}` asks for a number, this is {type_.shown()}", span)
        operator, least = SEVERAL[self.language]
        several = Compare(operator, number, Literal_(least, INTEGER))
        return f"{self.mark('if', several, span)}s{self.mark('endif', None, span)}"


def first_offset(node: nodes.Node) -> int:
    """Where an expression begins: Jinja2 places a path at its last dot and a test at its `is`."""
    return min([node.lineno, *(below.lineno for below in node.find_all(nodes.Expr))])
