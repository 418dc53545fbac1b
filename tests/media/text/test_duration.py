"""How long a script takes."""

import pytest

from tasks.domain.errors import ScriptError
from tasks.domain.script import Beat, Script
from tasks.media.text.duration import FRAME_S, estimate_duration_s, require_short

SCRIPT = Script(title="x", beats=(Beat(say="One two three, four. " * 20),))


class TestEstimate:
    def test_twice_the_rate_takes_half_the_time(self) -> None:
        """Only the silence at both ends stays."""
        slow_s, fast_s = estimate_duration_s(SCRIPT, 1.0), estimate_duration_s(SCRIPT, 2.0)
        assert fast_s - FRAME_S == pytest.approx((slow_s - FRAME_S) / 2)

    def test_numbers_take_the_time_they_are_said_in(self) -> None:
        """A number of seven characters is as long as the words said for it."""
        written = Script(title="x", beats=(Beat(say="384,400"),))
        said = Script(title="x", beats=(Beat(say="three hundred eighty four thousand four hundred"),))
        assert estimate_duration_s(written) == estimate_duration_s(said)


class TestLimit:
    def test_names_limit_and_setting(self) -> None:
        """A script that is too long is refused with the limit and the way to change it."""
        with pytest.raises(ScriptError, match=r"limit of 0\.1.*max_minutes.*REELS_MAX_MINUTES"):
            require_short(SCRIPT, 1.0, 0.1)

    def test_lets_a_short_script_pass(self) -> None:
        """Below the limit nothing happens, and a faster voice gets below it."""
        minutes = estimate_duration_s(SCRIPT) / 60
        require_short(SCRIPT, 1.0, minutes)
        require_short(SCRIPT, 2.0, minutes * 0.6)
