"""What a rule finds in a deal and what would silence it; who must approve, why, and when nobody would have to."""

from __future__ import annotations

from generator.explain.clauses import Clauses
from generator.library.model import ApprovalRule, Rule


class Judged(Clauses):
    """Explains rules and approvals."""

    def rule(self, rule: Rule) -> list[str]:
        lines = [f"RULE {rule.id} ({rule.severity})   {rule.span}"]
        if rule.fact:
            lines.append(f"  source: {self.library.citation(rule.fact, self.language)}")
        if rule.each is not None:
            lines.append(f"  for each {rule.each[0]} of {rule.each[1].text}: {rule.asserted.text}")
        else:
            if rule.when is not None:
                lines.append("  applies when")
                lines += self.condition(rule.when, "    ")
            lines.append("  asks that")
            lines += [*self.condition(rule.asserted, "    "), self.words(rule.asserted, "    ")]
        return [*lines, *self.silence(rule)]

    def silence(self, rule: Rule) -> list[str]:
        """What a rule found in this deal, and with which edit it would find nothing."""
        known = self.draft.rulings.rulings if self.draft.rulings is not None else ()
        found = [ruling for ruling in known if ruling.rule.id == rule.id]
        if not found:
            return [f"  finds nothing in this deal: {self._why_silent(rule)}"]
        lines = [f"  finds: {ruling.diagnostic.message}   {ruling.diagnostic.span}" for ruling in found]
        fixes = {fix: None for ruling in found for fix in ruling.diagnostic.fix}
        if fixes:
            return [*lines, "  its fix: " + ", ".join(f"{path} -> {value}" for path, value in fixes)]
        answer = self.counterfactuals.silencing(rule, tuple(ruling.entry for ruling in found))
        return [*lines, *self.counterfactual(answer, "would find nothing with")]

    def _why_silent(self, rule: Rule) -> str:
        if not self.facts.has_layer(rule.layer):
            return f"the layer {rule.layer.id} does not apply"
        if not rule.effective.holds(self.facts.as_of):
            return f"it is not in force on {self.facts.as_of}"
        if rule.each is not None:
            entries = len(rule.each[1].run(self.facts.scope))
            return (
                f"{rule.each[1].text} has no entry" if not entries else f"nothing is wrong with the {entries} entries"
            )
        if rule.when is not None and not rule.when.run(self.facts.scope):
            return "it does not apply"
        return "what it asks for is the case"

    def approval(self, rule: ApprovalRule) -> list[str]:
        """Whether somebody must approve the deal, why, and with which edit nobody would have to."""
        known = self.draft.rulings.approvals if self.draft.rulings is not None else ()
        needed = next((approval for approval in known if approval.rule.id == rule.id), None)
        outcome = "NEEDED" if needed is not None else "NOT NEEDED"
        lines = [f"{outcome} approval {rule.id} by {rule.role}   {rule.span}"]
        if needed is not None:
            lines.append(f"  {needed.diagnostic.message}   {needed.diagnostic.span}")
        if rule.layer.when is not None:
            mark = "✔" if self.facts.has_layer(rule.layer) else "✘"
            lines.append(f"  {mark} layer {rule.layer.id} applies: {rule.layer.when.text}")
        lines += ["  is needed when", *self.condition(rule.when, "    "), self.words(rule.when, "    ")]
        if needed is None:
            return lines
        return [*lines, *self.counterfactual(self.counterfactuals.sparing(rule), "would not be needed with")]
