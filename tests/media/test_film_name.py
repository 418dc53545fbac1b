"""What is said of a film fits who made it."""

from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import AvatarError, FixRequest
from tasks.media.avatar_film import left_out, usable_frames
from tasks.media.clips import check_clip
from tasks.media.film_name import FilmName
from tasks.media.mouth_clearance import Clearance

TAKE = FilmName.generated("ltx", 7, 2)
HIDDEN = Clearance({"covered": np.arange(100) < 50})
"""Nothing is drawn on the first half of a film of 3.3 s."""


class TestFilmed:
    def test_advice_is_for_who_holds_the_camera(self, tmp_path: Path) -> None:
        """A film in a file is called by its path."""
        assert FilmName.of_avatar("ada").fault("lies on its side", "turn it") == (
            "the film of the avatar 'ada' lies on its side: turn it")
        with pytest.raises(FixRequest, match=r"^the film '.*a\.mp4' is missing: put it there, or correct its name$"):
            check_clip(tmp_path / "a.mp4")


class TestGenerated:
    REMEDY = "try more takes, another seed, other words or another generator"

    def test_advice_is_for_who_orders_it(self, tmp_path: Path) -> None:
        """Whatever is wrong; nobody knows it by its place in the store."""
        with pytest.raises(FixRequest) as caught:
            check_clip(tmp_path / "a.mp4", name=TAKE)
        assert str(caught.value) == f"the film that 'ltx' made (take 2, seed 7) is missing: {self.REMEDY}"
        with pytest.raises(AvatarError) as told:
            usable_frames(HIDDEN, TAKE)
        assert str(told.value).startswith("the film that 'ltx' made (take 2, seed 7) cannot speak, as it ")
        assert str(told.value).endswith(f"needed: {self.REMEDY}")

    def test_what_is_left_of_it_is_told_likewise(self) -> None:
        (told,) = left_out(HIDDEN, (60, 100), TAKE)
        assert told.startswith("only 1.3 of the 3.3 s of the film that 'ltx' made (take 2, seed 7) are used, from 2.0 s on")

    def test_one_for_a_beat_has_no_takes(self) -> None:
        assert FilmName.generated("ltx", 7).fault("is short", "take a longer one") == (
            "the film that 'ltx' made (seed 7) is short: try another seed, other words or another generator")
