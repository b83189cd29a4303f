"""Fuzzing of what reads from outside: one module a target, each with ``one(data)``, which raises only on a fault.

``python -m tests.fuzz TARGET --runs N --seed S --seconds T``; ``docs/fuzzing.md`` says what each compares.
"""

TARGETS = ("source", "condition", "deal", "text", "clause", "word", "doctor", "book", "receipt")
