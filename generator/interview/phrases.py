"""What an interview says, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.schema_types import Type

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "start": "Entretien pour {file}. Réponses : Entrée = ce qui est proposé, « ? » = pourquoi, « < » = revenir, "
        "« q » = enregistrer et quitter.",
        "count": "{certain} clauses certaines, {excluded} exclues, {open} ouvertes.",
        "required": "obligatoire",
        "optional": "Entrée : rien",
        "default": "Entrée : {value}",
        "boolean": "o = oui, n = non",
        "group": "o = oui, n = non ; les détails suivent",
        "choices": "plusieurs : numéros séparés par des virgules",
        "texts": "plusieurs : séparés par des points-virgules",
        "entries": "une ligne par champ ({fields}) ; ligne vide pour finir ; ou l'entrée entière en YAML : {{…}}",
        "date": "année-mois-jour",
        "month": "année-mois",
        "none": "rien",
        "yes": "oui",
        "no": "non",
        "given": "{count} entrée(s)",
        "needed": "une réponse est nécessaire",
        "again": "reprenez la liste depuis sa première entrée",
        "first": "c'est la première question",
        "why": "Cette réponse décide de {clauses} clause(s) et de {rules} règle(s) ou accord(s).",
        "valid": "Sans elle, le dossier n'est pas valable.",
        "clause": "clause",
        "rule": "règle",
        "more": "… et {count} de plus",
        "review": "Tout est décidé. {count} valeurs proposées décident encore de clauses ou d'erreurs :",
        "nothing": "Tout est décidé.",
        "change": "Numéro ou nom d'un champ à changer, « = » pour relire la liste, Entrée pour garder le reste.",
        "no-field": "aucun champ ne porte ce nom ou ce numéro",
        "hang": "{count} clause(s)",
        "mends": ", peut lever {count} erreur(s)",
        "left": "enregistré dans {file} ; pour reprendre : clausier new {file} --interview",
    },
    "en": {
        "start": "Interview for {file}. Answers: Enter = what is proposed, `?` = why, `<` = back, `q` = save and quit.",
        "count": "{certain} clauses certain, {excluded} excluded, {open} open.",
        "required": "required",
        "optional": "Enter: none",
        "default": "Enter: {value}",
        "boolean": "y = yes, n = no",
        "group": "y = yes, n = no; its details follow",
        "choices": "several: numbers with commas",
        "texts": "several: separated by semicolons",
        "entries": "one line a field ({fields}); an empty line ends; or the whole entry as YAML: {{…}}",
        "date": "year-month-day",
        "month": "year-month",
        "none": "none",
        "yes": "yes",
        "no": "no",
        "given": "{count} entries",
        "needed": "an answer is needed",
        "again": "start the list again from its first entry",
        "first": "this is the first question",
        "why": "This answer decides {clauses} clause(s) and {rules} rule(s) or approval(s).",
        "valid": "Without it the deal is not valid.",
        "clause": "clause",
        "rule": "rule",
        "more": "… and {count} more",
        "review": "Everything is decided. {count} values that are proposed still decide clauses or errors:",
        "nothing": "Everything is decided.",
        "change": "Number or name of a field to change, `=` for the list again, Enter to keep the rest.",
        "no-field": "no field has this name or number",
        "hang": "{count} clause(s)",
        "mends": ", may mend {count} error(s)",
        "left": "saved in {file}; to go on: clausier new {file} --interview",
    },
}


def say(language: str, phrase: str, **values: object) -> str:
    """A phrase of the interview with its values."""
    return PHRASES[language][phrase].format(**values)


def description(type_: Type, language: str) -> str:
    """What the schema says of a field; it says so in French, then in English."""
    french, _, english = type_.description.partition(" | EN: ")
    return (english if language == "en" and english else french).strip()


def label(type_: Type, value: str, language: str) -> str:
    """The printed name of a choice."""
    labels = type_.labels.get(value)
    return labels[language] if labels else value


def shown_value(type_: Type, value: Any, language: str) -> str:
    """A value as a line of the interview shows it: short, choices by their printed names."""
    if value is None or value in ([], {}):
        return say(language, "none")
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if type_.kind == "enum":
        return label(type_, str(value), language)
    if isinstance(value, list):
        item = type_.item
        if item is not None and item.kind == "record" and type_.key:
            names = [str(entry.get(type_.key, "")) for entry in value]
            inner = item.fields[type_.key].type
            value = [label(inner, name, language) for name in names]
        elif item is not None and item.kind == "enum":
            value = [label(item, str(entry), language) for entry in value]
        elif any(not isinstance(entry, str) for entry in value):
            return say(language, "given", count=len(value))
        return _short(", ".join(value))
    if isinstance(value, dict):
        return _short(str(value.get(language, "…")))
    return _short(str(value))


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
