"""Numbers as a base writes them: six digits at most, of the plain alphabet."""

from __future__ import annotations

import re
from typing import Final

_WHOLE: Final = re.compile(r"-?[0-9]{1,6}")


def whole_number(text: str) -> int | None:
    """A whole number of at most six digits; ``None`` for any other text, also for digits of other alphabets."""
    return int(text) if _WHOLE.fullmatch(text) else None
