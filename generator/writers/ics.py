"""The dates of a contract as an iCalendar file (RFC 5545), for the calendars of both parties.

Every event lasts one day and has an alarm one calendar month before. The same deal gives the same bytes: the stamp of
the file is the date of the document. An event keeps its UID when its date moves, so that importing again updates it.
"""

from __future__ import annotations

import datetime
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from generator.formulas.dates import add_months

LINE_OCTETS: Final = 75
_PRODUCT: Final = "-//Clausier//Contract dates//EN"
_NAMES: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "clausier.example")


@dataclass(frozen=True, slots=True)
class Event:
    """``id`` names the event within its contract, whatever its ``day``; ``summary`` is one line of any text."""

    id: str
    day: datetime.date
    summary: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """``contract`` tells contracts apart, over all amendments and renewals of one; ``stamp`` is the deal's own date."""

    contract: str
    title: str
    stamp: datetime.date
    events: tuple[Event, ...]


def write(calendar: Calendar) -> bytes:
    """The calendar as UTF-8, each line ended by CRLF and folded at 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(calendar.title)}",
        *(line for event in calendar.events for line in _event(calendar, event)),
        "END:VCALENDAR",
    ]
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(calendar: Calendar, event: Event) -> Iterator[str]:
    uid = uuid.uuid5(_NAMES, f"{calendar.contract}\n{event.id}")
    summary = _text(f"{calendar.title} – {event.summary}")
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}@clausier.example"
    yield f"DTSTAMP:{_day(calendar.stamp)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(event.day)}"
    yield f"SUMMARY:{summary}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{summary}"
    # RFC 5545 has no duration of a month, so the days of this one are counted.
    yield f"TRIGGER:-P{(event.day - add_months(event.day, -1)).days}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _day(day: datetime.date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _text(value: str) -> str:
    """A TEXT value: separators and line ends are escaped, other control characters are left out."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(letter for letter in plain if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Sequence[bytes]:
    """The line in parts of at most 75 octets, no character cut; every part but the first starts with a space."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LINE_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return [*parts, part]
