"""What of a direction is for the camera alone."""

import pytest

from tasks.animation.camera_words import part_direction


class TestPartDirection:
    @pytest.mark.parametrize("text", ["", "warm smile", "juggles, and nods", "Serious, then sad.", "look at the camera"])
    def test_avatars_own_is_left_word_for_word(self, text: str) -> None:
        assert part_direction(text) == (text, ())

    @pytest.mark.parametrize(("text", "avatar", "moves"), [
        ("zoom in", "", ("zoom in",)),
        ("smile, then zoom in slowly", "smile", ("zoom in slowly",)),
        ("Zoom in, then smile", "smile", ("Zoom in",)),
        ("smiles while zooming in", "smiles", ("zooming in",)),
        ("zoom in and smile; then the camera pulls back, nod", "smile, nod", ("zoom in", "the camera pulls back")),
        ("Serious, then surprised. Zoom out.", "Serious, then surprised", ("Zoom out",)),
        ("half-smile — zoom in", "half-smile", ("zoom in",)), ("zoom in - smile - nod", "smile - nod", ("zoom in",)),
        ("smile (slow close-up)", "smile", ("slow close-up",))])
    def test_camera_moves_are_taken_out(self, text: str, avatar: str, moves: tuple[str, ...]) -> None:
        """Wherever they stand, in any inflection."""
        assert part_direction(text) == (avatar, moves)

    @pytest.mark.parametrize(("text", "moves"), [
        ("at the end, zoom in", ("zoom in",)), ("pan left, then right", ("pan left, then right",)),
        ("zoom in for 1.5 seconds", ("zoom in for 1.5 seconds",))])
    def test_what_belongs_to_a_move_goes_with_it(self, text: str, moves: tuple[str, ...]) -> None:
        assert part_direction(text) == ("", moves)

    def test_camera_that_rests_is_no_move(self) -> None:
        """It does so anyway."""
        assert part_direction("smile, steady camera, nod") == ("smile, nod", ())

    @pytest.mark.parametrize("text", ["close-up of her hands", "don't zoom"])
    def test_what_is_not_understood_as_a_move_stays(self, text: str) -> None:
        assert part_direction(text) == (text, ())
