"""The calendar: what a time means where clocks change, and what is due."""

import datetime as dt

import pytest
from pydantic import ValidationError

from tasks.domain.calendar import Calendar, CalendarEntry, moment_of

BERLIN = "Europe/Berlin"


def utc(text: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


class TestMomentOf:
    @pytest.mark.parametrize(("at", "zone", "moment"), [
        ("2026-01-15 06:00", BERLIN, "2026-01-15 05:00"),
        ("2026-07-15 06:00", BERLIN, "2026-07-15 04:00"),
        ("2026-07-15T06:00:30", "UTC", "2026-07-15 06:00:30"),
        ("2026-07-15 06:00", "Asia/Kolkata", "2026-07-15 00:30"),
        ("2026-07-15 06:00Z", BERLIN, "2026-07-15 06:00"),
        ("2026-07-15 06:00 -05:00", BERLIN, "2026-07-15 11:00"),
    ])
    def test_clock_of_the_place(self, at: str, zone: str, moment: str) -> None:
        """Six in the morning stays six in the morning in winter and in summer."""
        assert moment_of(at, zone) == (utc(moment), "")

    def test_time_that_the_clocks_skip(self) -> None:
        """On 29 March 2026 Berlin goes from 02:00 to 03:00 (01:00 UTC): half past two is half an hour after the change."""
        moment, note = moment_of("2026-03-29 02:30", BERLIN)
        assert moment == utc("2026-03-29 01:30")
        assert note == "the clocks of Europe/Berlin skip 02:30 on that day: 03:30 is meant"

    def test_time_that_comes_twice(self) -> None:
        """On 25 October 2026 Berlin goes back from 03:00 to 02:00: the first half past two is 00:30 UTC."""
        moment, note = moment_of("2026-10-25 02:30", BERLIN)
        assert moment == utc("2026-10-25 00:30")
        assert note == "the clocks of Europe/Berlin show 02:30 twice on that day: the first is meant"


def entry(**fields: object) -> CalendarEntry:
    """An entry at six in the morning."""
    return CalendarEntry.model_validate({"id": "a", "at": "2026-05-04 06:00", "text": "Hello."} | fields)


class TestCalendar:
    @pytest.mark.parametrize(("now", "when"), [
        ("2026-05-04 03:59", "later"), ("2026-05-04 04:00", "due"), ("2026-05-05 04:00", "due"),
        ("2026-05-05 04:01", "missed")])
    def test_grace_is_how_late_it_is_still_made(self, now: str, when: str) -> None:
        """06:00 in Berlin is 04:00 UTC; 24 hours of grace include their end."""
        one, = Calendar(time_zone=BERLIN, entries=(entry(),)).occasions(utc(now))
        assert (one.when, one.due) == (when, utc("2026-05-04 04:00"))

    def test_an_entry_may_have_its_own_grace_and_zone(self) -> None:
        """Without grace it is due for that moment only."""
        own = entry(grace_hours=0, time_zone="UTC")
        found = Calendar(time_zone=BERLIN, entries=(own, entry(id="b"))).occasions(utc("2026-05-04 06:01"))
        assert [(one.entry.id, one.when) for one in found] == [("b", "due"), ("a", "missed")]

    @pytest.mark.parametrize(("fields", "sentence"), [
        ({"at": "2026-05-04"}, "is '2026-05-04', which is no day and time: write e.g. 2026-12-01 06:00"),
        ({"at": "2026-02-30 06:00"}, "no day and time"), ({"at": "0206-05-04 06:00"}, "no day and time"),
        ({"at": "tomorrow 6:00"}, "no day and time"),
        ({"time_zone": "Europe/Berln"}, "is 'Europe/Berln', which is no time zone: write Europe/Berlin"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
        ({"script": "a.txt"}, "needs one of 'script'"), ({"text": None}, "needs one of 'script'"),
        ({"id": "../a"}, "pattern"), ({"publsh": []}, "not permitted"),
    ])
    def test_slips_are_refused(self, fields: dict[str, object], sentence: str) -> None:
        """With what to write instead."""
        with pytest.raises(ValidationError) as told:
            entry(**fields)
        assert sentence in str(told.value)

    def test_ids_differ(self) -> None:
        """An id is what is made once."""
        with pytest.raises(ValidationError, match="two entries with the id 'a'"):
            Calendar(time_zone="UTC", entries=(entry(), entry()))
