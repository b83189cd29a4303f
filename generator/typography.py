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
# is still typeset, and holds no quote or space and no apostrophe at its end, so that typesetting cannot change where
# it ends. What is measured "per" something (Go/mois, h/24) is no path.
_PROTECTED = re.compile(
    rf"""
    {_HOLE}
  | `[^`\n]*`                                                          # code between backticks
  | \b(?:https?|ftps?|mailto|tel):(?:(?:[^\s<>"«»“”‘’'…`]|'(?=[\w&=/]))*[\w/=&\#])?
  | (?<!\w)www\.(?:[^\s<>"«»“”‘’'…`]|'(?=[\w&=/]))*[\w/=&\#]
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | &\#?\w+;                                                           # a character reference
  | (?<![\w./@-])[a-z]{{2,}}(?:[._][a-z]\w*)+:(?=[ ][\w\[{{])              # a field and its value, meta.kind: contract
  | (?<![\w./@-])[a-z]{{2,}}:(?=[ ](?:true|false)\b)
  | (?<![\w./\\~\#=@&+$-])(?!(?:[kMG]?bit|[kKMGTP]o|[hj])/|\+\d)            # a path, key=value, a:b, 24/7, 08:00
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
_DASH = _sub(rf"(?:(?<=\S)|^){_BLANK}(?:--?|–)(?={_BLANK})", f"{NBSP}–")

# A finger that stayed on the bar: Word would print both spaces.
_SINGLE_SPACES = _sub(r"(?<=\S)  +(?=\S)", " ")

_INSIDE_BRACKETS = _sub(rf"(?<=\(){_BLANK}+(?=[\w{_HOLE}]|$)|(?<![( \t\u00a0\u202f]){_BLANK}+(?=\))", "")

# A sign stays with its number: "≤ 30", "± 5".
_SIGN = _sub(rf"(?<![\w<>])([≤≥±<>]){_BLANK}+(?=\d|{_HOLE}|$)", rf"\1{NBSP}")

# A hyphen before a measured number, after a space, is a minus: not the one of "2026-2029" or of an option "-5".
_MINUS = _sub(rf"(?:(?<=[\s(])|^)-(?=\d[\d.,]*(?:{_BLANK}\d{{3}})*(?:,\d+)?{_BLANK}?(?:[%‰€£$]|°C)|[€£$]\d)", "−")

# Telephone numbers in their usual groups (with the code of a country, of France, free of charge), and IBANs.
_GROUPED_NUMBER = _sub(
    rf"(?<![\w+.,/-])(?:\+\d{{1,3}}(?:{_BLANK}?\(0\)\d)?(?:{_BLANK}\d{{1,8}}){{2,5}}|0\d(?:{_BLANK}\d\d){{4}}"
    rf"|0{_BLANK}?8\d\d(?:{_BLANK}\d{{3}}){{2}}"
    rf"|[A-Z]{{2}}\d\d(?:{_BLANK}[\dA-Z]{{4}}){{3,7}}(?:{_BLANK}[\dA-Z]{{1,3}})?)(?!\w)(?!{_BLANK}\d)"
    # A change of price, `+24 999 994,98 €`, is no telephone number.
    rf"(?!,\d|{_BLANK}?[€£$%])",
    lambda found: re.sub(_BLANK, NBSP, found[0]),
)

# An opening single quote stands after a space or an opening mark and before a letter, and something closes it; at the
# edge of a fragment, an "'s" is the apostrophe of a value's genitive.
_SINGLE_QUOTES = _sub(r"(?:(?<=[\s(\[“«–—’])|^(?!'s\b))'(?=[^\W\d](?:[^']|(?<=\w)'(?=\w))*[\w.,;:!?…]'(?!\w))", "‘")

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_SHORT_MONTHS = r"janv\. févr\. avr\. juill\. sept\. oct\. nov\. déc\."
_MEASURES = "h min s ms ko Ko Mo Go To Po Kio Mio Gio Tio [kMG]?bit/s kW kWh W V A km m cm mm m² kg °C EUR HT [kMGTP]B"
_UNITS = {
    "fr": "jours? heures? minutes? secondes? mois ans? années? semaines? fois points? euros? centimes? octets? "
    "j k€ M€ millions? milliards? utilisateurs? postes? serveurs?",
    "en": "days? (?:business|working|calendar|clear) hours? minutes? seconds? months? years? weeks? times points? "
    r"euros? cents? bytes? a\.m\. p\.m\. million billion users? workstations? servers?",
}


def _number_and_unit(language: str) -> Rule:
    words = "|".join(f"{_UNITS[language]} {_MEASURES} {_MONTHS[language]} {_SHORT_MONTHS}".split())
    return _sub(rf"(?<=\d)((?:er|re|e|st|nd|rd|th)?){_BLANK}+(?=(?:{words})(?![\w{_HOLE}]))", rf"\1{NBSP}")


_HOUR_AND_MINUTES = _sub(rf"(?<=\d{NBSP}h){_BLANK}+(?=\d\d(?!\d))", NBSP)


def _word_and_number(words: str) -> Rule:
    """Bind ``words`` to the number, Roman ones too, or the capital that follows, also where a value follows."""
    return _sub(rf"(?<!\w)((?:{words})){_BLANK}+(?=\d|[A-Z](?:\.|\b)|[IVXL]+\b|{_HOLE}|$)", rf"\1{NBSP}")


def _word_and_figure(words: str) -> Rule:
    """Bind ``words`` to the figure that follows; before a value, which may be a long name, the line may break."""
    return _sub(rf"(?<!\w)((?:{words})){_BLANK}+(?=\d)", rf"\1{NBSP}")


# ---- French

_FR_RULES: tuple[Rule, ...] = (
    _ELLIPSIS,
    _quotes(("«", "»"), ("“", "”")),
    _SINGLE_QUOTES,
    _sub("['\u00b4]", "’"),
    _sub(rf"(?i)(?<![\w‘’])([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)’{_BLANK}+(?=\w|{_HOLE}|$)", r"\1’"),
    _SINGLE_SPACES,
    _INSIDE_BRACKETS,
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
    _sub(rf"(?:(?<=[\w{_HOLE})\]»”’%€…])|^){_BLANK}+([,.])(?=\s|$|[)\]»”’])", r"\1"),
    _MINUS,
    _sub(rf"(?:{_RUN}|(?<=\d))([%€‰£$])(?!\w)", rf"{NBSP}\1"),
    _SIGN,
    _sub(
        rf"(?<![\d\w.,/-])(?<!\d{_BLANK})([1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+)(?!\w)(?!{_BLANK}\d)",
        lambda found: re.sub(_BLANK, GROUP, found[1]),
    ),
    # Register numbers are groups of three too, but no quantity: their spaces are of full width.
    _sub(
        rf"(?<=\bSIRE[NT]{_BLANK})\d{{3}}(?:{_BLANK}\d{{3}}){{2}}(?:{_BLANK}\d{{5}})?(?!{_BLANK}?\d)",
        lambda found: re.sub(_BLANK, NBSP, found[0]),
    ),
    _GROUPED_NUMBER,
    _sub(rf"(?<!\w)([nN]°|№)(?:{_BLANK}+(?=[\d{_HOLE}]|$)|(?=[\d{_HOLE}]))", rf"\1{NBSP}"),
    _word_and_number(
        r"[Aa]rt\.|[Aa]rticles?|[Aa]nnexes?|[Ss]ections?|[Cc]hapitres?|[Aa]l\.|[Aa]linéas?|[Pp]ages?|[Pp]\.|[Pp]p\.|§"
    ),
    _word_and_figure(r"nos|[Pp]aragraphes?|[Pp]oints?|[Tt]ableaux?|[Pp]hases?|[Nn]iveaux?|[ÉéEe]tapes?|[Ll]ots?"),
    _sub(r"(?<=§)(?=\d)", NBSP),
    _sub(rf"(?<!\w)p\.{_BLANK}+(?=ex\.)", f"p.{NBSP}"),
    _sub(rf"(?<!\w)([LRDA]\.){_BLANK}+(?=\d)", rf"\1{NBSP}"),
    _sub(rf"(?<!\w)(MM?\.|Mmes?|Mlle|Mes?|Dr|Pr){_BLANK}+(?=[A-ZÀ-ÖØ-ÞŒŸ])", rf"\1{NBSP}"),
    _number_and_unit("fr"),
    _HOUR_AND_MINUTES,
)

# ---- English

_EN_RULES: tuple[Rule, ...] = (
    _ELLIPSIS,
    _quotes(("“", "”"), ("“", "”")),
    _SINGLE_QUOTES,
    _sub("['\u00b4]", "’"),
    _SINGLE_SPACES,
    _INSIDE_BRACKETS,
    _DASH,
    _sub(rf"(?:(?<=[\w{_HOLE})\]”’%…])|^){_BLANK}+([,:;!?]+|\.)(?=\s|$|[)\]”’])", r"\1"),
    _MINUS,
    _sub(rf"(?:(?<=\d)|^){_BLANK}+(%)(?!\w)", r"\1"),
    _sub(rf"(?<=\d){_BLANK}+([€£$])(?!\w)", rf"{NBSP}\1"),
    _sub(rf"(?<![\w€£$])(?<!\d{_BLANK})([€£$]){_BLANK}+(?=\d)", r"\1"),
    _SIGN,
    _GROUPED_NUMBER,
    _word_and_number(
        r"[Ss]ections?|[Aa]rticles?|[Ss]chedules?|[Aa]nnex(?:es)?|[Aa]ppendix|[Cc]lauses?|[Pp]aragraphs?|[Pp]arts?"
        r"|[Cc]hapters?|[Aa]rts?\.|[Nn]os?\.|[Pp]ages?|[Pp]p?\.|§"
    ),
    _word_and_figure(r"[Tt]ables?|[Pp]hases?|[Ll]evels?|[Ss]tages?|[Ii]tems?"),
    _sub(rf"(?<!\w)({'|'.join(_MONTHS['en'].split())}){_BLANK}+(?=\d\d?(?:st|nd|rd|th)?\b)", rf"\1{NBSP}"),
    _sub(rf"(?<!\w)(EUR|USD|GBP|CHF|(?:Mrs?|Ms|Dr)\.?){_BLANK}+(?=[\dA-ZÀ-ÖØ-Þ])", rf"\1{NBSP}"),
    _number_and_unit("en"),
    _HOUR_AND_MINUTES,
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
