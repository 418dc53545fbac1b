"""`reels costs`: sums, limits, and questions that a person settles."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from flows import costs
from flows.cli import main
from flows.costs import span
from tasks.domain.errors import FixRequest
from tasks.domain.money import usd
from tasks.runtime import settings
from tasks.runtime.ledger import Entry, Ledger, State, this_process
from tasks.runtime.store import Store

TODAY = dt.date(2026, 3, 14)


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight does not come while the tests run."""
    monkeypatch.setattr(costs, "_today", lambda: TODAY)


def enter(store: Store, number: int, state: State, cost: str | None = None, *, day: dt.date = TODAY, reel: str = "a" * 64,
          alive: bool = False) -> Entry:
    """An attempt at a request over a dime."""
    holder = this_process(None, for_s=60 if alive else -1)
    entry = Entry(request=f"{number:064x}"[::-1], attempt=1, day=day, state=state, stage="speech", engine="till",
                  version="1", provider="pretend", reel=reel, title="Clouds", reserved_usd=usd("0.10"), why="a dime",
                  cost_usd=None if cost is None else usd(cost), note="silence", holder=holder)
    assert Ledger(store).open(entry)
    return entry


class TestTable:
    def test_adds_up_by_day_provider_and_reel(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """What was given back does not appear."""
        enter(store, 1, "paid", "0.04")
        enter(store, 2, "lost", "0.03")
        enter(store, 3, "sent")
        enter(store, 4, "unknown")
        enter(store, 5, "released", "0")
        enter(store, 6, "paid", "0.50", reel="b" * 64, day=TODAY - dt.timedelta(days=1))
        enter(store, 7, "paid", "9.00", day=TODAY - dt.timedelta(days=30))
        assert main(["costs"]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert lines[1][-4:] == ["0.50", "USD", "-", "-"]
        assert lines[2][-6:] == ["0.07", "USD", "0.10", "USD", "0.10", "USD"]
        assert lines[3] == ["together", "0.57", "USD", "0.10", "USD", "0.10", "USD"]

    def test_json_has_the_same(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """Amounts are texts, so that no reader rounds them."""
        enter(store, 1, "paid", "0.04")
        assert main(["costs", "--days", "1", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [Decimal(row["spent"]) for row in told["rows"]] == [Decimal("0.04")]
        assert (told["first"], told["last"]) == (str(TODAY), str(TODAY))

    def test_says_what_is_left_of_limits(
        self, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """What is set aside is not left."""
        monkeypatch.setenv("REELS_LIMIT_DAY_USD", "1")
        monkeypatch.setenv("REELS_PROVIDERS", '{"pretend": {"limit_day_usd": 0.12}}')
        settings.current_settings.cache_clear()
        enter(store, 1, "reserved")
        assert main(["costs"]) == 0
        said = capsys.readouterr().out
        assert "limit_day_usd: 0.90 USD of 1.00 USD left today" in said
        assert "[providers.pretend] limit_day_usd: 0.02 USD of 0.12 USD left today" in said

    def test_nothing_spent_is_said_in_words(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """No empty table."""
        assert main(["costs", "--month", "2026-02"]) == 0
        assert capsys.readouterr().out == "nothing was spent from 2026-02-01 to 2026-02-28 (UTC)\n"


class TestSpan:
    def test_days_end_today(self) -> None:
        """One day is today."""
        day = dt.date(2026, 3, 1)
        assert span(1, None, today=day) == (day, day)
        assert span(2, None, today=day) == (dt.date(2026, 2, 28), day)

    @pytest.mark.parametrize(("days", "month"), [(0, None), (-3, None), (10**9, None), (None, "2026-13"), (None, "March")])
    def test_refuses_what_is_no_span(self, days: int | None, month: str | None) -> None:
        """The value is named."""
        with pytest.raises(FixRequest, match="--days|--month"):
            span(days, month, today=TODAY)


class TestSettle:
    @pytest.mark.parametrize(("answer", "state", "counts"), [
        (["--lost"], "released", "0"), (["--charged", "0.08"], "lost", "0.08"), (["--charged", "0"], "released", "0")])
    def test_enters_what_a_person_found_out(
        self, store: Store, capsys: pytest.CaptureFixture[str], answer: list[str], state: str, counts: str,
    ) -> None:
        """The table shows the key, the key settles it, and it is no question any more."""
        entry = enter(store, 1, "unknown")
        assert main(["costs"]) == 0
        assert f"reels costs settle {entry.request[:12]} --lost" in capsys.readouterr().out
        assert main(["costs", "settle", entry.request[:12], *answer]) == 0
        settled = Ledger(store).current(entry.request)
        assert settled is not None
        assert (settled.state, settled.counts_usd) == (state, usd(counts))
        capsys.readouterr()
        main(["costs"])
        assert "settle" not in capsys.readouterr().out

    def test_abandoned_payment_can_be_settled_and_one_in_work_cannot(
        self, store: Store, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A run that goes on knows better than a person."""
        working = enter(store, 1, "sending", alive=True)
        assert main(["costs", "settle", working.request[:8], "--lost"]) == 2
        assert "being worked on" in capsys.readouterr().err
        assert main(["costs", "settle", enter(store, 2, "sending").request[:8], "--lost"]) == 0

    @pytest.mark.parametrize("key", ["", "0000", "ffffffff", "*"])
    def test_wrong_key_is_refused(self, store: Store, capsys: pytest.CaptureFixture[str], key: str) -> None:
        """None, too short, several."""
        enter(store, 1, "unknown")
        assert main(["costs", "settle", key, "--lost"]) == 2
        assert "reels costs" in capsys.readouterr().err

    @pytest.mark.parametrize("amount", ["much", "-1", "NaN", "inf"])
    def test_wrong_amount_is_refused(self, store: Store, capsys: pytest.CaptureFixture[str], amount: str) -> None:
        """Exit 2 and a sentence."""
        assert main(["costs", "settle", "000000000000", "--charged", amount]) == 2
        assert "no amount" in capsys.readouterr().err
