"""A small library with one of everything that a proof speaks about, and the deals that it is for.

Layers, exceptions within a layer and across, facts by cases that read each other, groups that a deal may lack and the
schema's own if/then, a list by names, an open list, dates, duties, companions, references and branches of texts. Every
question that it asks is one of values, bounds and names, so that a proof by finite cells is exact.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from generator.cli.findings import as_text
from generator.library.load import load_library
from generator.library.model import Library
from generator.workspace import Workspace

ROOT: Final = Path(__file__).resolve().parent.parent

_DATE: Final = {"type": "string", "x-kind": "date"}

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["meta", "client", "sla", "services", "sites"],
    "properties": {
        "meta": {
            "type": "object",
            "required": ["effective_date"],
            "properties": {"signature_date": _DATE, "document_date": _DATE, "effective_date": _DATE},
        },
        "client": {
            "type": "object",
            "required": ["sector", "segment", "vip", "headcount"],
            "properties": {
                "sector": {"enum": ["general", "finance", "health"]},
                "segment": {"enum": ["tpe", "pme", "eti"]},
                "vip": {"type": "boolean"},
                "public": {"type": "boolean"},
                "headcount": {"type": "integer", "minimum": 1, "maximum": 5000},
                "country": {"enum": ["FR", "BE"]},
            },
            "if": {"properties": {"segment": {"const": "eti"}}},
            "then": {"required": ["public"]},
            "else": {"properties": {"headcount": {"maximum": 4999}}},
        },
        "sla": {
            "type": "object",
            "required": ["hours", "p1", "p2"],
            "properties": {
                "hours": {"enum": ["office", "extended", "24x7"]},
                "p1": {"type": "integer", "minimum": 1, "maximum": 6},
                "p2": {"type": "integer", "minimum": 1, "maximum": 6},
                "oncall_minutes": {"type": "integer", "minimum": 15},
                "rpo_hours": {"type": "integer", "minimum": 0},
            },
            "allOf": [
                {"if": {"properties": {"hours": {"const": "24x7"}}}, "then": {"required": ["oncall_minutes"]}},
            ],
        },
        "hosting": {
            "type": "object",
            "required": ["site"],
            "properties": {
                "site": {"enum": ["own", "cloud"]},
                "certified": {"type": "boolean"},
                "audit": {"type": "object", "required": ["yearly"], "properties": {"yearly": {"type": "boolean"}}},
            },
            "if": {"properties": {"site": {"const": "cloud"}}},
            "then": {"required": ["certified"]},
        },
        "services": {
            "type": "array",
            "x-key": "code",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "nature"],
                "properties": {
                    "code": {"enum": ["helpdesk", "backup", "soc"]},
                    "nature": {"enum": ["means", "result"]},
                    "quantity": {"type": "integer", "minimum": 1},
                },
            },
        },
        "sites": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["kind", "staff"],
                "properties": {
                    "kind": {"enum": ["office", "plant", "shop"]},
                    "staff": {"type": "integer", "minimum": 0},
                    "phone": {"type": "string"},
                },
            },
        },
        "regimes": {"type": "array", "items": {"enum": ["hds", "nis2"]}},
    },
    "allOf": [
        {
            "if": {"properties": {"client": {"properties": {"sector": {"const": "health"}}}}},
            "then": {"required": ["hosting"]},
        },
        {
            "if": {"required": ["regimes"]},
            "then": {"properties": {"client": {"required": ["country"]}}},
        },
    ],
}

_LAYERS: Final = {
    "base": "id: base\nname: {fr: Socle, en: Base}\nrank: 0\n",
    "FR": "id: FR\nname: {fr: France, en: France}\nrank: 10\n"
    "when: client.country is not defined or client.country == 'FR'\n",
    "health": "id: health\nname: {fr: Santé, en: Health}\nrank: 20\nwhen: client.sector == 'health'\n",
}

_OUTLINES: Final = {
    "D01": """
id: D01
kind: agreement
title: {fr: Contrat, en: Agreement}
name: {fr: Contrat, en: Agreement}
precedence: 60
position: 20
sections:
  - id: start
    title: {fr: Objet, en: Purpose}
    slots:
      - purpose
      - {slot: public.rules, policy: exactly_one, applies: "client.public is defined and client.public"}
      - {slot: vip.desk, policy: at_most_one}
      - {slot: glossary, policy: exactly_one, applies: "client.vip or client.headcount > 1"}
  - id: levels
    title: {fr: Niveaux, en: Levels}
    slots:
      - hours
      - {slot: oncall, policy: exactly_one, applies: "sla.hours == '24x7' or sla.oncall_minutes is defined"}
      - {slot: backup, policy: exactly_one, applies: "'backup' in services"}
      - {slot: rpo, policy: at_most_one}
  - id: money
    title: {fr: Prix, en: Price}
    when: client.headcount > 1
    slots:
      - cap
      - {slot: notes, policy: any}
      - late-fee
""",
    "D02": """
id: D02
kind: annex
title: {fr: Hébergement, en: Hosting}
name: {fr: Annexe, en: Schedule}
precedence: 50
position: 40
when: hosting is defined
sections:
  - id: place
    title: {fr: Lieu, en: Place}
    slots:
      - hosting.place
      - {slot: hosting.audit, policy: exactly_one, applies: "hosting.audit is defined and hosting.audit.yearly"}
      - {slot: hosting.health, policy: at_most_one}
""",
    "D03": """
id: D03
kind: annex
title: {fr: Sites, en: Sites}
name: {fr: Annexe, en: Schedule}
precedence: 50
position: 50
when: sites | length > 0
sections:
  - id: sites
    title: {fr: Sites, en: Sites}
    slots:
      - sites
      - {slot: plants, policy: exactly_one, applies: "sites | any(kind == 'plant')"}
""",
}

_RULES: Final = """
facts:
  - id: size
    type: [small, middle, large]
    cases:
      - {when: "client.segment == 'eti' or client.headcount >= 250", value: large}
      - {when: "client.segment == 'pme' and client.headcount > 10", value: middle}
    default: small
    describes: {fr: Taille, en: Size}
  - id: watched
    type: boolean
    cases:
      - {when: "'soc' in services", value: true}
      - {when: "facts.size == 'large' and client.sector == 'finance'", value: true}
    default: false
    describes: {fr: Surveillé, en: Watched}
  - id: grade
    type: integer
    cases:
      - {when: "facts.watched and sla.p1 <= 2", value: 3}
      - {when: "facts.watched or client.vip", value: 2}
    default: 1
    describes: {fr: Rang, en: Grade}
rules:
  - {id: R1, severity: error, assert: "sla.p1 <= sla.p2", message: {fr: Délais, en: Times}}
  - id: R2
    severity: error
    when: client.sector == 'finance'
    assert: sla.hours != 'office'
    message: {fr: Finance, en: Finance}
  - id: R3
    severity: error
    when: "'soc' in services"
    assert: "'helpdesk' in services"
    message: {fr: Centre, en: Desk}
  - {id: R4, severity: warning, assert: "sites | length <= 3", message: {fr: Sites, en: Sites}}
  - id: R5
    severity: error
    effective: {from: 2026-01-01}
    when: sites | any(staff > 100)
    assert: client.headcount > 100
    message: {fr: Effectif, en: Staff}
approvals:
  - id: A1
    role: legal
    when: facts.size == 'large' and client.vip
    reason: {fr: Grand client, en: Large client}
  - id: A2
    role: legal
    when: facts.grade >= 2 and client.vip
    reason: {fr: Rang, en: Grade}
obligations:
  - {id: O1, when: "client.sector == 'health'", include: [hosting.health], fact: LAW-1}
  - {id: O2, include: [purpose, hours], fact: LAW-1}
  - {id: O3, when: "facts.watched and client.headcount > 1", include: [notes.watch], fact: LAW-1}
  - {id: O4, when: "'backup' in services and client.headcount > 1", include: [backup, cap], fact: LAW-1}
forbidden:
  - {id: P1, when: "client.public is defined and client.public", clauses: [late-fee.private], fact: LAW-1}
  - {id: P2, when: "facts.grade == 1", clauses: [vip.desk], fact: LAW-1}
law:
  - id: LAW-1
    article: C. civ. 1170
    says: {fr: "Ce que la loi veut.", en: "What the law wants."}
    status: text
"""

_GLOSSARY: Final = """
terms:
  - id: desk
    fr: {term: Desk, forms: [], definition: "Le centre de services."}
    en: {term: Desk, forms: [], definition: "The service desk."}
"""

# Each clause: its layer, its front matter and its text, the same in both languages but for the heading.
_CLAUSES: Final = {
    "purpose": ("base", "slot: purpose", "Text on [](#hours) with {{ client.segment | label }}."),
    "public.rules": ("base", "slot: public.rules", "Text on [](#hours)."),
    "vip.desk": ("base", "slot: vip.desk\nwhen: client.vip and 'helpdesk' in services", "Text of the Desk."),
    "vip.desk-watch": (
        "base",
        "slot: vip.desk\nwhen: facts.grade >= 2 and not client.vip and client.headcount > 1\n"
        "excludes: [vip.desk-office]",
        "Text on [](#notes).",
    ),
    "vip.desk-office": ("base", "slot: notes\nwhen: facts.grade == 1 and sla.hours == 'office'", "x."),
    "hours.office": ("base", "slot: hours\nwhen: sla.hours == 'office'", "Text {{ sla.p1 | minutes }}."),
    "hours.extended": ("base", "slot: hours\nwhen: sla.hours == 'extended'", "Text {{ sla.p2 | minutes }}."),
    "hours.always": (
        "base",
        "slot: hours\nwhen: sla.hours not in ['office', 'extended']\nrequires: [oncall]",
        "Text {{ sla.oncall_minutes | minutes }} and [](#oncall).",
    ),
    "oncall": (
        "base",
        "slot: oncall",
        "Text {% if sla.oncall_minutes is defined and sla.oncall_minutes <= 30 %}fast"
        "{% elif sla.hours == '24x7' %}steady{% else %}slow{% endif %}.",
    ),
    "oncall.fast": (
        "base",
        "slot: oncall\nexception_to: oncall\nwhen: sla.oncall_minutes is defined and sla.oncall_minutes <= 20",
        "Text.",
    ),
    "oncall.fr": (
        "FR",
        "slot: oncall\nexception_to: oncall\n"
        "when: sla.oncall_minutes is defined and sla.oncall_minutes <= 60 and client.headcount > 50",
        "Text {{ sla.oncall_minutes | minutes }}.",
    ),
    "backup.means": (
        "base",
        "slot: backup\nwhen: services | length >= 1 and 'backup' in services and services['backup'].nature == 'means'",
        "Text.",
    ),
    "backup.result": (
        "base",
        "slot: backup\nwhen: services | length >= 1 and 'backup' in services and services['backup'].nature == 'result'",
        "Text {% if services['backup'].quantity is defined %}{{ services['backup'].quantity }}{% endif %} more.",
    ),
    # With no hours its exception stands.
    "rpo": (
        "base",
        "slot: rpo\nwhen: sla.rpo_hours is defined and 'backup' in services",
        "Text {{ sla.rpo_hours | ordinal }} on [](#backup).",
    ),
    "rpo.zero": (
        "base",
        "slot: rpo\nexception_to: rpo\nwhen: sla.rpo_hours is defined and sla.rpo_hours == 0 and 'backup' in services",
        "Text {{ sla.rpo_hours | hours }}.",
    ),
    "glossary": ("base", "slot: glossary\nwhen: client.vip or client.headcount > 1", "```glossary\n```"),
    "cap.small": ("base", "slot: cap\nwhen: facts.size == 'small'", "Text{% if client.vip %} of the Desk{% endif %}."),
    "cap.middle": ("base", "slot: cap\nwhen: facts.size == 'middle'\nexcludes: [cap.small]", "Text."),
    "cap.large": ("base", "slot: cap\nwhen: facts.size == 'large'", "Text."),
    "cap.health": (
        "health",
        "slot: cap\nexception_to: cap.large\nwhen: facts.size == 'large' and hosting.site == 'cloud'",
        "On [](#D02.place).",
    ),
    "notes.watch": (
        "base",
        "slot: notes\nwhen: facts.watched and client.headcount > 1",
        "Text {% if client.country is defined and client.country == 'BE' %}here{% else %}there{% endif %}.",
    ),
    "notes.regime": (
        "base",
        "slot: notes\nwhen: regimes is defined and 'nis2' in regimes",
        "{% if client.country == 'FR' or client.vip %}Text{% else %}Other text{% endif %}",
    ),
    "late-fee.private": (
        "base",
        "slot: late-fee\nwhen: client.public is not defined or not client.public\neffective: {to: 2027-01-01}",
        "Text.",
    ),
    "late-fee.private-new": (
        "base",
        "slot: late-fee\nwhen: client.public is not defined or not client.public\neffective: {from: 2027-01-01}",
        "Text.",
    ),
    "late-fee.public": (
        "base",
        "slot: late-fee\nwhen: client.public is defined and client.public",
        "On [](#public.rules).",
    ),
    "hosting.own": ("base", "slot: hosting.place\nwhen: hosting.site == 'own'", "Text."),
    "hosting.cloud": (
        "base",
        "slot: hosting.place\nwhen: hosting.site == 'cloud'",
        "Text {% if hosting.certified %}certified{% else %}bare{% endif %}.",
    ),
    "hosting.audit": ("base", "slot: hosting.audit", "Text on [](#D01.start)."),
    "hosting.health": ("health", "slot: hosting.health", "Text."),
    "sites.few": (
        "base",
        "slot: sites\nwhen: sites | length <= 2",
        "- First.\n{% for site in sites %}\n- {% if site.phone is defined %}{{ site.phone }}{% else %}none{% endif %}"
        "\n{% endfor %}",
    ),
    "sites.many": ("base", "slot: sites\nwhen: sites | length > 2 and sites | any(kind != 'shop')", "Text."),
    "sites.shops": ("base", "slot: sites\nwhen: sites | length >= 3 and sites | all(kind == 'shop')", "Text."),
    "plants.busy": ("base", "slot: plants\nwhen: sites | any(kind == 'plant') and sites | any(staff > 100)", "Text."),
    "plants.calm": (
        "base",
        "slot: plants\nwhen: sites | any(kind == 'plant') and not (sites | any(staff > 100))",
        "Text on [](#D03).",
    ),
}


def small_library(folder: Path) -> Library:
    """The library, read from files that are written below an empty folder."""
    schemas, clauses = folder / "schemas", folder / "clauses"
    shutil.copytree(ROOT / "schemas", schemas)
    (schemas / "deal.schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    for layer, text in _LAYERS.items():
        _write(clauses / layer / "layer.yaml", text)
    for outline, text in _OUTLINES.items():
        _write(clauses / "outlines" / f"{outline}.yaml", text)
    _write(clauses / "base" / "rules.yaml", _RULES)
    _write(clauses / "glossary.yaml", _GLOSSARY)
    for id_, (layer, front, body) in _CLAUSES.items():
        head = f'---\n{front}\nsources:\n  - {{cite: "contract-pack", checked: 2026-11-21}}\n---\n'
        parts = id_.split(".")
        file = clauses.joinpath(layer, *parts[:-1], f"{parts[-1]}.md")
        _write(file, f"{head}\n# fr: Titre\n\n{body}\n\n# en: Title\n\n{body}\n")
    library, found = load_library(Workspace(clauses, schemas), frozenset())
    assert library is not None, "\n".join(as_text(finding) for finding in found)
    return library


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.lstrip("\n"), "utf-8")
