"""The properties of the files of a contract: title, author, reference, status."""

from __future__ import annotations

from generator.document.nodes import Properties, Value
from generator.document.status import Printed, status_of
from generator.facts import Facts
from generator.library.model import Library
from generator.plan import Plan


def properties_of(library: Library, facts: Facts, plan: Plan, language: str, printed: Printed) -> Properties:
    """What goes into the properties of the files of a contract, which prints ``printed`` beside its clause texts."""
    deal = facts.deal.values
    provider, client = deal["parties"]["provider"]["legal_name"], deal["parties"]["client"]["legal_name"]
    title = {"fr": "Contrat de services managés", "en": "Managed services agreement"}[language]
    # A pack whose only contract is one document is called what that document is called.
    contracts = [part.outline for part in plan.parts if part.outline.kind in {"order", "agreement"}]
    if len(contracts) == 1:
        title = contracts[0].title[language]
    return Properties(
        title=f"{title} – {client}",
        author=provider,
        subject=f"{provider} / {client}",
        reference=deal["meta"]["deal_id"],
        created=f"{facts.as_of}T00:00:00Z",
        status=status_of(library, plan, language, printed),
        footer=f"{provider} – {client}",
        names=tuple(
            Value(name, f"parties.{party}.legal_name", "string", True)
            for party, name in (("provider", provider), ("client", client))
        ),
    )
