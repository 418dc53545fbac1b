"""The render task: from the store into the store, complete or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.box import Box
from tasks.domain.brand import Brand, BrandColours, BrandFonts, FontFile
from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import Performance, PuppetShot, Scrim, Sticker
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.media.curves import MOTION, MOUTH, Curves
from tasks.render import task
from tasks.render.task import film, film_key, render, render_key
from tasks.runtime.store import Store, sha256_of

COUNT = 30


class Inputs:
    """What earlier stages would hand to render, for a second of generated picture."""

    def __init__(self, store: Store, materials: Any, tmp_path: Path) -> None:
        self.store = store
        blank = store.put_text("{}", ".json")
        subtitles = store.put_text(materials.rectangle(0.5, 0.7), ".ass")
        zone = Box(x0=0, y0=0, x1=9, y1=9)
        self.plan = ReelPlan(
            script=Script(title="T", beats=(Beat(say="Hello."),)), voice=Voice(name="v", language="en-US"), brand_name="b",
            avatar=AvatarSnapshot(name="a", title="A", sha256="0" * 64, portrait=blank, rig=blank,
                                  consent=Consent(kind="synthetic", statement="Drawn.")),
            captions=CaptionLook(style="karaoke", colour="#ff0000"), engines={"render": "ffmpeg"}, seed=1,
            publish=(), sources={},
            brand=Brand(fonts=BrandFonts(captions=FontFile(package="font_roboto", file="files/Roboto-Black.ttf"),
                                         label=FontFile(package="font_roboto", file="files/Roboto-Medium.ttf")),
                        colours=BrandColours(text="#ffffff", highlight="#ff0000", outline="#000000"), label={"en": "AI"}))
        self.performance = Performance(
            frame_count=COUNT, engine="e", version="1", mouth=self.curves(MOUTH),
            shots=(PuppetShot(start_s=0, end_s=1, portrait=blank, rig=blank, motion=self.curves(MOTION)),))
        self.overlays = Overlays(subtitles=store.put_text(materials.rectangle(0.1, 0.2), ".ass"), engine="e", version="1")
        self.sound = Sound(track=store.put_copy(materials.sound(COUNT, start_s=0.2, end_s=0.8)), engine="e", version="1")
        self.captions = Captions(subtitles=subtitles, srt=blank, vtt=blank, pages=(), label_text=None, label_box=None,
                                 zone=zone, style="karaoke")

    def curves(self, names: tuple[str, ...]) -> Any:
        """Resting curves in the store."""
        return self.store.put_text(Curves({name: np.zeros(COUNT, np.float32) for name in names}).to_json(), ".json")

    def all(self) -> tuple[ReelPlan, Performance, Captions, Overlays]:
        """The arguments of `film` in order."""
        return self.plan, self.performance, self.captions, self.overlays


@pytest.fixture
def inputs(store: Store, materials: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inputs:
    """Inputs, with drawing replaced by generated frames of a small size."""
    monkeypatch.setattr(task, "SIZE_PX", materials.size)
    monkeypatch.setattr(task, "draw", lambda *_, **__: materials.moving_square(COUNT))
    return Inputs(store, materials, tmp_path)


def files(store: Store) -> set[Path]:
    """Everything the store holds, work in progress included."""
    return {path for path in store.root.rglob("*") if path.is_file()}


class TestFilm:
    def test_it_leaves_video_and_cover_in_the_store(self, inputs: Inputs) -> None:
        """The result names complete files, and says which moment the cover is."""
        drawn = film.fn(*inputs.all())
        assert (drawn.frame_count, drawn.engine) == (COUNT, "ffmpeg")
        assert 0 <= drawn.cover_time_s < 1
        assert inputs.store.path(drawn.video).suffix == ".mp4"
        assert inputs.store.path(drawn.cover).read_bytes().startswith(b"\xff\xd8")

    def test_the_same_inputs_give_the_same_file(self, inputs: Inputs) -> None:
        """Content decides the digest."""
        assert film.fn(*inputs.all()) == film.fn(*inputs.all())

    def test_a_caption_without_its_words_is_no_cover(self, inputs: Inputs) -> None:
        """While an emoji of the captions is drawn, no frame is taken: on the cover it would hang in the air."""
        emoji = Sticker(picture=inputs.captions.srt, box=Box(x0=0, y0=0, x1=9, y1=9), start_s=0.0, end_s=0.5)
        inputs.captions = inputs.captions.model_copy(update={"stickers": (emoji,)})
        assert film.fn(*inputs.all()).cover_time_s >= 0.5

    @pytest.mark.parametrize("raised", [KeyboardInterrupt, RuntimeError])
    def test_an_interruption_leaves_nothing_behind(self, raised: type[BaseException], inputs: Inputs, materials: Any,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
        """No half-written video, no scratch folder, no process."""
        monkeypatch.setattr(task, "draw", lambda *_, **__: broken_off(materials.moving_square, raised))
        before = files(inputs.store)
        with pytest.raises(raised):
            film.fn(*inputs.all())
        assert files(inputs.store) == before
        assert not list((inputs.store.root / "scratch").iterdir())
        assert not [child for child in psutil.Process().children() if "ffmpeg" in child.name()]

    def test_the_font_folder_holds_the_brands_fonts_only(self, inputs: Inputs, tmp_path: Path) -> None:
        """No other face can be taken by libass."""
        (tmp_path / "scratch").mkdir()
        folder = task.font_folder(inputs.plan, tmp_path / "scratch")
        assert sorted(path.name for path in folder.iterdir()) == ["Roboto-Black.ttf", "Roboto-Medium.ttf"]

    def test_inputs_stay_as_they_were(self, inputs: Inputs) -> None:
        """Files of the store are immutable."""
        before = {path: sha256_of(path) for path in files(inputs.store)}
        film.fn(*inputs.all())
        assert {path: sha256_of(path) for path in before} == before


class TestFilmKey:
    @pytest.mark.parametrize("change", [
        lambda i: {"captions": i.captions.model_copy(update={"subtitles": i.captions.srt})},
        lambda i: {"overlays": i.overlays.model_copy(update={"subtitles": i.captions.srt})},
        lambda i: {"overlays": i.overlays.model_copy(update={"scrims": (
            Scrim(start_s=0, end_s=1, colour="#000000", opacity=0.5),)})},
    ], ids=["captions", "texts", "scrims"])
    def test_what_is_seen_decides(self, change: Callable[[Inputs], dict[str, Any]], inputs: Inputs) -> None:
        """Another caption, text or veil is another picture."""
        before = film_key(*inputs.all())
        for name, value in change(inputs).items():
            setattr(inputs, name, value)
        assert film_key(*inputs.all()) != before

    def test_costs_and_seeds_do_not(self, inputs: Inputs) -> None:
        """What leaves no trace in the file is not in its key."""
        before = film_key(*inputs.all())
        inputs.plan = inputs.plan.model_copy(update={"seed": 99, "cost_usd": 1.0})
        inputs.performance = inputs.performance.model_copy(update={"cost_usd": 2.0})
        assert film_key(*inputs.all()) == before


class TestRender:
    def test_picture_and_sound_become_one_file(self, inputs: Inputs) -> None:
        """The file is new, the cover is the film's."""
        drawn = film.fn(*inputs.all())
        reel = render.fn(inputs.plan, drawn, inputs.sound)
        assert (reel.cover, reel.frame_count) == (drawn.cover, COUNT)
        assert reel.video.sha256 not in (drawn.video.sha256, inputs.sound.track.sha256)

    def test_other_sound_needs_no_other_picture(self, inputs: Inputs) -> None:
        """The sound decides the finished file and is unknown to the film."""
        drawn = film.fn(*inputs.all())
        other = inputs.sound.model_copy(update={"track": drawn.cover})
        assert render_key(inputs.plan, drawn, other) != render_key(inputs.plan, drawn, inputs.sound)


def broken_off(frames: Callable[[int], Iterator[np.ndarray]], raised: type[BaseException]) -> Iterator[np.ndarray]:
    """Ten frames, then trouble."""
    yield from frames(10)
    raise raised
