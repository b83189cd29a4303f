"""What the playbook says around its texts, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "beyond": "au-delà du plancher",
        "floor": "plancher",
        "fallback": "repli",
        "preferred": "préféré",
        "count": "{file} : {topics} sujets ; {beyond} au-delà du plancher, {floor} au plancher, {fallback} en repli",
        "book": "Livre de négociation, segment {segment} : {topics} sujets",
        "unprinted": "non imprimé dans ce dossier",
        "agree": "accord : {role}",
        "ask": "à demander en échange : {ask}",
        "law": "droit : {law}",
        "back": "pour revenir ({position}), par exemple : {set}",
        "next": "concession suivante ({position}, accord : {role}), par exemple : {set}",
        "next-beyond": "aucune autre concession sans : {role}",
        "last": "aucune autre concession possible",
        "unoffered": "non proposé à ce client",
        "set": "champs : {set}",
        "same": "le même texte",
    },
    "en": {
        "beyond": "beyond the floor",
        "floor": "floor",
        "fallback": "fallback",
        "preferred": "preferred",
        "count": "{file}: {topics} topics; {beyond} beyond the floor, {floor} at the floor, {fallback} at a fallback",
        "book": "Playbook, segment {segment}: {topics} topics",
        "unprinted": "not printed in this pack",
        "agree": "agreed by: {role}",
        "ask": "ask in exchange: {ask}",
        "law": "law: {law}",
        "back": "to go back ({position}), for example: {set}",
        "next": "next concession ({position}, agreed by: {role}), for example: {set}",
        "next-beyond": "no further concession without: {role}",
        "last": "no further concession is possible",
        "unoffered": "not offered to this client",
        "set": "fields: {set}",
        "same": "the same text",
    },
}


def settings(pairs: tuple[tuple[str, Any], ...]) -> str:
    """Fields with their values as an author would write them in a deal, on one line."""
    return ", ".join(f"{path}: {_flow(value)}" for path, value in pairs)


def _flow(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
        case int() | Decimal():
            return str(value)
        case _:
            plain = str(value).replace("_", "").isalpha()
            return str(value) if plain else f'"{value}"'
