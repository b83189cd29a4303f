"""Edits by which a contract could be made to say, or to seem to say, something else: each alone in a built file."""

from __future__ import annotations

from tests.tampering import around, layout, words
from tests.tampering.layout import HARMLESS
from tests.tampering.making import TAMPERINGS, Tampering, contract, edited, said

__all__ = ["HARMLESS", "TAMPERINGS", "Tampering", "around", "contract", "edited", "layout", "said", "words"]
