"""Overlays as they are drawn: where their pixels are, and what they keep clear of."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tasks.domain.box import Box
from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.timeline import FPS, frame_at
from tasks.media import ffmpeg
from tasks.media.face_place import face_on_picture
from tasks.media.rig.model import Rig
from tasks.media.text.font import gather_fonts
from tasks.overlays.ass import AssOverlays
from tasks.overlays.placement import overlap

AVATARS = Path(__file__).parents[2] / "avatars"
SEVEN = "Three small habits will change your mornings."
HOSTILE = ["{\\b1}bold{\\b0}", "\\N", "a\\nb", "C:\\new\\{x}", "{", "\\{", "{{jinja}}", "{%if%}", "a;b,c", "{\\p1}m 0 0",
           "{\\pos(9,9)}", "Dialogue:", "100%"]
"""Words that mean something to ASS or jinja."""
Frames = NDArray[np.uint8]


def burn(laid: Any, folder: Path, frames: range, *, colour: str = "0x808080") -> Frames:
    """Frames of a plain picture with the overlays burnt in: (count, height, width, 3) RGB."""
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    gather_fonts(laid.plan.brand.fonts.all(), fonts)
    script, video = folder / "overlays.ass", folder / "frames.raw"
    script.write_text(laid.sheet.ass, "utf-8")
    ffmpeg.run(ffmpeg.find_ffmpeg(), [
        "-f", "lavfi", "-i", f"color={colour}:s=1080x1920:r={FPS}", "-frames:v", str(len(frames)), "-vf",
        f"setpts=PTS+{frames.start / FPS}/TB,format=gbrp,subtitles=filename={ffmpeg.filter_value(script)}"
        f":fontsdir={ffmpeg.filter_value(fonts)}", "-pix_fmt", "rgb24", "-f", "rawvideo", str(video)], place=video)
    found = np.fromfile(video, np.uint8).reshape(len(frames), 1920, 1080, 3)
    video.unlink()
    return found


def ink_of(frame: Frames, *, least: int = 24) -> Box | None:
    """Around all pixels that differ from the picture's corner; None if none does."""
    rows, columns = np.nonzero((np.abs(frame.astype(int) - frame[0, 0]) >= least).any(axis=2))
    if not len(rows):
        return None
    return Box(x0=columns.min(), y0=rows.min(), x1=columns.max() + 1, y1=rows.max() + 1)


def middle_of(cue: Any) -> int:
    """The frame in the middle of a cue's time."""
    return frame_at((cue.start_s + cue.end_s) / 2)


class TestTexts:
    @pytest.mark.parametrize(("kind", "script"), [
        ("title", {"beats": [{"say": SEVEN, "show": {"text": "Three small habits"}}]}),
        ("title", {"beats": [{"say": SEVEN, "show": {"text": "Ågqj,"}}]}),
        ("number", {"beats": [{"say": SEVEN, "show": {"text": "384,400 km to the Moon", "as": "number"}}]}),
        ("lower-third", {"beats": [{"say": SEVEN, "show": {"text": "Ada Lind | researcher", "as": "lower-third"}}]}),
        ("hook", {"hook": "Stop hitting snooze", "beats": [{"say": SEVEN}]}),
        ("end-card", {"call": "Follow for more", "beats": [{"say": SEVEN}]}),
    ])
    def test_is_drawn_where_its_cue_says(
        self, kind: str, script: dict[str, Any], lay: Callable[..., Any], tmp_path: Path,
    ) -> None:
        """The measured box holds every pixel, and is no larger than the space letters keep beside them."""
        laid = lay(*script["beats"], **{name: value for name, value in script.items() if name != "beats"})
        cue = laid.cue(kind)
        last = frame_at(cue.end_s) - 1 if kind == "end-card" else middle_of(cue)
        ink = ink_of(burn(laid, tmp_path, range(last, last + 1))[0])
        assert ink
        assert (ink.x0, ink.x1) == pytest.approx((cue.box.x0, cue.box.x1), abs=12)
        assert (ink.y0, ink.y1) == pytest.approx((cue.box.y0, cue.box.y1), abs=3)
        assert inside(ink, Box(x0=cue.box.x0 - 1, y0=cue.box.y0 - 1, x1=cue.box.x1 + 1, y1=cue.box.y1 + 1))

    def test_is_there_from_its_first_frame_to_its_last(self, lay: Callable[..., Any], tmp_path: Path) -> None:
        """Nothing on the frame before and the frame after, something on every frame between, moving softly."""
        laid = lay({"say": SEVEN, "show": {"text": "Habits", "at": "will"}}, {"say": SEVEN})
        cue = laid.cue("title")
        first, stop = frame_at(cue.start_s), frame_at(cue.end_s)
        frames = burn(laid, tmp_path, range(first - 1, stop + 1))
        seen = [ink_of(frame, least=2) is not None for frame in frames]
        assert seen == [False, *[True] * (stop - first), False]
        darkness = np.array([float(frame[0, 0, 0]) - frame.mean() for frame in frames])
        assert np.abs(np.diff(darkness)).max() < 0.4 * np.abs(darkness).max()

    def test_enters_within_its_zone_and_off_the_captions(self, lay: Callable[..., Any], tmp_path: Path) -> None:
        """On the way in, too, no pixel leaves the safe zone or lies on a caption."""
        laid = lay({"say": SEVEN, "show": [{"image": "a.jpg", "layout": "split"}, {"text": "Three habits", "at": "will"}]})
        cue = laid.cue("title")
        first = frame_at(cue.start_s)
        for frame in burn(laid, tmp_path, range(first, first + 9)):
            ink = ink_of(frame, least=2)
            assert ink
            assert inside(ink, laid.captions.zone)
            assert not any(overlap(ink, page.box) for page in laid.captions.pages
                           if page.start_s < cue.end_s and cue.start_s < page.end_s)

    def test_hostile_words_are_only_drawn(self, lay: Callable[..., Any], tmp_path: Path) -> None:
        """Nothing in a text is obeyed: its ink stays in its box and is as wide as measured."""
        for text in HOSTILE:
            laid = lay({"say": SEVEN, "show": {"text": text, "as": "number"}})
            cue = laid.cue("number")
            frame = middle_of(cue)
            ink = ink_of(burn(laid, tmp_path, range(frame, frame + 1))[0])
            assert ink
            assert (ink.x0, ink.x1) == pytest.approx((cue.box.x0, cue.box.x1), abs=30), text
            assert inside(ink, Box(x0=cue.box.x0 - 1, y0=cue.box.y0 - 1, x1=cue.box.x1 + 1, y1=cue.box.y1 + 1)), text

    def test_uses_the_brands_colours(self, lay: Callable[..., Any], tmp_path: Path) -> None:
        """The panel is the brand's panel colour, nearly opaque."""
        colours = {"text": "#ffffff", "highlight": "#00ff00", "outline": "#000000", "panel": "#ff0000"}
        laid = lay({"say": SEVEN, "show": {"text": "Habits"}}, brand={"colours": colours})
        cue = laid.cue("title")
        frame = burn(laid, tmp_path, range(middle_of(cue), middle_of(cue) + 1))[0]
        red, green, blue = frame[int(cue.box.y0) + 6, int((cue.box.x0 + cue.box.x1) / 2)]
        assert red > 200
        assert max(green, blue) < 40


class TestPlaces:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(
        st.lists(st.sampled_from(["habit", "a", "mornings,", "big", "17%", "x"]), min_size=1, max_size=6),
        st.sampled_from(["title", "lower-third", None])), min_size=1, max_size=5),
        st.sampled_from(["ada", "kofi", "mei"]), st.booleans(), st.booleans(), st.sampled_from([None, 0.5, 1.5]),
        st.sampled_from(["top-left", "top-right", "bottom-left", "bottom-right"]))
    def test_nothing_lies_on_anything(self, lay: Callable[..., Any], shows: list[tuple[list[str], Any]], avatar: str,
                                      bar: bool, hook: bool, logo: float | None, corner: str) -> None:
        """Texts, captions, label, logo, bar and mouth: at no time do two of them share a pixel, and all are in the zone."""
        beats = [{"say": SEVEN, "show": {"text": " ".join(words), "as": form}} for words, form in shows]
        laid = lay(*beats, avatar=avatar, logo_shape=logo, progress_bar=bar, hook="Stop hitting snooze" if hook else None,
                   brand={"logo": {"image": "l.png", "place": corner}}, call="Follow me")
        cues = [cue for cue in laid.sheet.cues if cue.box]
        assert all(inside(cue.box, laid.captions.zone) for cue in cues)
        for one, two in itertools.combinations(cues, 2):
            assert not (one.start_s < two.end_s and two.start_s < one.end_s and overlap(one.box, two.box)), (one, two)
        for cue in cues:
            assert not overlap(cue.box, laid.captions.label_box)
            assert cue.kind == "end-card" or not overlap(cue.box, laid.mouth)
            assert not any(overlap(cue.box, page.box) for page in laid.captions.pages
                           if page.start_s < cue.end_s and cue.start_s < page.end_s)

    @pytest.mark.parametrize("avatar", ["ada", "kofi", "mei"])
    @pytest.mark.parametrize("show", [
        {"text": "Three small habits"}, {"text": "17%"}, {"text": "Ada Lind | guide", "as": "lower-third"}])
    def test_leaves_the_face_free(self, avatar: str, show: dict[str, str], lay: Callable[..., Any]) -> None:
        """From the brows down nothing is covered on the default avatars."""
        laid = lay({"say": SEVEN, "show": show}, avatar=avatar)
        assert laid.sheet.warnings == ()
        face = face_on_picture(Rig.read(AVATARS / avatar / "rig.json"))
        assert not any(overlap(cue.box, face) for cue in laid.sheet.cues)


class TestEndCard:
    def test_veils_the_avatar_and_says_what_to_do(self, lay: Callable[..., Any]) -> None:
        """The veil comes 0.1 s after the voice, the text 0.2 s after the veil; both stay to the last frame."""
        laid = lay({"say": SEVEN}, call="Follow for more")
        (veil,), card = laid.sheet.scrims, laid.cue("end-card")
        voice_s = laid.words[-1].end_s + 0.4
        assert veil.start_s == pytest.approx(voice_s + 0.1, abs=1 / FPS)
        assert card.start_s == pytest.approx(veil.start_s + 0.2)
        assert veil.end_s == card.end_s == pytest.approx(voice_s + 2.4, abs=1 / FPS)
        assert veil.colour == laid.plan.brand.colours.panel

    def test_shows_the_logo_above_the_text(self, lay: Callable[..., Any]) -> None:
        """Larger than in its corner, from which it goes as the veil comes."""
        laid = lay({"say": SEVEN}, call="Follow for more", logo_shape=0.5, brand={"logo": {"image": "l.png"}})
        corner, large = laid.sheet.stickers
        assert corner.end_s == laid.sheet.scrims[0].start_s < large.start_s
        assert large.box.x1 - large.box.x0 > corner.box.x1 - corner.box.x0
        assert large.box.y1 < laid.cue("end-card").box.y0
        assert inside(large.box, laid.captions.zone)

    def test_without_a_call_there_is_none(self, lay: Callable[..., Any]) -> None:
        """Nothing is veiled."""
        laid = lay({"say": SEVEN})
        assert (laid.sheet.scrims, laid.sheet.cues) == ((), ())


class TestProgressBar:
    def test_fills_evenly(self, lay: Callable[..., Any], tmp_path: Path) -> None:
        """At each tenth of the reel a tenth more of it is in the highlight colour, to within 2 pixels."""
        laid = lay({"say": SEVEN}, progress_bar=True)
        cue = laid.cue("progress-bar")
        frames = frame_at(cue.end_s)
        row = int((cue.box.y0 + cue.box.y1) / 2)
        for tenth in range(1, 10):
            frame = round(frames * tenth / 10)
            part = burn(laid, tmp_path, range(frame, frame + 1))[0][row].astype(int)
            filled = np.count_nonzero(part[:, 0] - part[:, 2] > 120)
            assert filled == pytest.approx((cue.box.x1 - cue.box.x0) * frame / frames, abs=4)


class TestRefusals:
    def test_a_word_that_is_not_spoken(self, lay: Callable[..., Any]) -> None:
        """The engine checks again what planning has checked."""
        with pytest.raises(FixRequest, match="beat 1 has at: 'habbits'"):
            lay({"say": SEVEN, "show": {"text": "x", "at": "habbits"}})

    def test_a_text_that_nobody_can_read_is_reported(self, lay: Callable[..., Any]) -> None:
        """It comes with the last word and leaves with the end card's coming."""
        laid = lay({"say": SEVEN, "show": {"text": "Habits", "at": "mornings"}}, call="Follow me", word_s=0.2)
        assert any("on screen for 0." in warning for warning in laid.sheet.warnings)

    def test_a_missing_look_is_the_machines_fault(self, tmp_path: Path, lay: Callable[..., Any]) -> None:
        """The message names the file."""
        laid = lay({"say": SEVEN})
        plan = laid.plan.model_copy(update={"hook": "Stop"})
        with pytest.raises(FixMachine, match="hook.yaml"):
            AssOverlays(tmp_path).lay_out(plan, 5.0, laid.words, laid.captions, mouth=None, face=None)


def inside(box: Box, zone: Box) -> bool:
    return zone.x0 <= box.x0 and box.x1 <= zone.x1 and zone.y0 <= box.y0 and box.y1 <= zone.y1
