"""Tests of what is kept: the last few things, made once while they are kept."""

from tasks.media.drawing.kept import Kept


class TestKept:
    def test_a_thing_is_made_once(self) -> None:
        """Asked for again, the same thing comes back."""
        made: list[str] = []
        kept = Kept(2)
        for key in ("a", "b", "a", "b", "a"):
            kept.get(key, lambda key=key: made.append(key) or object())
        assert made == ["a", "b"]

    def test_the_longest_unused_is_forgotten(self) -> None:
        """A third thing takes the place of the one whose last use is longest ago, which is made again when asked for."""
        made: list[str] = []
        kept = Kept(2)
        for key in ("a", "b", "a", "c", "a", "b"):
            kept.get(key, lambda key=key: made.append(key) or object())
        assert made == ["a", "b", "c", "b"]
