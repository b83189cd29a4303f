"""The language of `when:`, of `assert:` and of the conditions and values inside clause texts.

``expressions`` is our own representation, ``parse`` makes it from Jinja2's syntax and judges its types,
``evaluate`` runs it and says why, ``compile`` and ``table`` make Python functions of it for many deals.
"""

from generator.conditions.compile import Scope
from generator.conditions.evaluate import AbsentField, Verdict, evaluate, trace
from generator.conditions.expressions import Expression, Names

__all__ = [
    "AbsentField",
    "Expression",
    "Names",
    "Scope",
    "Verdict",
    "evaluate",
    "trace",
]
