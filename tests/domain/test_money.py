"""Money: exact sums, and amounts as people read them."""

from decimal import Decimal

import pytest

from tasks.domain.money import Price, in_words, total, usd


class TestUsd:
    def test_sums_do_not_drift(self) -> None:
        """A tenth, ten times, is one; in binary fractions it is less."""
        assert sum([0.1] * 10) != 1.0
        assert total([usd(0.1)] * 10) == Decimal(1)

    def test_is_exact_to_a_millionth(self) -> None:
        """Finer parts are rounded."""
        assert usd("0.1234567") == Decimal("0.123457")

    @pytest.mark.parametrize("wrong", ["many", float("inf"), "NaN"])
    def test_refuses_what_is_no_amount(self, wrong: float | str) -> None:
        """Infinity is none either."""
        with pytest.raises(ValueError, match="no amount"):
            usd(wrong)

    def test_price_is_rounded_like_every_amount(self) -> None:
        """A price can be compared with a sum."""
        assert Price(usd=Decimal(1) / 3, why="a third").usd == usd("0.333333")


class TestInWords:
    @pytest.mark.parametrize(("amount", "words"), [
        (0, "0.00 USD"), (0.5, "0.50 USD"), (12, "12.00 USD"), ("0.00135", "0.00135 USD"), ("100", "100.00 USD")])
    def test_has_cents_at_least(self, amount: float | str, words: str) -> None:
        """And smaller parts where there are some."""
        assert in_words(usd(amount)) == words
