"""Why: a clause, a place, a number, a rule, a fact, a field of the deal, explained from the draft's own values."""

from __future__ import annotations

from generator.explain.topics import NothingToExplain, Topics
from generator.pipeline import Draft

__all__ = ["NothingToExplain", "explanation"]


def explanation(draft: Draft, topic: str = "", language: str = "") -> str:
    """The explanation of a topic as plain text; of every clause of the pack without a topic.

    A topic is a slot, a clause, a rule, an approval, a document (``D15``), a number of the contract (``7.2``, ``article
    7.2``, ``D03 4.2``), a fact, a legal value or a field. Raises ``NothingToExplain``.
    """
    if draft.deal is None or draft.facts is None or draft.library is None:
        raise NothingToExplain("the deal has errors before its facts are known; run `clausier check` first")
    topics = Topics(draft, language.partition("+")[0] or next(iter(draft.numbered), "fr"))
    return "\n".join(topics.topic(topic) if topic.strip() else topics.everything()) + "\n"
