"""Asking the questions of an interview and reading the answers, one a line."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from generator.cli import console
from generator.conditions import AbsentField
from generator.interview.answers import Unreadable, entry_fields, is_chosen, read_answer
from generator.interview.interview import Interview
from generator.interview.phrases import description, label, say, shown_value
from generator.interview.questions import Proposal, Question, choice_type
from generator.interview.states import Standing
from generator.interview.watched import StillOpen
from generator.library.fill import filled
from generator.schema_types import Type
from generator.workspace import WorkspaceError

WIDTH = 100
MOST_REASONS = 10
WHY, BACK, QUIT, AGAIN = "?", "<", "q", "="


@dataclass(frozen=True)
class Left:
    """The interview was left before its end."""

    interview: Interview


class Questioning:
    """One interview at the terminal; ``run`` gives the finished interview, or ``Left``."""

    def __init__(self, interview: Interview, file: str, language: str) -> None:
        self.interview = interview
        self.language = language
        self.file = file
        self.before: list[Interview] = []
        self.reviewed = False

    def say(self, phrase: str, **values: object) -> str:
        return say(self.language, phrase, **values)

    def run(self) -> Interview | Left:
        _show(self.say("start", file=self.file))
        while True:
            question = self.interview.question
            try:
                if question is not None:
                    self.ask(question)
                    continue
                chosen = self.review()
                if chosen is None:
                    return self.interview
                self.ask(chosen)
            except _Leave:
                return Left(self.interview)
            except _GoBack:
                if self.before:
                    self.interview = self.before.pop()
                else:
                    _show(self.say("first"))

    # ---- one question

    def ask(self, question: Question) -> None:
        """Ask until an answer is taken. Raises ``_Leave`` or ``_GoBack`` where the person asks for that."""
        self.head(question)
        while True:
            try:
                text = self.line(lambda: self.why(question))
                after = self.after(question, text)
            except Unreadable as refused:
                self.refuse(refused)
                continue
            if after is not None and after is not self.interview:
                self.before.append(self.interview)
                self.interview = after
            return

    def after(self, question: Question, text: str) -> Interview | None:
        """The interview with the answer that was typed; ``None`` where what is proposed is kept."""
        if not text:
            if question.proposal is not None:
                return None
            if question.required:
                raise Unreadable(self.say("needed"))
            return self.interview.given(question, None)
        if _by_entries(question.type) and not text.startswith("[") and text != "-":
            try:
                entries = self.entries(question, text)
            except _GoBack:
                raise Unreadable(self.say("again")) from None
            return self.interview.given(question, entries)
        return self.interview.answered(question, text)

    def head(self, question: Question) -> None:
        self.count()
        _show(f"{len(self.before) + 1}. {description(question.type, self.language)} ({question.path})")
        hint = [self.form(question.type)]
        choices = question.type if question.type.kind == "enum" else choice_type(question.type)
        if choices is not None and not _by_entries(question.type):
            self.choices(choices)
        if question.proposal is not None:
            hint.append(self.say("default", value=shown_value(question.type, question.proposal, self.language)))
        else:
            hint.append(self.say("required" if question.required else "optional"))
        _show("   [" + " ; ".join(part for part in hint if part) + "]")

    def count(self) -> None:
        states = self.interview.states
        count = {name: states.count(name) for name in get_args(Standing)}
        _show("", self.say("count", **count))

    def form(self, type_: Type) -> str:
        """How an answer is written, in a few words."""
        if _by_entries(type_):
            return self.say("entries", fields=", ".join(_fields(type_)))
        if type_.kind == "list":
            return self.say("choices" if choice_type(type_) is not None else "texts")
        phrase = {"boolean": "boolean", "record": "group", "date": "date", "month": "month"}.get(type_.kind, "")
        return self.say(phrase) if phrase else type_.unit

    def choices(self, type_: Type) -> None:
        for number, value in enumerate(type_.values, 1):
            name = label(type_, value, self.language)
            _show(f"   {number:2} {name}" + (f" ({value})" if name != value else ""))

    def entries(self, question: Question, first: str) -> list[Any]:
        """The entries of a list, field by field or each as one line of YAML; ``first`` is the line already typed."""
        type_ = question.type
        item = type_.item
        assert item is not None
        found: list[Any] = []
        pending: str | None = first
        while True:
            entry: dict[str, Any] = {}
            for place, name in enumerate(_fields(type_)):
                where = f"{question.path}[{len(found)}].{name}"
                if place == 0 and pending is not None:
                    text, pending = pending, None
                else:
                    text = self.line(lambda: self.why(question), f"   {where}")
                if place == 0 and not text:
                    return found
                if place == 0 and text.startswith("{"):
                    entry = read_answer(item, text)
                    break
                entry[name] = self.member(item.fields[name].type, text, where)
            found.append(entry)

    def member(self, type_: Type, text: str, where: str) -> Any:
        """The value of a field of an entry; asked again until it can be read."""
        while True:
            try:
                if text:
                    return read_answer(type_, text)
                self.refuse(Unreadable(self.say("needed")))
            except Unreadable as refused:
                self.refuse(refused)
                if type_.kind == "enum":
                    self.choices(type_)
            text = self.line(lambda: None, f"   {where}")

    # ---- what is proposed

    def review(self) -> Question | None:
        """What the profiles propose and nobody was asked; the field to change, ``None`` to keep it all."""
        proposals = self.interview.proposals
        self.count()
        if not proposals:
            _show(self.say("nothing"))
            return None
        if not self.reviewed:
            _show(self.say("review", count=len(proposals)))
            self.propose(proposals)
        self.reviewed = True
        _show("", self.say("change"))
        while True:
            text = self.line(lambda: self.propose(proposals))
            if not text:
                return None
            if text == AGAIN:
                self.propose(proposals)
                continue
            numbered = text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(proposals)
            question = self.interview.about(proposals[int(text) - 1].path if numbered else text)
            if question is not None:
                return question
            _show(self.say("no-field"))

    def propose(self, proposals: tuple[Proposal, ...]) -> None:
        for number, proposal in enumerate(proposals, 1):
            value = shown_value(proposal.type, proposal.value, self.language)
            count = self.say("hang", count=len(proposal.clauses))
            if proposal.errors:
                count += self.say("mends", count=len(proposal.errors))
            _show(f"   {number:3} {proposal.path}: {value} — {count}")

    # ---- why it is asked

    def why(self, question: Question) -> None:
        """The clauses and rules that hang on a question, by their titles and messages."""
        _show(self.say("why", clauses=len(question.clauses), rules=len(question.rules)))
        if question.required:
            _show(self.say("valid"))
        reasons = [*self.clause_titles(question), *self.rule_messages(question)]
        for reason in reasons[:MOST_REASONS]:
            _show(f"   - {reason}")
        if len(reasons) > MOST_REASONS:
            _show("   " + self.say("more", count=len(reasons) - MOST_REASONS))

    def clause_titles(self, question: Question) -> Iterator[str]:
        for name in question.clauses:
            title = self.filled(self.interview.asked.library.clauses[name].texts[self.language].title)
            yield f"{self.say('clause')} {name}" + (f" — {title}" if title else "")

    def rule_messages(self, question: Question) -> Iterator[str]:
        library = self.interview.asked.library
        texts = {rule.id: rule.message for rule in library.rules} | {rule.id: rule.reason for rule in library.approvals}
        for name in question.rules:
            message = self.filled(texts[name][self.language])
            yield f"{self.say('rule')} {name}" + (f" — {message}" if message else "")

    def filled(self, content: Any) -> str:
        """A title or a message with the values of the deal; empty where it would print one that is not known yet."""
        try:
            return filled(content, self.interview.selection.outlook.scope, self.language)
        except (StillOpen, AbsentField):
            return ""

    # ---- the terminal

    def line(self, why: Any, prompt: str = "") -> str:
        """The next line of the answers, without spaces around it; ``?``, ``<`` and ``q`` are followed here."""
        while True:
            text = _read(prompt)
            if text == QUIT:
                raise _Leave
            if text == BACK:
                raise _GoBack
            if text != WHY:
                return text
            why()

    def refuse(self, refused: Unreadable) -> None:
        _show(f"   ✘ {refused.message}" + (f" — {refused.help}" if refused.help else ""))


class _Leave(Exception):
    """The person leaves the interview."""


class _GoBack(Exception):
    """The person wants the question before."""


def _by_entries(type_: Type) -> bool:
    """Whether a list is asked for entry by entry."""
    item = type_.item
    return type_.kind == "list" and item is not None and item.kind == "record" and not is_chosen(type_)


def _fields(type_: Type) -> tuple[str, ...]:
    """The fields that are asked of an entry; at least the first that it has."""
    assert type_.item is not None
    return entry_fields(type_) or tuple(type_.item.fields)[:1]


def _show(*lines: str) -> None:
    for line in lines:
        for part in textwrap.wrap(console.visible(line), WIDTH, subsequent_indent="     ") or [""]:
            console.out(part)


def _read(prompt: str) -> str:
    """One line of the answers. A pipe's answers are shown as if they had been typed."""
    terminal = sys.stdin.isatty()
    lead = f"{prompt}> "
    try:
        text = input(lead) if terminal else sys.stdin.readline()
    except UnicodeDecodeError:
        raise WorkspaceError("stdin", "the answers are not UTF-8", "save them in this encoding") from None
    except EOFError:
        text = ""
        terminal, ended = False, True
    else:
        ended = not terminal and not text
    if ended:
        raise WorkspaceError(
            "stdin", "the answers end before the questions; nothing was written", "answer `q` to keep what was answered"
        )
    if not terminal:
        console.out(lead + console.visible(text.strip()))
    return text.strip()
