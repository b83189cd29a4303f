"""The words themselves: what a generator left behind, and what a reader trips over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark, shortened, warning
from generator.doctor.names import W
from generator.doctor.wordfile import WordFile

TEMPLATE_LEFTOVER = error(
    "template-leftover",
    "a mark of a template stands in the text: `{{ … }}`, `{% … %}`, `[[ … ]]`, `${…}`, a merge field",
    "fill the template again: a value was missing, or the mark was split by formatting",
)
# The words below are those that the check looks for in contracts; nothing is left undone here.
PLACEHOLDER_WORD = warning(
    "placeholder-word",
    "a word that stands for something to be filled in: None, undefined, NaN, XXX, TODO, Lorem ipsum",
    "write what is meant, or take it out",
)
BROKEN_FIELD_TEXT = error(
    "broken-field-text",
    "a field printed its error instead of a result: “Error! Reference source not found.”",
    "restore the bookmark that the field names, update the fields, and read the sentence again",
)
PRIVATE_CHARACTER = warning(
    "private-character",
    "a character without a meaning of its own, or the mark of one that was lost (U+FFFD)",
    "write the character that is meant: each program shows another sign, or a box",
)
MISREAD_ENCODING = warning(
    "misread-encoding",
    "words were read in a wrong encoding: `Ã©` for `é`, `â€™` for `’`",
    "read the source as UTF-8",
)
UNBALANCED_QUOTES = remark(
    "unbalanced-quotes",
    "a paragraph opens more « than it closes », or the other way round",
    "add the one that is missing",
)
CHECKS: tuple[Check, ...] = (
    TEMPLATE_LEFTOVER,
    PLACEHOLDER_WORD,
    BROKEN_FIELD_TEXT,
    PRIVATE_CHARACTER,
    MISREAD_ENCODING,
    UNBALANCED_QUOTES,
)

_TEMPLATE: Final = re.compile(r"\{\{.{0,80}|\}\}|\{%.{0,80}|%\}|\[\[.{0,80}|\]\]|\$\{[\w.]+\}|<%.{0,80}%>")
# What authors and programs leave where a text should be: the list that is looked for, and no work left here.
_PLACEHOLDER: Final = re.compile(
    r"\bX{3,}\b|\b(?:TODO|FIXME|NaN)\b|\bLorem ipsum\b|\[object Object\]|\bundefined\b|\bNone\b|\bnull\b"
)
# English uses these as words; they are left by a program where they stand alone or before a unit, or in French.
_ENGLISH: Final = {"undefined", "None", "null"}
_UNIT: Final = re.compile(r"[\s\u00a0\u202f]*(?:€|%|EUR|jours?|heures?|mois|days?|hours?|months?)(?:\W|$)")
# A base document of a house style marks its places so, and its sample page by this; `clausier check` judges the names.
_PLACE: Final = re.compile(r"\[\[[a-z]+\]\]")
_SAMPLE: Final = "[[sample]]"
# The book of a clause library shows its texts as they are kept, and marks the heading of each clause so.
_CARD: Final = "_Card_"
_BROKEN: Final = re.compile(
    r"(?:Error!|Erreur[\s\u00a0\u202f]!|Fehler!|¡Error!|Errore\.) ?"
    r"(?:Reference source|Bookmark|No text of|Source du renvoi|Signet|Il n[’']y a pas|"
    r"Verweisquelle|Textmarke|Kein Text|No se encuentra|Marcador|L'origine|Unknown|Use the Home|Utilisez l|Not a valid)"
)
_PRIVATE: Final = re.compile("[\ue000-\uefff\uf100-\uf8ff\ufffd\U000f0000-\U0010ffff]")
# UTF-8 read as Windows-1252: the first byte of an accented letter, of a quotation mark, of a sign.
_MISREAD: Final = re.compile("Ã[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u20ac]"
                             "|â\u20ac[\u009d\u2122\u0153\u201c\u201d\u02dc\u00a6]|Â[«»°\u20ac§ \u00a0]")  # fmt: skip
# A quick look at a whole part before the patterns above: it must match wherever one of them may (TODO and its like
# are their words, and no work left here).
_ANY: Final = re.compile(
    r"[\[\]{}«»ÃÂ\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]|%>|â|XXX|TODO|FIXME|NaN|Lorem|None|null|undefined|Err|Fehler!"
)


def check(file: WordFile) -> Iterator[Diagnostic]:
    french = _is_french(file)
    is_base = any(_SAMPLE in text for text in file.main.texts.values())
    bookmarks = file.main.elements(f"{W}bookmarkStart")
    is_book = any((bookmark.get(f"{W}name") or "").startswith(_CARD) for bookmark in bookmarks)
    for story in file.stories:
        for field in story.fields.fields:
            if field.kind == "MERGEFIELD":
                message = f"the field `{shortened(field.code)}` waits for a mail merge"
                yield TEMPLATE_LEFTOVER.of(message, story.place(field.start))
        for paragraph, text in story.texts.items():
            # Most paragraphs hold nothing of all this: one search says so.
            if _ANY.search(text) is None:
                continue
            for check_, pattern in _PATTERNS:
                for found in pattern.finditer(text):
                    if check_ is PLACEHOLDER_WORD and not _is_left(text, found, french):
                        continue
                    if is_book and check_ in (TEMPLATE_LEFTOVER, PLACEHOLDER_WORD):
                        continue
                    if is_base and _PLACE.match(text, found.start()):
                        continue
                    message = f"“{shortened(found.group(), 40)}” stands in the text"
                    yield check_.of(message, story.place(paragraph, found.start(), found.end()))
            if text.count("«") != text.count("»"):
                message = f"{text.count('«')} « and {text.count('»')} » in one paragraph"
                yield UNBALANCED_QUOTES.of(message, story.place(paragraph))


_PATTERNS: Final = (
    (TEMPLATE_LEFTOVER, _TEMPLATE),
    (PLACEHOLDER_WORD, _PLACEHOLDER),
    (BROKEN_FIELD_TEXT, _BROKEN),
    (PRIVATE_CHARACTER, _PRIVATE),
    (MISREAD_ENCODING, _MISREAD),
)


def _is_left(text: str, found: re.Match[str], french: bool) -> bool:
    if found.group() not in _ENGLISH or french:
        return True
    return _UNIT.match(text, found.end()) is not None


def _is_french(file: WordFile) -> bool:
    styles = file.related("styles")
    languages = [lang.get(f"{W}val") or "" for lang in (styles.elements(f"{W}lang") if styles is not None else ())]
    return bool(languages) and languages[0].lower().startswith("fr")
