"""Judging many deals that differ little by the schema: what was found valid once is not looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from generator.schema import DealSchema
from generator.violations import Violation

# So many values of one group are remembered as valid, the last ones first.
MOST_KEPT: Final = 8
# What a schema may say of the deal as a whole for its groups to be judged one by one.
_BY_GROUP: Final = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "type", "properties", "required", "x-required"}
    | {"additionalProperties"}
)


@dataclass
class Validity:
    """The violations of merged deals of one schema."""

    schema: DealSchema
    valid: dict[str, list[Any]] = field(default_factory=dict)

    @cached_property
    def by_group(self) -> bool:
        return self.schema.document.keys() <= _BY_GROUP

    def violations(self, values: Mapping[str, Any]) -> tuple[Violation, ...]:
        """What ``DealSchema.violations`` finds in a merged deal."""
        if not self.by_group:
            return self.schema.violations(values, merged=True)
        changed = {name: value for name, value in values.items() if value not in self.valid.get(name, ())}
        found = [
            violation
            for violation in self.schema.violations(changed, merged=True)
            if violation.path or violation.missing not in values
        ]
        wrong = {violation.path[0] for violation in found if violation.path}
        for name, value in changed.items():
            if name not in wrong:
                self.valid[name] = [value, *self.valid.get(name, ())][:MOST_KEPT]
        return tuple(found)
