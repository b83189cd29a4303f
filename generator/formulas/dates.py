"""Dates of the contract, counted in calendar months from day to day: docs/decisions/0014-months.md."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from generator.formulas.context import Context

Deal = Mapping[str, Any]
DAY = datetime.timedelta(days=1)


def add_months(date: datetime.date, months: int) -> datetime.date:
    """The same day ``months`` later, or the last day of that month where it is shorter."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def last_of(start: datetime.date, months: int) -> datetime.date:
    """The last day of a period of months that begins on ``start``: the day before the same day of the last month.

    A month that has no such day is covered whole: what begins on 31 January ends a month later on the last of February.
    """
    same = add_months(start, months)
    return same if same.day < start.day else same - DAY


def first_after(start: datetime.date, months: int) -> datetime.date:
    """The first day after such a period."""
    return last_of(start, months) + DAY


def latest_before(last: datetime.date, months: int) -> datetime.date:
    """The latest day from which so many months end on ``last`` or before: a notice that is given then is in time."""
    following = last + DAY
    # All the last days of a longer month lead to the last day of a shorter one.
    return add_months(following, -months) - DAY if following.day == 1 else add_months(last, -months)


def effective(deal: Deal) -> datetime.date:
    return datetime.date.fromisoformat(deal["meta"]["effective_date"])


def usual_months(deal: Deal) -> int:
    """The length of a renewal; without one agreed, that of the initial period."""
    return int(deal["term"].get("renewal_months", deal["term"]["initial_months"]))


def months_before_renewal(deal: Deal) -> int:
    """Months from the effective date of the contract to the first day of the new period."""
    return int(deal["term"]["initial_months"]) + (int(deal["amends"]["number"]) - 1) * usual_months(deal)


def renewal_day(deal: Deal) -> datetime.date:
    """The first day of the new period of a renewal."""
    return first_after(effective(deal), months_before_renewal(deal))


def period_start(deal: Deal) -> datetime.date:
    """The day from which the prices that a document prints are charged.

    Of a contract its effective date, of an amendment that of the amendment, of a renewal the first of the new period.
    """
    kind = deal["meta"]["kind"]
    if kind == "renewal":
        return renewal_day(deal)
    own = deal["amends"].get("effective_date") if kind == "amendment" else None
    return effective(deal) if own is None else datetime.date.fromisoformat(own)


def as_of(deal: Deal, context: Context) -> str:
    """The date at which the law is read: signature, else the document's date, else the effective date."""
    return context.as_of


def last_day(deal: Deal) -> datetime.date:
    """The last day of the initial period."""
    return last_of(effective(deal), deal["term"]["initial_months"])


def term_end(deal: Deal, context: Context) -> str:
    return last_day(deal).isoformat()


def latest_notice_date(deal: Deal, context: Context) -> str:
    """The last day on which notice of non-renewal can be received: the notice period before the term ends."""
    return latest_before(last_day(deal), deal["term"]["notice_months"]).isoformat()


def contract_years(deal: Deal, context: Context) -> int:
    """Contract years begun in the initial period."""
    return -(-int(deal["term"]["initial_months"]) // 12)


def months_between(start: datetime.date, end: datetime.date) -> int:
    """Whole months from ``start`` up to and including the day ``end``; at least 0."""
    count = 0
    while last_of(start, count + 1) <= end:
        count += 1
    return count


FORMULAS = {
    "as_of": as_of,
    "term_end": term_end,
    "latest_notice_date": latest_notice_date,
    "contract_years": contract_years,
}
