"""Typography of library text: quotes, apostrophes, dashes and the spaces that must not break.

Text is typeset in fragments, what stands between two values of a clause, so a fragment may begin or end in the
middle of a sentence: ``" : le Client"`` after a value, ``"l'"`` before a reference. Values are never typeset here;
they are printed by ``formats`` or as the user wrote them.

French follows what Word's own autocorrection types: U+00A0 before ``: ; ! ? %`` and ``€`` and inside « », U+202F
only between groups of thousands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

NBSP = "\u00a0"
GROUP = "\u202f"

_BLANK = "[ \t\u00a0\u202f]"
# A whole run of blanks; anchored at its start, or long runs would be tried from each of their blanks.
_RUN = f"(?<!{_BLANK}){_BLANK}+"

# Stands for a protected token while the rules run; a private-use character, which no rule touches.
_HOLE = "\ue000"

# What typography must not touch. Each alternative ends before closing punctuation, so that the stop of the sentence
# is still typeset, and holds no quote, apostrophe or space, so that typesetting cannot change where it ends.
_PROTECTED = re.compile(
    rf"""
    {_HOLE}
  | `[^`\n]*`                                                          # code between backticks
  | \b(?:https?|ftps?|mailto|tel):(?:[^\s<>"«»“”‘’'…`]*[\w/=&\#])?
  | (?<!\w)www\.[^\s<>"«»“”‘’'…`]*[\w/=&\#]
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | &\#?\w+;                                                           # a character reference
  | (?<![\w./\\~\#=@&+$-])(?![kMG]?bit/s\b)                            # a path, key=value, a:b, 24/7, 08:00
    [\w.~$-]*(?:[/\\_=\#@&+]|::|:(?=\w))[\w./\\~:\#=@+&%$-]*(?<=[\w/])
    """,
    re.VERBOSE,
)

Rule = Callable[[str], str]


def _sub(pattern: str, replacement: str | Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.sub(replacement, text)


# ---- quotes


def _opens(before: str, after: str, depth: int) -> bool | None:
    """Whether a straight quote between two characters opens; ``None`` where it is no quotation mark."""
    if not before or before.isspace() or before in "([{«“‘'’–—-":
        if after and not after.isspace():
            return after not in ".,;:!?)]}»”…"
        # Alone between spaces, or at an edge: a value follows, unless something is still open here.
        return depth == 0 and (bool(before) or not after)
    if depth == 0 and (before.isdigit() or (after.isalnum() and after.isascii())):
        return None  # 19" is a size, a"b is code
    return False


def _quotes(outer: tuple[str, str], inner: tuple[str, str]) -> Rule:
    """Turn straight double quotes into ``outer`` ones, and into ``inner`` ones inside ``outer`` ones."""

    def apply(text: str) -> str:
        if '"' not in text:
            return text
        pieces: list[str] = []
        depth = 0
        for index, character in enumerate(text):
            if character == '"':
                opens = _opens(text[index - 1 : index], text[index + 1 : index + 2], depth)
                if opens:
                    character = inner[0] if depth else outer[0]
                elif opens is not None:
                    character = inner[1] if depth > 1 else outer[1]
            if character in (outer[0], inner[0]):
                depth += 1
            elif character in (outer[1], inner[1]):
                depth = max(0, depth - 1)
            pieces.append(character)
        return "".join(pieces)

    return apply


# ---- rules of both languages

_ELLIPSIS = _sub(r"(?<!\.)\.\.\.(?!\.)", "…")

# The space before the dash does not break, so that no line begins with one.
_DASH = _sub(rf"(?:(?<=\S)|^){_BLANK}[-–](?={_BLANK})", f"{NBSP}–")

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_MEASURES = "h min s ms ko Ko Mo Go To Po Kio Mio Gio Tio [kMG]?bit/s kW kWh W V A km m cm mm m² kg °C EUR HT"
_UNITS = {
    "fr": "jours? heures? minutes? secondes? mois ans? années? semaines? fois points? euros? centimes? octets? "
    "k€ M€ millions? milliards? utilisateurs? postes? serveurs?",
    "en": "days? (?:business|working|calendar|clear) hours? minutes? seconds? months? years? weeks? times points? "
    "euros? cents? bytes? million billion users? workstations? servers?",
}


def _number_and_unit(language: str) -> Rule:
    words = "|".join(f"{_UNITS[language]} {_MEASURES} {_MONTHS[language]}".split())
    return _sub(rf"(?<=\d)((?:er|re|e|st|nd|rd|th)?){_BLANK}+(?=(?:{words})(?![\w{_HOLE}]))", rf"\1{NBSP}")


def _word_and_number(words: str) -> Rule:
    """Bind ``words`` to the number or the capital letter that follows, also where a value follows."""
    return _sub(rf"(?<!\w)((?:{words})){_BLANK}+(?=\d|[A-Z](?:\.|\b)|{_HOLE}|$)", rf"\1{NBSP}")


# ---- French

_FR_RULES: tuple[Rule, ...] = (
    _ELLIPSIS,
    _quotes(("«", "»"), ("“", "”")),
    _sub("'", "’"),
    _sub(rf"«{_BLANK}*", f"«{NBSP}"),
    _sub(rf"(?:{_RUN})?»", f"{NBSP}»"),
    # An empty quotation, or a value between the quotes, would get its space twice.
    _sub(f"«{NBSP}+»", f"«{NBSP}»"),
    _DASH,
    # High punctuation ends a word: after it comes a space, a closing mark or the edge of the fragment. A colon
    # inside 08:00 or client:segment does not.
    _sub(
        rf"(?:{_RUN}|(?<=[\w{_HOLE})\]»”’\"%€…°.])|^)([:;!?]+)(?=[\s)\]»”’…,.]|$)",
        rf"{NBSP}\1",
    ),
    _sub(rf"(?:{_RUN}|(?<=\d))([%€‰])(?!\w)", rf"{NBSP}\1"),
    _sub(
        rf"(?<![\d\w.,/-])(?<!\d{_BLANK})([1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+)(?!\w)(?!{_BLANK}\d)",
        lambda found: re.sub(_BLANK, GROUP, found[1]),
    ),
    _sub(rf"(?<!\w)([nN]°)(?:{_BLANK}+(?=[\d{_HOLE}]|$)|(?=[\d{_HOLE}]))", rf"\1{NBSP}"),
    _word_and_number(
        r"[Aa]rt\.|[Aa]rticles?|[Aa]nnexes?|[Ss]ections?|[Cc]hapitres?|[Aa]l\.|[Aa]linéas?|[Pp]ages?|[Pp]\.|[Pp]p\.|§"
    ),
    _sub(rf"(?<!\w)([LRDA]\.){_BLANK}+(?=\d)", rf"\1{NBSP}"),
    _sub(rf"(?<!\w)(MM?\.|Mmes?|Mlle|Mes?|Dr|Pr){_BLANK}+(?=[A-ZÀÂÇÉÈÊÎÔÛ])", rf"\1{NBSP}"),
    _number_and_unit("fr"),
    _sub(rf"(?<=\d{NBSP}h){_BLANK}+(?=\d\d(?!\d))", NBSP),
)

# ---- English

_EN_RULES: tuple[Rule, ...] = (
    _ELLIPSIS,
    _quotes(("“", "”"), ("“", "”")),
    # An opening single quote stands after a space and before a letter; at the edge of a fragment it is the
    # apostrophe of a value's genitive.
    _sub(r"(?<=[\s(\[“–—])'(?=[^\W\d][^']*[\w.,;:!?]'(?!\w))", "‘"),
    _sub("'", "’"),
    _DASH,
    _sub(rf"(?:(?<=[\w{_HOLE})\]”’%…])|^){_BLANK}+([,:;!?]+|\.)(?=\s|$|[)\]”’])", r"\1"),
    _sub(rf"(?:(?<=\d)|^){_BLANK}+(%)(?!\w)", r"\1"),
    _word_and_number(
        r"[Ss]ections?|[Aa]rticles?|[Ss]chedules?|[Aa]nnex(?:es)?|[Aa]ppendix|[Cc]lauses?|[Pp]aragraphs?|[Pp]arts?"
        r"|[Aa]rts?\.|[Nn]os?\.|[Pp]ages?|[Pp]p?\.|§"
    ),
    _sub(rf"(?<!\w)(EUR|USD|GBP|CHF|Mr|Mrs|Ms|Dr){_BLANK}+(?=[\dA-Z])", rf"\1{NBSP}"),
    _number_and_unit("en"),
)

_RULES = {"fr": _FR_RULES, "en": _EN_RULES}


@lru_cache(maxsize=16384)
def typeset(text: str, language: str) -> str:
    """Give a fragment of library text the typography of ``language`` (``fr`` or ``en``).

    Idempotent; letters and digits keep their order; URLs, addresses, times and code stay as they are. A straight
    quote is taken as opening or closing from its neighbours in the fragment; alone, it opens. ``ValueError`` for
    another language.
    """
    if language not in _RULES:
        raise ValueError(f"no typography for the language {language!r}")
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return _HOLE

    open_text = _PROTECTED.sub(keep, text)
    for rule in _RULES[language]:
        open_text = rule(open_text)
    if not kept:
        return open_text
    tokens = iter(kept)
    return re.sub(_HOLE, lambda _: next(tokens), open_text)
