"""`reels costs`: where the money went, what is set aside, what is left, and the questions that only a person can settle."""

import argparse
import calendar
import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.money import NOTHING, in_words, total, usd
from tasks.runtime.ledger import OPEN, Entry, Ledger, State, sum_of, this_process
from tasks.runtime.providers import PROVIDERS
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.stores import store_of

DAYS = 7
"""How many days are shown unless something else is asked for."""
KEY_DIGITS = 12
"""Digits of a request's key that are shown, and the fewest that name one are `FEWEST_DIGITS`."""
FEWEST_DIGITS = 6
COLUMNS: dict[str, tuple[State, ...]] = {"spent": ("paid", "lost"), "reserved": ("reserved", "sending", "sent"),
                                         "unknown": ("unknown",)}
"""What the columns of the table add up."""


class Row(Record):
    """What one reel paid one provider on one day, dollars."""

    day: dt.date
    provider: str
    reel: str = Field(description="first digits of the digest of what was approved")
    title: str
    spent: Decimal = NOTHING
    reserved: Decimal = NOTHING
    unknown: Decimal = NOTHING


class Limit(Record):
    """One limit of a day, and what is left of it today, dollars."""

    name: str
    limit: Decimal
    left: Decimal


class Question(Record):
    """A payment that only a person can settle."""

    key: str = Field(description="for `reels costs settle`")
    day: dt.date
    provider: str
    stage: str
    title: str
    usd: Decimal
    note: str


class Costs(Record):
    """All that `reels costs` tells; days are those of UTC."""

    first: dt.date
    last: dt.date
    rows: tuple[Row, ...]
    limits: tuple[Limit, ...]
    questions: tuple[Question, ...]


def costs(arguments: argparse.Namespace) -> int:
    """Shows the costs of some days, or settles a payment nobody else can."""
    settings = current_settings()
    ledger = Ledger(store_of(settings))
    if arguments.action == "settle":
        sys.stdout.write(settle(ledger, arguments.key, charged=arguments.charged) + "\n")
        return 0
    first, last = span(arguments.days, arguments.month, today=_today())
    found = add_up(ledger, first, last, settings)
    sys.stdout.write((found.model_dump_json(indent=2) if arguments.json else terminal_page(found)) + "\n")
    return 0


def span(days: int | None, month: str | None, *, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of what is asked for.

    Raises:
        FixRequest: no such month, or less than one day.
    """
    if month is not None:
        try:
            first = dt.datetime.strptime(month, "%Y-%m").date()
        except ValueError as error:
            raise FixRequest(f"--month {month!r} is no month: write it like 2026-11") from error
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    count = DAYS if days is None else days
    if not 1 <= count <= today.toordinal():
        raise FixRequest(f"--days {count!r} is no number of days: write 1 or more")
    return today - dt.timedelta(days=count - 1), today


def add_up(ledger: Ledger, first: dt.date, last: dt.date, settings: Settings) -> Costs:
    """The costs from the first day to the last, both included, and what is left of today's limits."""
    entries = [entry for day in ledger.days() if first <= day <= last for entry in ledger.of_day(day)]
    rows: dict[tuple[dt.date, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.state != "released":
            rows[entry.day, entry.provider, entry.reel].append(entry)
    return Costs(first=first, last=last, limits=tuple(_limits(ledger.of_day(_today()), settings)),
                 rows=tuple(_row(rows[key]) for key in sorted(rows)),
                 questions=tuple(_question(entry) for entry in entries if entry.state == "unknown"))


def terminal_page(found: Costs) -> str:
    """The costs as plain text in columns."""
    lines: list[tuple[str, ...]] = [("day", "provider", "reel", *COLUMNS)]
    lines += [(str(row.day), row.provider, f"{row.title} ({row.reel})", *(_cell(getattr(row, name)) for name in COLUMNS))
              for row in found.rows]
    lines.append(("together", "", "", *(in_words(total(getattr(row, name) for row in found.rows)) for name in COLUMNS)))
    page = [*_columns(lines)] if found.rows else [f"nothing was spent from {found.first} to {found.last} (UTC)"]
    page += ["", *(f"{limit.name}: {in_words(limit.left)} of {in_words(limit.limit)} left today"
                   for limit in found.limits)] if found.limits else []
    for question in found.questions:
        page += ["", f"not known whether {question.provider} charged {in_words(question.usd)} for the {question.stage} of"
                     f" {question.title!r} on {question.day} ({question.note}):",
                 f"  reels costs settle {question.key} --lost            # it was not charged",
                 f"  reels costs settle {question.key} --charged USD     # it was, and this much"]
    return "\n".join(page)


def settle(ledger: Ledger, key: str, *, charged: Decimal | None) -> str:
    """Enters what a person found out about a payment.

    Args:
        ledger: of the installation.
        key: the first digits of the request's key.
        charged: what the service charged; None: nothing.

    Returns:
        What was done, a sentence.

    Raises:
        UnknownName: no open payment begins with that key, or several do.
        FixRequest: a run is working on it at this moment.
    """
    entry = _open_entry(ledger, key)
    if entry.state != "unknown" and not entry.holder.gone(this_process(None, for_s=0)):
        raise FixRequest(f"the payment {key!r} is being worked on ({entry.state}): wait until its run is over")
    ledger.decide(entry, "release")
    amount = usd(charged or NOTHING)
    ledger.keep(entry.model_copy(update={"state": "lost" if amount else "released", "cost_usd": amount,
                                         "note": f"{entry.note}; settled by hand".lstrip("; ")}))
    said = f"charged {in_words(amount)}" if amount else "not charged"
    return (f"the {entry.stage} of {entry.title!r} on {entry.day} is entered as {said}; the next run asks {entry.provider}"
            " anew, as far as approval and limits go")


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _limits(today: Sequence[Entry], settings: Settings) -> Iterable[Limit]:
    """The limits of a day that are set."""
    if settings.limit_day_usd is not None:
        yield _limit("limit_day_usd", settings.limit_day_usd, today)
    for provider in PROVIDERS:
        own = settings.providers.get(provider.name)
        if own and own.limit_day_usd is not None:
            yield _limit(f"[providers.{provider.name}] limit_day_usd", own.limit_day_usd,
                         [entry for entry in today if entry.provider == provider.name])


def _limit(name: str, limit: Decimal, entries: Sequence[Entry]) -> Limit:
    return Limit(name=name, limit=limit, left=max(total([limit, -sum_of(entries)]), NOTHING))


def _row(entries: Sequence[Entry]) -> Row:
    first = entries[0]
    sums = {name: sum_of(entry for entry in entries if entry.state in states) for name, states in COLUMNS.items()}
    return Row(day=first.day, provider=first.provider, reel=first.reel[:KEY_DIGITS], title=first.title, **sums)


def _question(entry: Entry) -> Question:
    return Question(key=entry.request[:KEY_DIGITS], day=entry.day, provider=entry.provider, stage=entry.stage,
                    title=entry.title, usd=entry.reserved_usd, note=entry.note)


def _open_entry(ledger: Ledger, key: str) -> Entry:
    requests = {name.split("/")[1] for name in ledger.store.claims("requests") if name.split("/")[1].startswith(key)}
    entries = [entry for request in sorted(requests) if (entry := ledger.current(request)) and entry.state in OPEN]
    if len(key) < FEWEST_DIGITS or len(entries) != 1:
        raise UnknownName(f"{len(entries)} open payments begin with {key!r}: `reels costs` lists those that can be settled;"
                          f" give at least {FEWEST_DIGITS} digits of one")
    return entries[0]


def _cell(amount: Decimal) -> str:
    return in_words(amount) if amount else "-"


def _columns(lines: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
