"""Limits of a talking face: what passes, what fails, and how it is said."""

import pytest

from tasks.quality.face_thresholds import BY_NAME, RULES, Rule


class TestRule:
    @pytest.mark.parametrize(("low", "high", "words"), [
        (1.0, None, "at least 1"), (None, 0.5, "at most 0.5"), (-40, 40, "-40 to 40"),
    ])
    def test_threshold_is_said_in_words(self, low: float | None, high: float | None, words: str) -> None:
        assert Rule("a", "a", "", low, high, 1, "", "").threshold == words

    @pytest.mark.parametrize(("value", "verdict"), [(94.4, "failed"), (94.6, "passed"), (100.0, "passed")])
    def test_the_value_as_shown_counts(self, value: float, verdict: str) -> None:
        """Nobody reads 95 beside 'at least 95' and 'failed'."""
        assert BY_NAME["bilabials_closed"].judge(value).verdict == verdict

    def test_what_is_not_measured_says_why(self) -> None:
        finding = BY_NAME["av_offset"].unmeasured("the film has no sound")
        assert (finding.value, finding.verdict, finding.note) == (None, "not measured", "the film has no sound")


def test_every_rule_has_a_name_of_its_own_and_a_source() -> None:
    assert len(BY_NAME) == len(RULES)
    assert all(rule.source and rule.means and (rule.low is not None or rule.high is not None) for rule in RULES)
