"""What is said of a take that several films show."""

from tasks.domain.check import Finding
from tasks.quality.take_watching import worst_found


def finding(verdict: str, value: float | None) -> Finding:
    return Finding.model_validate({"name": "av_offset", "title": "sound before mouth", "value": value,
                                   "threshold": "at most 40", "verdict": verdict})


def test_worst_of_each_property_counts() -> None:
    """One film out of time spoils the take; one in which nothing could be measured hides no other."""
    good, late, unknown = finding("passed", 10), finding("failed", 300), finding("not measured", None)
    for films, worst in (((good, late, unknown), late), ((unknown, good), good), ((unknown, unknown), unknown)):
        assert worst_found([(film,) for film in films]) == (worst,)
