"""The report of a change as one web page: to be read on a screen or printed, without script and without a request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from generator.diff.changes import Change, Detail
from generator.diff.prose import Piece
from generator.diff.read import Side
from generator.impact import Impact
from generator.impact.contract import ApprovalNews, ClauseChange, ContractImpact, FindingNews, StaleText
from generator.impact.figures import Figure
from generator.impact.phrases import count, say
from generator.impact.show import SIGNS, compared, finding_news, heading, outcome, summary
from generator.writers.html.head import head
from generator.writers.html.text import attribute, css_string, shown


def page_of(impact: Impact, old: Side, new: Side) -> str:
    """The whole page."""
    return _Page(impact, old, new).text()


@lru_cache(maxsize=1)
def _sheets() -> str:
    writers = files("generator.writers.html")
    own = files("generator.impact") / "page.css"
    return "".join(file.read_text(encoding="utf-8") for file in (writers / "screen.css", writers / "print.css", own))


class _Page:
    def __init__(self, impact: Impact, old: Side, new: Side) -> None:
        self.impact = impact
        self.language = impact.language
        self.compared = compared(self.language, old, new)
        self.texts = [change for change in impact.changes.clauses if any(map(_is_text, change.details))]
        self.edited = {change.id for change in self.texts}

    def say(self, phrase: str, **values: str) -> str:
        """A phrase as text of the page."""
        return shown(say(self.language, phrase, **values))

    def text(self) -> str:
        title = say(self.language, "title")
        return f"""<!DOCTYPE html>
<html lang="{attribute(self.language)}">
{self.head(title)}
<body>
<a class="skip" href="#_contracts">{self.say("skip")}</a>
<header>
<div class="top"><h1>{shown(title)}</h1><p>{shown(self.compared)}</p></div>
</header>
<div class="page impact">
<main id="_contracts">
{"".join(self.overview())}{"".join(map(self.contract, self.impact.contracts))}{"".join(self.library())}</main>
</div>
</body>
</html>"""

    def head(self, title: str) -> str:
        paper = f"@page {{ @top-left {{ content: {css_string(title)}; }} }}\n"
        paper += f"@page {{ @bottom-left {{ content: {css_string(self.compared)}; }} }}\n"
        style = f"\n{_sheets()}{paper}"
        return head(title, style)

    # ---- all contracts

    def overview(self) -> Iterator[str]:
        yield f'<p class="summary-line">{shown(summary(self.impact))}.</p>\n'
        if self.impact.unproven:
            yield f'<div class="notice"><p>{self.say("unproven")}</p></div>\n'
        if self.impact.contracts:
            heads = "".join(f'<th scope="col">{self.say(phrase)}</th>' for phrase in ("contracts", "step", "effect"))
            rows = "".join(map(self.row, self.impact.contracts))
            yield f'<div class="scroll"><table><caption>{self.say("contents")}</caption>\n'
            yield f"<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
        refused = tuple(f"{one.file} ({one.reason})" for one in self.impact.unreadable)
        for phrase, names in (("undrafted", self.impact.undrafted), ("unreadable", refused)):
            if names:
                yield f"<p>{self.say(phrase)}{self.say('colon')}{shown(', '.join(names))}</p>\n"

    def row(self, contract: ContractImpact) -> str:
        link = f'<a href="#{_id(contract.file)}">{shown(heading(contract) or contract.file)}</a>'
        step = shown(contract.standing.says) if contract.standing is not None else ""
        said = [self.say(outcome(contract))] if outcome(contract) else []
        said += [shown(_arrow(figure, self.language)) for figure in contract.figures if figure.leading][:3]
        if not said and contract.clauses:
            said = [shown(count(self.language, "clause-count", len(contract.clauses)))]
        said += [f"{self.say('finding-added')}{self.say('colon')}{shown(a.role)}" for a in contract.to_agree]
        return f'<tr><th scope="row">{link}</th><td>{step}</td><td>{"<br>".join(said)}</td></tr>\n'

    # ---- one contract

    def contract(self, contract: ContractImpact) -> str:
        named = heading(contract)
        title = shown(named or contract.file)
        file = f'<p class="file">{shown(contract.file)}</p>\n' if named else ""
        parts = "".join((
            self.standing(contract),
            self.figures(contract),
            self.listed("clauses", map(self.clause, contract.clauses)),
            self.listed("titles", (shown(f"{title.old} → {title.new}") for title in contract.titles)),
            self.numbers(contract),
            self.listed("findings", map(self.finding, contract.findings)),
            self.listed("approvals", map(self.approval, contract.to_agree)),
            self.listed("approvals-gone", map(self.approval, contract.agreed)),
            self.listed("stale", map(self.stale, contract.stale)),
        ))  # fmt: skip
        return f'<article id="{_id(contract.file)}"><h2>{title}</h2>\n{file}{parts}</article>\n'

    def standing(self, contract: ContractImpact) -> str:
        said = ""
        if contract.standing is not None:
            said = f'<p class="standing {contract.standing.step}">{shown(contract.standing.says)}</p>\n'
        if outcome(contract):
            kind = "mended" if contract.mended else "broken"
            said += f'<p class="standing {kind}">{self.say(outcome(contract))}</p>\n'
        return said

    def figures(self, contract: ContractImpact) -> str:
        if not contract.figures:
            return ""
        heads = "".join(
            f'<th scope="col"{right}>{self.say(phrase)}</th>'
            for phrase, right in (("value", ""), ("before", ""), ("after", ""), ("difference", ' class="right"'))
        )
        rows = "".join(
            f'<tr><th scope="row">{shown(figure.name)}</th><td>{shown(figure.old)}</td>'
            f'<td><b>{shown(figure.new)}</b></td><td class="right">{shown(figure.difference)}</td></tr>\n'
            for figure in contract.figures
        )
        return (
            f'<h3>{self.say("figures")}</h3>\n<div class="scroll"><table><thead><tr>{heads}</tr></thead>\n'
            f"<tbody>{rows}</tbody></table></div>\n"
        )

    def numbers(self, contract: ContractImpact) -> str:
        if not contract.numbers:
            return ""
        old, new = contract.example
        return f"<p>{shown(count(self.language, 'numbers', contract.numbers, old=old, new=new))}</p>\n"

    def listed(self, phrase: str, entries: Iterable[str]) -> str:
        items = "".join(f"<li>{entry}</li>\n" for entry in entries)
        return f'<h3>{self.say(phrase)}</h3>\n<ul class="changes">\n{items}</ul>\n' if items else ""

    def clause(self, clause: ClauseChange) -> str:
        title = shown(" ".join(filter(None, (clause.number, clause.title))) or clause.id)
        if clause.id in self.edited:
            title = f'<a href="#{_id(clause.id)}">{title}</a>'
        was = f" ({self.say('was', id=clause.was)})" if clause.was else ""
        return (
            f"{self.sign(clause.sign, f'sign-{clause.sign}')} <b>{title}</b>{self.aside(clause.id)}{was}"
            f"{self.say('colon')}{shown(clause.reason)}"
        )

    def finding(self, news: FindingNews) -> str:
        level = self.say(f"severity-{news.finding.severity.value}")
        law = f" {self.aside(news.finding.citation)}" if news.finding.citation else ""
        return (
            f"{self.sign(news.news, f'finding-{news.news}')} <b>{level}</b>"
            f"{self.aside(f'{news.name}, {finding_news(news, self.language)}')} "
            f"{shown(news.finding.message)}{law}"
        )

    def approval(self, news: ApprovalNews) -> str:
        role = f"<b>{shown(news.role or news.id)}</b>"
        return f"{self.sign(news.news, f'finding-{news.news}')} {role}{self.aside(news.id)} {shown(news.reason)}"

    def stale(self, text: StaleText) -> str:
        by = self.say("approved-by", by=text.by, on=text.on)
        return f"<b>{shown(text.id)}</b> [{shown(text.language)}]{self.say('colon')}{by}"

    def sign(self, sign: str, phrase: str) -> str:
        """A sign for the eye, and what it says for who hears the page."""
        return (
            f'<span class="sign" aria-hidden="true">{SIGNS[sign]}</span><span class="hidden">{self.say(phrase)}</span>'
        )

    def aside(self, text: str) -> str:
        return f" <small>({shown(text)})</small>" if text else ""

    # ---- the library

    def library(self) -> Iterator[str]:
        """Every text that was edited, once, however many contracts print it; then approvals that became stale."""
        if self.texts:
            yield f"<article><h2>{self.say('texts')}</h2>\n"
            yield from map(self.change, self.texts)
            yield "</article>\n"
        if self.impact.stale:
            title = shown(say(self.language, "stale-library", count=len(self.impact.stale)))
            items = "".join(f"<li>{self.stale(text)}</li>\n" for text in self.impact.stale)
            yield f'<article><h2>{title}</h2>\n<ul class="changes">\n{items}</ul>\n</article>\n'

    def change(self, change: Change) -> str:
        place = f'<p class="file">{shown(str(change.place))}</p>\n' if change.place is not None else ""
        words = "".join(self.words(detail) for detail in change.details if _is_text(detail))
        return f'<section id="{_id(change.id)}"><h3>{shown(change.id)}</h3>\n{place}{words}</section>\n'

    def words(self, detail: Detail) -> str:
        assert detail.words is not None
        return "".join(
            f'<p lang="{attribute(detail.language)}">{"".join(map(_piece, pieces))}</p>\n'
            for pieces in detail.words.changed()
        )


def _is_text(detail: Detail) -> bool:
    return detail.path.startswith("text.") and detail.words is not None


def _piece(piece: Piece) -> str:
    kind, text = piece
    element = {"gone": "del", "come": "ins"}.get(kind)
    safe = shown(text.strip("\n"))
    return f"<{element}>{safe}</{element}>" if element else safe


def _arrow(figure: Figure, language: str) -> str:
    difference = f" ({figure.difference})" if figure.difference else ""
    return f"{figure.name}{say(language, 'colon')}{figure.old} → {figure.new}{difference}"


def _id(name: str) -> str:
    """An anchor that no other name of the page has, whatever signs a file name holds."""
    return f"n{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
