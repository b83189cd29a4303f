"""Inline nodes as runs, and the paragraph around them."""

from __future__ import annotations

from typing import Final, assert_never

from generator.cache import once_each
from generator.document.nodes import Emphasis, Inline, Lasting, LineBreak, Reference, Strong, Term, Text, Value
from generator.ooxml.text import run
from generator.writers.docx.scope import Scope

_PROPERTIES: Final = {
    (False, False): "",
    (True, False): "<w:rPr><w:b/><w:bCs/></w:rPr>",
    (False, True): "<w:rPr><w:i/><w:iCs/></w:rPr>",
    (True, True): "<w:rPr><w:b/><w:bCs/><w:i/><w:iCs/></w:rPr>",
}


def runs(content: tuple[Inline, ...], scope: Scope, *, strong: bool = False, emphasis: bool = False) -> str:
    """The runs of inline nodes; texts, values and terms side by side look alike and make one run.

    A value that the file prints more than once is a control of its own.
    """
    if isinstance(content, Lasting) and not (strong or emphasis):
        return _lasting_runs(content)
    return _runs(content, scope, strong=strong, emphasis=emphasis)


@once_each
def _lasting_runs(content: Lasting) -> str:
    return _runs(content, None)


def _runs(content: tuple[Inline, ...], scope: Scope | None, *, strong: bool = False, emphasis: bool = False) -> str:
    """The same; without a ``scope`` for what has neither a value nor a reference."""
    properties = _PROPERTIES[strong, emphasis]
    if len(content) == 1 and isinstance(content[0], (Text, Term)):
        return run(content[0].text, properties)
    pieces: list[str] = []
    words = ""
    for node in content:
        if (
            scope is not None
            and isinstance(node, Value)
            and node.from_deal
            and scope.bindings.ties(node, strong=strong)
        ):
            printed = scope.bindings.control(node, properties)
        elif isinstance(node, (Text, Value, Term)):
            words += node.text
            continue
        else:
            printed = _apart(node, scope, properties, strong=strong, emphasis=emphasis)
        if words:
            pieces.append(run(words, properties))
            words = ""
        pieces.append(printed)
    if words:
        pieces.append(run(words, properties))
    return "".join(pieces)


def _apart(
    node: Reference | Strong | Emphasis | LineBreak,
    scope: Scope | None,
    properties: str,
    *,
    strong: bool,
    emphasis: bool,
) -> str:
    """A node that makes no run with its neighbours."""
    match node:
        case Reference():
            assert scope is not None
            return scope.reference(node.target, properties)
        case Strong():
            return _runs(node.content, scope, strong=True, emphasis=emphasis)
        case Emphasis():
            return _runs(node.content, scope, strong=strong, emphasis=True)
        case LineBreak():
            return "<w:r><w:br/></w:r>"
        case _:
            assert_never(node)


def plain(content: tuple[Inline, ...], scope: Scope) -> str:
    """The same nodes as text, for titles of controls, alternative texts and widths of columns."""
    pieces: list[str] = []
    for node in content:
        match node:
            case Text() | Value() | Term():
                pieces.append(node.text)
            case Reference():
                pieces.append(scope.label(node.target).reference)
            case Strong() | Emphasis():
                pieces.append(plain(node.content, scope))
            case LineBreak():
                pieces.append("\n")
            case _:
                assert_never(node)
    return "".join(pieces)


def leads_in(content: tuple[Inline, ...]) -> bool:
    """Whether the text ends with a colon, so that it must stay with what follows."""
    last = content[-1] if content else None
    if isinstance(last, (Text, Value, Term)):
        return last.text.rstrip().endswith(":")
    return isinstance(last, (Strong, Emphasis)) and leads_in(last.content)


def paragraph(style: str, content: str, *, numbers: str = "", keep: bool = False, more: str = "") -> str:
    """One paragraph. ``numbers`` is its list, ``more`` what follows the list in Word's order of properties."""
    kept = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}{numbers}{more}</w:pPr>{content}</w:p>'
