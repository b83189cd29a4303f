"""How far a deal is: whether its contract is signed, so that a change asks for an amendment."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from generator import formats
from generator.impact.phrases import say
from generator.library.model import Library

Step = Literal["signed", "closed", "dated", "open"]

# The values of `meta.status` that end the life of a draft; every other one is a draft, whatever it is called.
_SIGNED: Final = "signed"
_CLOSED: Final = frozenset({"superseded", "terminated"})


@dataclass(frozen=True, slots=True)
class Standing:
    """``status`` is the deal's own word. A deal that has a signature date and is not called signed is ``dated``: only
    its author knows whether that day has been."""

    step: Step
    status: str
    signed_on: str
    says: str


def standing_of(library: Library, values: Mapping[str, Any], language: str) -> Standing:
    """The standing of a deal by its merged values, as a sentence of the reader's language."""
    meta = values["meta"]
    status, day = str(meta["status"]), str(meta.get("signature_date") or "")
    step: Step = "open"
    if status in _CLOSED:
        step = "closed"
    elif status == _SIGNED:
        step = "signed"
    elif day:
        step = "dated"
    labels = library.names["meta"].fields["status"].type.labels
    word = labels[status][language] if status in labels else status
    date = formats.date(datetime.date.fromisoformat(day), language) if day else ""
    phrase = "signed-undated" if step == "signed" and not day else step
    return Standing(step, status, day, say(language, phrase, status=word, date=date))
