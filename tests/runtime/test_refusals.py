"""What a refusal of a service means."""

import datetime as dt
from email.utils import format_datetime

import pytest

from tasks.domain.errors import FixMachine, FixRequest, MissingTool, ReelsError, TryAgain
from tasks.runtime.refusals import LONGEST_TOLD, refusal, told


class TestRefusal:
    @pytest.mark.parametrize(("status", "text", "kind", "phrase"), [
        (400, "bad", FixRequest, "change the script or the voice"),
        (404, "no such voice", FixRequest, "or the model, or correct [providers.pretend] url"),
        (422, '[{"msg": "too long"}]', FixRequest, "too long"),
        (400, '{"error": {"code": "moderation_blocked"}}', FixRequest, "it refuses the content"),
        (403, "Your request was rejected: content_policy_violation", FixRequest, "it refuses the content"),
        (401, "who are you", MissingTool, "check the key (REELS_PRETEND_KEY)"),
        (403, "not you", MissingTool, "check the key (REELS_PRETEND_KEY)"),
        (401, '{"detail": {"status": "quota_exceeded"}}', FixMachine, "credits of the account are used up"),
        (402, "pay", FixMachine, "credits"),
        (429, '{"error": {"code": "insufficient_quota"}}', FixMachine, "credits"),
        (302, "", FixMachine, "[providers.pretend] url"),
        (408, "", TryAgain, "later"),
        (429, "slow down", TryAgain, "later"),
        (503, "full", TryAgain, "later"),
    ])
    def test_says_whose_turn_it_is(self, status: int, text: str, kind: type[ReelsError], phrase: str) -> None:
        """By the status; where the account is empty, whatever the status."""
        found = refusal("pretend", status, text, {})
        assert type(found.error) is kind
        assert phrase in str(found.error)
        assert str(found.error).startswith(f"pretend answered {status}: ")

    @pytest.mark.parametrize(("said", "wait_s"), [
        ("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0), ("nan", None),
        ("inf", None), ("soon", None), ("Fri, 99 Dec 1999 23:59:59 GMT", None), ("", None)])
    def test_waits_as_long_as_it_is_told(self, said: str, wait_s: float | None) -> None:
        """In seconds, or until a date, which may be over; never for what is neither."""
        assert refusal("pretend", 429, "", {"retry-after": said}).wait_s == wait_s

    def test_date_is_one_of_the_services_own_clock(self) -> None:
        """Ours may be wrong by more than the wait."""
        later = "Sat, 01 Jan 2000 00:00:10 GMT"
        for now in ("Fri, 31 Dec 1999 23:59:30 GMT", "Fri Dec 31 23:59:30 1999"):
            assert refusal("pretend", 429, "", {"date": now, "retry-after": later}).wait_s == 40.0

    def test_date_without_the_services_clock_is_compared_with_ours(self) -> None:
        then = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        wait_s = refusal("pretend", 503, "", {"retry-after": format_datetime(then, usegmt=True)}).wait_s
        assert wait_s == pytest.approx(3600, abs=60)

    def test_nobody_waits_for_what_does_not_pass(self) -> None:
        """An empty account with Retry-After is still empty afterwards."""
        assert refusal("pretend", 429, "insufficient_quota", {"retry-after": "3"}).wait_s is None

    def test_caller_says_what_can_be_changed(self) -> None:
        assert "change the picture or its text, or choose" in str(refusal("pretend", 400, "", {},
                                                                           change="the picture or its text").error)

    @pytest.mark.parametrize(("text", "said"), [
        ('{"error": {"message": "pay first", "type": "e", "param": null, "code": "no_money"}}', "no_money: pay first"),
        ('{"error": {"message": "pay first", "code": null}}', "pay first"),
        ('{"error": "pay first"}', "pay first"),
        ('{"detail": "no_money: pay first"}', "no_money: pay first"),
        ('{"detail": {"status": "no_money", "message": "pay first"}}', "no_money: pay first"),
        ('{"message": "pay\\nfirst"}', "pay first"),
        ('{"error": {"code": 402}}', "402"),
        ('{"error": {}}', '{"error": {}}'),
        ('[{"msg": "too long"}]', '[{"msg": "too long"}]'),
        ("{pay", "{pay"),
        ("[" * 100_000, "[" * LONGEST_TOLD),
    ])
    def test_words_come_out_of_the_json_that_wraps_them(self, text: str, said: str) -> None:
        """Which each kind of server shapes otherwise; what has another shape is told as it is."""
        assert told(text) == said

    def test_long_words_are_cut(self) -> None:
        """A whole web page is not repeated."""
        assert len(str(refusal("pretend", 400, "x" * 10_000, {}).error)) < LONGEST_TOLD + 120
