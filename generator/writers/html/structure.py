"""Parts, articles and clauses around their blocks, and the table of contents that leads to them.

Headings go down in order: the pack (h1), its parts (h2), articles (h3), titles of clauses (h4), subheadings (h5 below
a clause title, else h4).
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.document.nodes import Block, Clause, Paragraph, Part, Section
from generator.writers.html.blocks import blocks, paragraph
from generator.writers.html.scope import Scope
from generator.writers.html.text import attribute, href, shown
from generator.writers.reading import full_stop, lone_marker, plain, title_place


def part(scope: Scope, content: Part) -> str:
    """A document of the pack, from its heading to its last clause."""
    marker = scope.label(content.id).marker
    number = scope.number(content.id, marker)
    title = shown(content.title) if marker else f'<a href="{href(content.id)}">{shown(content.title)}</a>'
    cover = f'<div class="cover">{blocks(scope, content.cover, 3)}</div>\n' if content.cover else ""
    heading = f"_h-{attribute(content.id)}"
    return (
        f'<article id="{attribute(content.id)}" class="{content.kind}" aria-labelledby="{heading}">\n'
        f'<h2 id="{heading}">{number}{title}</h2>\n{scope.back_links(content.id)}{cover}'
        f"{''.join(_section(scope, section) for section in content.sections)}</article>\n"
    )


def _section(scope: Scope, section: Section) -> str:
    clauses = "".join(clause(scope, inner, section) for inner in section.clauses)
    return f'<section id="{attribute(section.anchor)}">\n{heading(scope, section)}{clauses}</section>\n'


def heading(scope: Scope, section: Section) -> str:
    """The heading of a section, if it has one, and the places that refer to the section."""
    number = scope.number(section.anchor, scope.label(section.anchor).marker) if section.title else ""
    title = f"<h3>{number}{scope.inlines(section.title)}</h3>\n" if section.title else ""
    return title + scope.back_links(section.anchor)


def clause(scope: Scope, content: Clause, section: Section) -> str:
    """A clause with its number and title; ``data-clause`` and ``data-digest`` say which text of the library it is."""
    head, inner = opening(scope, content, section)
    level = level_of(section) + (title_place(content) == "alone")
    return (
        f'<div class="clause" id="{attribute(content.anchor)}" data-clause="{attribute(content.id)}"'
        f' data-digest="{attribute(content.digest)}">\n{head}'
        f"{blocks(scope, inner, level, name_of(scope, content, section))}{scope.back_links(content.anchor)}</div>\n"
    )


def level_of(section: Section) -> int:
    """The level of headings inside a section: one more where it has a heading of its own."""
    return 4 if section.title else 3


def name_of(scope: Scope, content: Clause, section: Section) -> str:
    """What a clause is about: its title, or that of its article."""
    return plain(content.title, scope.numbered) or plain(section.title, scope.numbered)


def opening(scope: Scope, content: Clause, section: Section) -> tuple[str, list[Block]]:
    """How a clause begins, with its number and title, and the blocks that follow."""
    inner = list(content.blocks)
    title = plain(content.title, scope.numbered)
    place = title_place(content)
    if place == "alone":
        # Where the number is printed elsewhere, the title is the link.
        number = scope.number(content.anchor, lone_marker(content, section, scope.numbered))
        words = scope.inlines(content.title, links=False)
        tag = f"h{level_of(section)}"
        shown_title = f"{number or _titled(content.anchor, words)}{words if number else ''}"
        head = f'<{tag} class="numbered">{shown_title}</{tag}>\n'
    elif inner and isinstance(first := inner[0], Paragraph):
        del inner[0]
        run_in = f'<strong class="run-in">{scope.inlines(content.title)}{full_stop(title)}</strong> '
        head = paragraph(scope, first, title=run_in if place == "run-in" else "", link=content.anchor)
    else:
        name = name_of(scope, content, section)
        label = attribute(f"{scope.phrases.link_to} {scope.label(content.anchor).reference}, {name}")
        head = f'<a class="here" href="{href(content.anchor)}" aria-label="{label}"></a>\n'
    return head, inner


def has_headings(content: Part) -> bool:
    """Whether a part has sections that a table of contents can list."""
    return any(section.title for section in content.sections)


def _titled(anchor: str, words: str) -> str:
    return f'<a href="{href(anchor)}">{words}</a>'


# ---- contents


def contents(scope: Scope, parts: Sequence[Part]) -> str:
    """The table of contents: the articles of a single part, or the parts, each of which unfolds its articles."""
    name = attribute(scope.phrases.contents)
    inner = _entries(scope, parts[0]) if len(parts) == 1 else f"<ol>{''.join(_unfolding(scope, p) for p in parts)}</ol>"
    return f'<nav id="_contents" aria-label="{name}"><details open><summary>{name}</summary>\n{inner}</details></nav>\n'


def part_title(scope: Scope, content: Part) -> str:
    """A part as a list names it, as plain text."""
    return " – ".join(filter(None, [scope.label(content.id).marker, content.title]))


def _unfolding(scope: Scope, content: Part) -> str:
    title = shown(part_title(scope, content))
    more = f'<span class="hidden">{shown(scope.phrases.sections + scope.phrases.colon)}{title}</span>'
    unfold = f"<details><summary>{more}</summary>{_entries(scope, content)}</details>" if has_headings(content) else ""
    return f'<li><a href="{href(content.id)}">{title}</a>{unfold}</li>\n'


def _entries(scope: Scope, content: Part) -> str:
    entries = []
    for section in content.sections:
        if not section.title:
            continue
        marker = scope.label(section.anchor).marker
        number = f'<span class="number">{shown(marker)}</span> ' if marker else ""
        title = scope.inlines(section.title, links=False)
        entries.append(f'<li><a href="{href(section.anchor)}">{number}<span>{title}</span></a></li>')
    return f"<ol>{''.join(entries)}</ol>"
