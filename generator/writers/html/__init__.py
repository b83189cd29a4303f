"""One self-contained web page: readable on a phone, printable on A4, without script and without a request.

Every anchor of the tree is an id, and the number of a paragraph is the link to it. The invisible anchors of
e-signature are kept as ``data-sign`` attributes. A reference to a part that is not on the page is text, not a link;
what was reached by a link names the places that refer to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from generator.document.nodes import Part
from generator.document.pair import Contract, Facing
from generator.writers.html import facing
from generator.writers.html.facing import both_of
from generator.writers.html.head import head
from generator.writers.html.scope import Scope, scope_of
from generator.writers.html.structure import contents, part, part_title
from generator.writers.html.text import attribute, css_string, shown
from generator.writers.reading import chosen


def write(contract: Contract, parts: Sequence[str] | None = None) -> bytes:
    """The pack, or the parts with these ids, as a UTF-8 page. Raises ``UnknownPart`` for an id it does not have."""
    if isinstance(contract, Facing):
        both = both_of(contract, parts)
        return _page(both.left, both.parts, facing.contents(both), facing.parts(both), "facing")
    written = chosen(contract, parts)
    scope = scope_of(contract, written)
    return _page(scope, written, contents(scope, written), "".join(part(scope, each) for each in written))


def _page(scope: Scope, written: Sequence[Part], navigation: str, text: str, kind: str = "") -> bytes:
    classes = " ".join(filter(None, ["page", "single" if len(written) == 1 else "", kind]))
    return f"""<!DOCTYPE html>
<html lang="{attribute(scope.numbered.document.language)}">
{_head(scope, written)}
<body>
<a class="skip" href="#_contract">{shown(scope.phrases.skip)}</a>
{_top(scope)}<div class="{classes}">
{navigation}<main id="_contract">
{text}</main>
</div>
{_bottom(scope)}</body>
</html>
""".encode()


def _head(scope: Scope, written: Sequence[Part]) -> str:
    properties = scope.numbered.document.properties
    style = f"\n{_sheets()}{''.join(_paper(scope, written))}"
    title = f"{part_title(scope, written[0])} – {properties.title}" if len(written) == 1 else properties.title
    more = f'''<meta name="author" content="{attribute(properties.author)}">
<meta name="description" content="{attribute(properties.subject)}">
'''
    return head(title, style, more)


@lru_cache(maxsize=1)
def _sheets() -> str:
    folder = files("generator.writers.html")
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("screen.css", "print.css", "facing.css"))


def _paper(scope: Scope, written: Sequence[Part]) -> Iterator[str]:
    """What stands on each printed page: title or part above, status above and across, reference below."""
    properties = scope.numbered.document.properties
    first = part_title(scope, written[0]) if len(written) == 1 else properties.title
    reference, status = css_string(_reference(scope)), css_string(properties.status)
    yield (
        f"@page {{ @top-left {{ content: {css_string(first)}; }} @top-right {{ content: {status}; }} "
        f"@bottom-left {{ content: {reference}; }} }}\n"
    )
    if properties.status:
        yield f"@media print {{ body::before {{ content: {status}; }} }}\n"
    if len(written) > 1:
        for place, each in enumerate(written, 1):
            # The foot of the pack follows its last part: under another name it would begin a page.
            foot = ", .bottom" if place == len(written) else ""
            yield f"article:nth-of-type({place}){foot} {{ page: part{place}; }}\n"
            yield f"@page part{place} {{ @top-left {{ content: {css_string(part_title(scope, each))}; }} }}\n"


def _reference(scope: Scope) -> str:
    reference = scope.numbered.document.properties.reference
    return f"{scope.phrases.reference}{scope.phrases.colon}{reference}" if reference else ""


def _top(scope: Scope) -> str:
    """The bar that stays on the screen, with the status and the way back to the contents; then the title."""
    properties = scope.numbered.document.properties
    status = f'<p class="status">{shown(properties.status)}</p>' if properties.status else ""
    reference = f"<p>{shown(_reference(scope))}</p>" if properties.reference else ""
    back = f'<a href="#_contents">{shown(scope.phrases.contents)}</a>'
    return (
        f'<header>\n<div class="bar">{status}{back}</div>\n'
        f'<div class="top"><h1>{shown(properties.title)}</h1>{reference}</div>\n</header>\n'
    )


def _bottom(scope: Scope) -> str:
    properties = scope.numbered.document.properties
    lines = [line for line in (properties.footer, _reference(scope), properties.status) if line]
    return f'<footer class="bottom">{"".join(f"<p>{shown(line)}</p>" for line in lines)}</footer>\n' if lines else ""
