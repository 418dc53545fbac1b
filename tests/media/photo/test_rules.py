"""The table of rules: what a number means on either side of each border."""

import pytest

from tasks.media.photo.rules import RULES, SIZE, Rule


def just_beyond(rule: Rule, border: float) -> float:
    """A number on the bad side of a border."""
    return border + (-1e-6 if rule.worse == "below" else 1e-6)


class TestRule:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check)
    def test_borders_are_where_verdicts_change(self, rule: Rule) -> None:
        """On the border a photo still has the better verdict, just beyond it the worse one."""
        for border, worse in ((rule.warn, "warned"), (rule.refuse, "refused")):
            if border is not None:
                assert rule.verdict(border) != worse
                assert rule.verdict(just_beyond(rule, border)) == worse

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check)
    def test_every_verdict_has_a_sentence(self, rule: Rule) -> None:
        """A border without words would leave its owner alone; no placeholder stays in them."""
        for border in (rule.warn, rule.refuse):
            if border is not None:
                sentence = rule.judge(just_beyond(rule, border), places="face 1 at 10, 20").sentence
                assert sentence
                assert "{" not in sentence

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check)
    def test_refusal_lies_beyond_warning(self, rule: Rule) -> None:
        """A photo is warned of before it is refused."""
        if rule.warn is not None and rule.refuse is not None:
            assert (rule.refuse < rule.warn) == (rule.worse == "below")

    def test_names_are_unique(self) -> None:
        """A check is known by its name."""
        assert len({rule.check for rule in RULES}) == len(RULES)

    def test_finding_says_number_rule_and_what_to_do(self) -> None:
        """All that a reader needs, in one record."""
        finding = SIZE.judge(50)
        assert (finding.value, finding.unit, finding.verdict) == (50, "px", "refused")
        assert finding.threshold == "warned below 96 px, refused below 64 px"
        assert "only 50 px wide: take a larger photo" in finding.sentence

    def test_passed_finding_has_its_number_too(self) -> None:
        """What was fine is said as well."""
        assert SIZE.judge(250).sentence == "width of the face: 250 px"
