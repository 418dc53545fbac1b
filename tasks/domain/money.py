"""Money: US dollars as decimals to the millionth, so that no sum drifts past a ceiling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from pydantic import Field, field_validator

from tasks.domain.base import Record

SMALLEST_USD = Decimal("0.000001")
"""What amounts are rounded to; services charge thousandths of a cent for a letter."""
NOTHING = Decimal(0)
"""No money."""


class Price(Record):
    """What a call costs, and why."""

    usd: Decimal = Field(ge=0, description="the amount, at most")
    why: str = Field(description="how it comes about, e.g. '412 letters at 30 USD a million'")

    @field_validator("usd")
    @classmethod
    def _rounded(cls, amount: Decimal) -> Decimal:
        return usd(amount)


@dataclass(frozen=True)
class Limits:
    """The most an installation spends; None: no limit."""

    reel_usd: Decimal | None = None
    """On one reel."""
    day_usd: Decimal | None = None
    """In one day, UTC."""
    provider_day_usd: Mapping[str, Decimal] = field(default_factory=dict)
    """Provider -> the most it is paid in one day."""


def usd(amount: Decimal | float | str) -> Decimal:
    """An amount, exact to a millionth of a dollar.

    Raises:
        ValueError: `amount` is no number, or not finite.
    """
    try:
        exact = Decimal(str(amount)).quantize(SMALLEST_USD)
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is no amount of money") from error
    if exact.is_nan():
        raise ValueError(f"{amount!r} is no amount of money")
    return exact


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, exact."""
    return usd(sum(amounts, NOTHING))


def in_words(amount: Decimal | float) -> str:
    """An amount as people read it: whole cents where it has no smaller part, else all that is there."""
    exact = usd(amount)
    cents = exact.quantize(Decimal("0.01"))
    return f"{cents if cents == exact else exact.normalize():f} USD"
