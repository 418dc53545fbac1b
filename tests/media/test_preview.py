"""The three seconds that show what an avatar can do."""

from pathlib import Path

import numpy as np
import pytest

from tasks.domain.timeline import FPS
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.film import decode_frames
from tasks.media.preview import BLINKS_S, FRAMES, TALK_S, TURN_RAD, draw_preview, preview_motion, preview_mouth
from tasks.media.rig.model import Rig

MEI = Path(__file__).parents[2] / "avatars" / "mei"
VISEMES = ({"jaw": 0.6}, {"press": 1.0}, {"jaw": 0.2, "wide": -0.9})


class TestPreviewMotion:
    def test_lids_close_twice_and_the_head_turns_to_both_sides(self) -> None:
        """Closed on the frames said, open at the beginning and at the end."""
        motion = preview_motion()
        assert len(motion) == FRAMES
        closed = np.flatnonzero(motion.values["blink"] == 1.0)
        assert closed.tolist() == [round(at_s * FPS) for at_s in BLINKS_S]
        assert motion.values["blink"][0] == motion.values["blink"][-1] == 0
        assert motion.values["yaw"].max() == pytest.approx(TURN_RAD)
        assert motion.values["yaw"].min() == pytest.approx(-TURN_RAD)


class TestPreviewMouth:
    def test_mouth_reaches_every_viseme_and_rests_outside(self) -> None:
        """A quarter, a half, three quarters through the talk: the three mouths; before and after it: rest."""
        mouth = preview_mouth(VISEMES)
        begin_s, end_s = TALK_S
        for number, viseme in enumerate(VISEMES, start=1):
            frame = round((begin_s + (end_s - begin_s) * number / 4) * FPS)
            for name, value in viseme.items():
                assert mouth.at(frame)[name] == pytest.approx(value, abs=0.02)
        for frame in (0, int(begin_s * FPS), round(end_s * FPS) + 1, FRAMES - 1):
            assert set(mouth.at(frame).values()) == {0.0}


class TestDrawPreview:
    def test_film_is_as_long_as_said_moves_and_comes_out_the_same_again(self, tmp_path: Path) -> None:
        """Equal bytes twice; the first frame and the one in the turn differ."""
        rig = Rig.read(MEI / "rig.json")
        films = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
        for film in films:
            draw_preview(MEI / "portrait.png", rig, film, visemes=VISEMES, program=find_ffmpeg(), size=(108, 192))
        assert films[0].read_bytes() == films[1].read_bytes()
        times_s = [frame / FPS for frame in range(FRAMES)]
        shown = dict(decode_frames(films[0], [0, 35, FRAMES - 1], times_s, keyframes=[0], size=(108, 192)))
        assert sorted(shown) == [0, 35, FRAMES - 1]
        assert np.abs(shown[0].astype(int) - shown[35]).mean() > 1
