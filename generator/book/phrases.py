"""The fixed words of the book in French and English."""

from __future__ import annotations

from typing import Final

from generator.approvals import Approvable

Languages = tuple[str, ...]

_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "title": ("Bibliothèque de clauses", "Clause library"),
    "contents": ("Documents et sections", "Documents and sections"),
    "elsewhere": ("Clauses dont l’emplacement n’est dans aucun document", "Clauses whose slot stands in no document"),
    "cover": ("Première page", "Cover"),
    "sheets": ("Fiches des services", "Service sheets"),
    "words": ("Autres mots imprimés dans les contrats", "Other words that contracts print"),
    "glossary": ("Définitions", "Definitions"),
    "outline": ("Titres des documents et des articles", "Titles of documents and sections"),
    "sheet": ("Mots des fiches de services", "Words of service sheets"),
    "profile": ("Textes proposés par défaut", "Default texts"),
    "fact": ("Textes des données calculées", "Texts of computed values"),
    "holiday": ("Noms des jours de fermeture", "Names of closing days"),
    "parameter": ("Valeurs fixées par la loi", "Values fixed by law"),
    "label": ("Libellés", "Labels"),
    "digest": ("Empreinte", "Digest"),
    "slot": ("Emplacement", "Slot"),
    "where": ("Où", "Where"),
    "others": ("Même emplacement", "Same slot"),
    "when": ("Quand", "When"),
    "always": ("toujours", "always"),
    "formula": ("Formule", "Formula"),
    "layer": ("Niveau", "Layer"),
    "effective": ("En vigueur", "In force"),
    "from": ("depuis le", "from"),
    "until": ("jusqu’au (exclu)", "until (excluded)"),
    "exception": ("Exception à", "Exception to"),
    "exceptions": ("Exceptions", "Exceptions"),
    "requires": ("Demande", "Requires"),
    "excludes": ("Exclut", "Excludes"),
    "locked": ("Verrouillée", "Locked"),
    "locked-why": ("minimum légal, sans exception possible", "legal minimum, no exception is possible"),
    "sources": ("Sources", "Sources"),
    "checked": ("vérifiée le", "checked on"),
    "no-source": ("aucune", "none"),
    "approval": ("Approbation", "Approval"),
    "approved": ("approuvé par {by} le {on}", "approved by {by} on {on}"),
    "stale": (
        "à refaire : approuvé par {by} le {on}, le texte a changé depuis",
        "stale: approved by {by} on {on}, the text has changed since",
    ),
    "none": ("aucune", "none"),
    "file": ("Fichier", "File"),
    "deals": ("Dossiers", "Deals"),
    "no-deal": ("aucun de ceux qui ont été donnés", "none of those that were named"),
    "exactly_one": ("exactement une clause", "exactly one clause"),
    "at_most_one": ("au plus une clause", "at most one clause"),
    "any": ("toutes celles dont la condition est remplie", "all whose condition holds"),
    "applies": ("rempli quand", "filled when"),
    "text-fr": ("Texte français", "French text"),
    "text-en": ("Texte anglais", "English text"),
    "how": (
        "Seuls les textes encadrés d’un trait se modifient ; tout le reste est pour la lecture et ne sera pas repris. "
        "Le suivi des modifications est actif : gardez-le, votre nom et la date suivent chaque changement.",
        "Only the texts beside a rule are for editing; all the rest is for reading and is not taken back. "
        "Changes are tracked: leave it so, your name and the date go with each change.",
    ),
    "how-lines": (
        "Dans un texte : le premier paragraphe est le titre. Une ligne vide commence un nouvel alinéa numéroté, "
        "« - » un élément de liste, « | » une ligne de tableau. Ce qui est entre {{ }} est une valeur du dossier, "
        "entre {% %} une condition, [](#…) un renvoi : laissez-les tels quels, ou changez-les avec soin. "
        "Définitions, titres et libellés sont à la fin, un par ligne : le nom avant les deux-points reste tel quel.",
        "In a text: the first paragraph is the title. A blank line begins a new numbered paragraph, “- ” an item of a "
        "list, “|” a row of a table. What stands in {{ }} is a value of the deal, in {% %} a condition, [](#…) a "
        "reference: leave them as they are, or change them with care. "
        "Definitions, titles and labels come last, one a line: the name before the colon stays as it is.",
    ),
    "state": (
        "{clauses} clauses et {words} autres entrées ; textes approuvés : {approved} sur {texts}. "
        "Bibliothèque {digest}.",
        "{clauses} clauses and {words} other entries; texts approved: {approved} of {texts}. Library {digest}.",
    ),
}  # fmt: skip


def phrase(key: str, language: str, **values: object) -> str:
    """A phrase in one language."""
    text = _PHRASES[key][0 if language == "fr" else 1]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def label(key: str, languages: Languages) -> str:
    """A label in the languages of the book: ``Quand / When``."""
    return " / ".join(dict.fromkeys(phrase(key, language) for language in languages))


def approval_words(entry: Approvable, language: str, speech: str) -> str:
    """The approval of a text of one language, said in the language ``speech``."""
    approval = entry.approved.get(language)
    by, on = (approval.by, approval.on) if approval is not None else ("", "")
    return phrase(entry.approval_state(language), speech, by=by, on=on)
