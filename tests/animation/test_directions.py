"""What a direction is understood as."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.animation.directions import MOMENT_S, STRONGEST, WEAKEST, Gesture, direction_warnings, parse_direction
from tasks.animation.vocabulary import ACTIONS, STRENGTHS

KNOWN = sorted({phrase for action in ACTIONS for phrase in action.words} | set(STRENGTHS))


def names(text: str) -> list[str]:
    """The actions of a direction in order."""
    return [gesture.action.name for gesture in parse_direction(text).gestures]


def only(text: str) -> Gesture:
    """The one action of a direction."""
    (gesture,) = parse_direction(text).gestures
    return gesture


class TestActions:
    @pytest.mark.parametrize(("phrase", "name"), [(phrase, action.name) for action in ACTIONS for phrase in action.words])
    def test_every_phrase_of_the_vocabulary_asks_for_its_action(self, phrase: str, name: str) -> None:
        """Whole and alone, and nothing in it is strange."""
        direction = parse_direction(phrase)
        assert [gesture.action.name for gesture in direction.gestures] == [name]
        assert direction.unknown == ()

    @pytest.mark.parametrize(("text", "name"), [
        ("smiles", "smile"), ("Smiling.", "smile"), ("with a smile", "smile"), ("smiled warmly", "smile"),
        ("looks happy", "smile"), ("NODS", "nod"), ("nodding", "nod"), ("shakes her head", "shake"),
        ("looks to the left", "look left"), ("glances right", "look right"), ("looking up", "look up"),
        ("raises her eyebrows", "brows up"), ("eyebrows raised", "brows up"), ("raises one eyebrow", "brows up"),
        ("seriously", "serious"), ("energetically", "energetic"), ("slow push-in", "zoom in"),
        ("zooms out slowly", "zoom out"),
        ("slowly pans to the right", "pan right"), ("leans in", "lean in"), ("leaning back", "lean back"),
        ("thoughtfully", "thoughtful"), ("looks straight into the camera", "look at the viewer"),
        ("perfectly still", "still"), ("surprised look", "surprised"), ("tilts his head", "tilt right"),
        ("don’t move", "still"), ("warmly", "friendly"),
    ])
    def test_inflections_and_articles_do_not_matter(self, text: str, name: str) -> None:
        """As people write it."""
        assert names(text) == [name]
        assert parse_direction(text).unknown == ()

    @pytest.mark.parametrize(("text", "expected"), [
        ("warm smile, small nod", ["smile", "nod"]), ("easy and friendly", ["calm", "friendly"]),
        ("smile with eyebrows up", ["smile", "brows up"]), ("look up to the left", ["look up", "look left"]),
        ("calm, confident tone", ["calm", "confident"]), ("pans right", ["pan right"]), ("smile nod", ["smile", "nod"]),
        ("smiling, smile", ["smile"]), ("", []), (" ,;. ", []),
    ])
    def test_actions_together(self, text: str, expected: list[str]) -> None:
        """Joined by commas, 'and', 'with' or nothing, each once."""
        assert names(text) == expected
        assert parse_direction(text).steps == 1

    @pytest.mark.parametrize(("text", "expected"), [
        ("no smile", ["neutral"]), ("without smiling", ["neutral"]), ("not smiling or nodding", ["neutral"]),
        ("don't nod", []), ("not too serious", []), ("no zoom", ["steady camera"]),
        ("no smile, but a nod", ["neutral", "nod"]),
    ])
    def test_what_is_taken_back_does_not_happen(self, text: str, expected: list[str]) -> None:
        """A smile taken back is a face as in the portrait; the next phrase is free again."""
        assert names(text) == expected

    def test_still_before_an_action_means_that_it_goes_on(self) -> None:
        """'Still smiling' smiles; 'hold still' does not move."""
        assert names("still smiling") == ["smile"]
        assert names("hold still") == ["still"]
        assert names("smile, still") == ["smile", "still"]


class TestStrengths:
    @pytest.mark.parametrize(("text", "strength"), [
        ("nod", 1.0), ("small nod", 0.55), ("nods slightly", 0.55), ("nods a little", 0.55), ("broad smile", 1.4),
        ("smiles broadly", 1.4), ("smile big", 1.4), ("very serious", 1.3), ("very small nod", 0.55**1.5),
        ("hardly smiles", 0.4),
        ("a little more serious", 0.55), ("warm smile", 1.1), ("a big, genuine smile", 1.4), ("grin", 1.25),
    ])
    def test_strength_before_or_after(self, text: str, strength: float) -> None:
        """An adjective weighs what follows, an adverb what went before."""
        assert only(text).strength == pytest.approx(strength)

    def test_strength_holds_for_its_own_action(self) -> None:
        """Each of two with its own, with and without a comma."""
        for text in ("big smile, small nod", "big smile small nod", "smiles broadly and nods slightly"):
            assert [gesture.strength for gesture in parse_direction(text).gestures] == pytest.approx([1.4, 0.55])

    def test_no_strength_is_out_of_range(self) -> None:
        """However much is piled up."""
        assert only("huge huge very big grin").strength == STRONGEST
        assert only("very faint tiny little smile").strength == WEAKEST


class TestTimes:
    @pytest.mark.parametrize(("text", "steps"), [
        ("smile, then nod", [0, 1]), ("smile and nod, then look up", [0, 0, 1]), ("looks left, then right", [0, 1]),
        ("looks left and right", [0, 1]), ("look left, look up", [0, 1]),
        ("looks off to the side, then back at the camera", [0, 1]), ("then smile", [0]), ("smile, then, then nod", [0, 1]),
        ("smile, and finally nod, after that shake", [0, 1, 2]),
    ])
    def test_then_is_later(self, text: str, steps: list[int]) -> None:
        """A step for each 'then'; two sides of one look are two steps."""
        direction = parse_direction(text)
        assert [gesture.step for gesture in direction.gestures] == steps
        assert direction.steps == max(steps) + 1

    @pytest.mark.parametrize(("text", "lasts_s"), [
        ("looks up", None), ("looks up for a moment", MOMENT_S), ("briefly looks up", MOMENT_S),
        ("looks up for 2 seconds", 2.0), ("looks up for 1.5 s", 1.5),
        ("looks up for three seconds", 3.0), ("looks up for a second", 1.0),
        ("looks up for 900 seconds", 20.0), ("looks up for 0 seconds", 1.0),
    ])
    def test_how_long(self, text: str, lasts_s: float | None) -> None:
        """Moments and seconds."""
        assert only(text).lasts_s == lasts_s

    def test_throughout_and_ends(self) -> None:
        """For the whole step, or a part of it."""
        assert only("keeps smiling").throughout
        assert [only(text).place for text in ("smile at the end", "at the end, a smile", "end with a smile")] == ["end"] * 3
        assert only("smile at the beginning").place == "start"
        assert only("smile").place == "whole"

    @pytest.mark.parametrize(("text", "times"), [
        ("nod", 1), ("nods twice", 2), ("nods three times", 3), ("two small nods", 2), ("nods 50 times", 4),
        ("nods up and down", 1),
    ])
    def test_how_often(self, text: str, times: int) -> None:
        """Nods are counted, up to four."""
        assert only(text).times == times


class TestUnknown:
    @pytest.mark.parametrize(("text", "strange", "nearest"), [
        ("smlie", "smlie", "smile"), ("serius", "serius", "serious"), ("winks", "winks", None),
        ("holds up a cup of coffee", "holds up a cup of coffee", None), ("lächelt freundlich", "lächelt freundlich", None),
        ("shrugs and smiles", "shrugs", None), ("looks at her phone", "phone", None), ("🙂", "🙂", None),
    ])
    def test_strange_words_are_told_with_the_nearest_known(self, text: str, strange: str, nearest: str | None) -> None:
        """Words next to each other once; a likeness nobody sees is no help."""
        (unknown,) = parse_direction(text).unknown
        assert unknown == (strange, nearest)

    def test_warnings_name_the_beat(self) -> None:
        """Counted as people count, with what to write instead; beats without a direction have none."""
        assert list(direction_warnings([None, "smile", "smlie, juggles"])) == [
            "'smlie' in the direction of beat 3 is not understood; did you mean 'smile'?",
            "'juggles' in the direction of beat 3 is not understood; docs/direction.md lists the words that are"]

    def test_known_words_beside_strange_ones_hold(self) -> None:
        """What is understood is done."""
        direction = parse_direction("winks, small nod, juggles three balls, smile")
        assert [gesture.action.name for gesture in direction.gestures] == ["nod", "smile"]
        assert len(direction.unknown) == 2

    def test_target_of_a_look_is_not_searched(self) -> None:
        """'Up at the starry sky' is up."""
        direction = parse_direction("looks up at the starry sky for a moment")
        assert [gesture.action.name for gesture in direction.gestures] == ["look up"]
        assert direction.unknown == ()
        assert direction.gestures[0].lasts_s == MOMENT_S


class TestAnyText:
    @given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(
        [*KNOWN, "then", "and", ",", "not", "left", "for", "2", "seconds", "times", "twice", "at", "very", "blorp"]))
        .map(" ".join)))
    @example("'" * 50)
    @example("²")
    @example("1" * 400)
    def test_any_text_is_read(self, text: str) -> None:
        """Nothing raises; strengths, times and steps are in their ranges."""
        direction = parse_direction(text)
        assert direction.steps >= 1
        for gesture in direction.gestures:
            assert WEAKEST <= gesture.strength <= STRONGEST
            assert 0 <= gesture.step < direction.steps
            assert 1 <= gesture.times <= 4
            assert gesture.lasts_s is None or 0 < gesture.lasts_s <= 20
