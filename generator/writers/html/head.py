"""The head of every page that is written: what a browser may do with it, its title and its one style sheet."""

from __future__ import annotations

import base64
import hashlib

from generator.writers.html.text import attribute


def head(title: str, style: str, more: str = "") -> str:
    """The head of a page without script and without a request; ``more`` is what else stands in it, as markup."""
    # The one thing that the page may do is to use this very style sheet.
    allowed = f"style-src 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
    # A title holds text alone: a line break is a blank there.
    words = attribute(" ".join(title.split("\n")))
    return f"""<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<meta name="robots" content="noindex">
<title>{words}</title>
{more}<style>{style}</style>
</head>"""
