"""Text as a page, a link and a style sheet print it: always escaped, never markup."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Final
from urllib.parse import quote

# Where a word may break that a narrow column cannot hold: an address behind its sign; one long name before a dot, or
# between any two letters when it is longer than a word of either language.
_BREAKS: Final = re.compile(r"(?<=\w@)(?=\w)|(?<=[\w.]{20})(?=[._]\w)|(?<=\w{30})(?=\w)")


def shown(text: str) -> str:
    """Text as it is written; right-to-left text is isolated, or it would reorder what stands around it."""
    safe = "<wbr>".join(map(escape, _BREAKS.split(text))).replace("\n", "<br>")
    if not text.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"<bdi>{safe}</bdi>"
    return safe


def attribute(text: str) -> str:
    """Text between the quotation marks of an attribute."""
    return escape(text)


def href(anchor: str) -> str:
    """The address of an anchor of the page, between the quotation marks of an attribute."""
    return "#" + escape(quote(anchor, safe="@.:-_~"))


def css_string(text: str) -> str:
    """Text as a CSS string: all but letters, digits and plain marks as numbers, so that it cannot end the sheet."""
    return '"' + re.sub(r"[^\w .,:-]", lambda found: f"\\{ord(found[0]):06x}", text) + '"'
