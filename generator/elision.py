"""French elision: "de" before a vowel is "d’", also where the next word is a value that no author could foresee.

``elided("le contrat de ", "Orange")`` is ``"le contrat d’"``. Only what every grammar accepts is elided: before a
single letter, a figure, a code ("E2"), "oui", "onze" and the like, and before an aspirated or a doubtful h, the full
word stays, which is never wrong with a name.
"""

from __future__ import annotations

import re
import unicodedata

_ELIDED = re.compile(
    r"(?<![\w’'-])(?:(?P<short>[dljmtsn]|qu|jusqu|lorsqu|puisqu|quoiqu)(?:e)|(?P<article>l)a) $", re.IGNORECASE
)

# The words with a mute h that names of firms, sites and services begin with; the others keep "de".
_MUTE_H = (
    "habit|harmoni|hebdo|hebergement|helene|helio|henri|herault|heritage|heure|hexa|histoire|histori|homme|honneur|"
    "honor|hopita|horizon|horlog|hospi|hotel|hote|huile|huissier|humain|humani|hydr|hyeres|hygien|hyper|hypo"
)
_VOWEL = re.compile(
    rf"(?!(?:oui|ouistiti|onz\w*|uhlan|ululement|yaourt|yacht)\b)"
    rf"(?:[aeio][a-z’'-]|u[a-z’'-]|y[bcdfghjklmnpqrstvwxz]|(?:{_MUTE_H}))"
)


def elided(before: str, value: str, language: str) -> str:
    """``before`` with its last word elided where ``value`` follows it; ``before`` itself otherwise."""
    found = _ELIDED.search(before) if language == "fr" else None
    if found is None or not _VOWEL.match(_plain(value)):
        return before
    return f"{before[: found.start()]}{found['short'] or found['article']}’"


def _plain(value: str) -> str:
    """The first word in small letters without accents, so that É and Œ count as the vowels they are."""
    letters = unicodedata.normalize("NFD", value[:24].casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
