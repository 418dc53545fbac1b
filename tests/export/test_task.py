"""The export task: from the store into the store, and what OpenTimelineIO reads in it."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest

from tasks.domain.overlays import Overlays
from tasks.domain.performance import Scrim
from tasks.export import task
from tasks.export.task import _key, export

LUMA_TOLERANCE = 3
"""Flat areas survive crf 20, and a chain of conversions, to a few levels."""


def grey(luma: int) -> float:
    """What a level of luma is on screen: 16 is black, 235 white."""
    return (luma - 16) * 255 / 219


SHOWN = {
    "avatar": (1, 150, [grey(61)] * 3),
    "label": (1, 15, [0, 0, 255]),
    "cutaway": (20, 150, [grey(160)] * 3),
    "title": (20, 35, [255, 0, 0]),
    "caption": (20, 110, [255, 0, 0]),
    "veil": (52, 150, [(grey(112) + part) / 2 for part in (0x20, 0x40, 0x60)]),
    "label over the veil": (52, 15, [0, 0, 255]),
}
"""What is seen -> frame, row, and the colour there."""


def timeline(reel: Any, exported: Any) -> Any:
    """The edit as OpenTimelineIO reads it."""
    return otio.adapters.read_from_file(str(reel.store.path(exported.files["reel.otio"])))


def items(read: Any, name: str) -> list[tuple[str, int, int]]:
    """Name, first frame and frame after the last of each clip of a track."""
    track = next(track for track in read.tracks if track.name == name)
    places = [(clip, track.range_of_child(clip)) for clip in track.find_clips()]
    return [(clip.name, round(place.start_time.value), round(place.end_time_exclusive().value)) for clip, place in places]


def pictures(path: Path) -> list[np.ndarray]:
    """All pictures of a film, RGBA."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]


@pytest.fixture
def exported(reel: Any) -> Any:
    """The export of the reel of conftest.py."""
    return export.fn(*reel.all())


class TestTheEdit:
    def test_every_track_is_as_long_as_the_reel(self, reel: Any, exported: Any) -> None:
        """Gaps included; and all of it runs at the reel's rate."""
        read = timeline(reel, exported)
        assert [(track.name, track.kind) for track in read.tracks] == [
            ("Avatar", "Video"), ("Cutaways", "Video"), ("Titles", "Video"), ("Captions", "Video"), ("Label", "Video"),
            ("Voice", "Audio"), ("Music", "Audio"), ("Room tone", "Audio")]
        assert {(track.duration().value, track.duration().rate) for track in read.tracks} == {(60, 30)}

    def test_each_thing_stands_at_its_frame(self, reel: Any, exported: Any) -> None:
        """Cutaways, texts and pages of captions are clips of their own, named by what they are or say."""
        read = timeline(reel, exported)
        assert items(read, "Cutaways") == [("media/cup.jpg", 6, 21), ("Cutaway 2", 30, 39)]
        assert items(read, "Titles") == [(reel.plan.script.title, 15, 30), ("Panel", 45, 48), ("Follow for more", 48, 60)]
        assert items(read, "Captions") == [('"Hello," Zoë', 3, 21), ("& {you} 月", 21, 48)]
        assert items(read, "Label") == [("AI", 0, 60)]

    def test_every_clip_has_media_beside_the_file(self, reel: Any, exported: Any) -> None:
        """Paths are relative, plain, and lead to a file that is long enough."""
        for clip in timeline(reel, exported).find_clips():
            assert clip.media_reference.target_url in exported.files
            assert clip.trimmed_range().end_time_exclusive() <= clip.media_reference.available_range.end_time_exclusive()

    def test_the_media_are_as_long_as_they_are_said_to_be(self, reel: Any, exported: Any) -> None:
        """To the frame."""
        said = {clip.media_reference.target_url: clip.media_reference.available_range.duration.value
                for clip in timeline(reel, exported).find_clips()}
        for name, frames in said.items():
            with av.open(str(reel.store.path(exported.files[name]))) as container:
                stream = container.streams[0]
                assert float(stream.duration * stream.time_base) == pytest.approx(frames / 30, abs=1e-6)

    def test_markers_repeat_the_captions(self, reel: Any, exported: Any) -> None:
        """In name and comment, since some programs read one and some the other."""
        marks = timeline(reel, exported).tracks.markers
        assert [(mark.name, mark.comment, mark.marked_range.start_time.value) for mark in marks] == [
            ('"Hello," Zoë', '"Hello," Zoë', 3), ("& {you} 月", "& {you} 月", 21)]

    def test_words_keep_their_times(self, reel: Any, exported: Any) -> None:
        """So a script can set the captions anew."""
        read = timeline(reel, exported)
        captions = next(track for track in read.tracks if track.name == "Captions")
        words = captions[1].metadata["avatar_reels"]["words"]
        assert [{name: word[name] for name in ("text", "start_s", "end_s")} for word in words] == [
            word.model_dump(include={"text", "start_s", "end_s"}) for word in reel.alignment.words[:2]]

    def test_it_names_no_place_of_this_machine(self, reel: Any, exported: Any) -> None:
        """Nothing in the text files is a path from the root."""
        for name in ("reel.otio", "README.txt"):
            text = reel.store.path(exported.files[name]).read_text("utf-8")
            assert str(reel.store.root) not in text
            assert "file:" not in text
            assert '"/' not in text

    def test_the_same_reel_gives_the_same_files(self, reel: Any, exported: Any) -> None:
        """Byte for byte."""
        assert export.fn(*reel.all()) == exported


class TestTogether:
    def test_all_tracks_are_the_reel_again(self, reel: Any, exported: Any) -> None:
        """Each clip laid over the one below shows what the reel shows there."""
        read = timeline(reel, exported)
        films = {name: pictures(reel.store.path(file)) for name, file in exported.files.items()
                 if name.startswith("footage/") and "source" not in name}
        for what, (frame, row, colour) in SHOWN.items():
            instant, seen = otio.opentime.RationalTime(frame, 30), np.zeros(3)
            for track in read.tracks:
                clip = track.child_at_time(instant)
                if track.kind == "Video" and isinstance(clip, otio.schema.Clip):
                    index = round(track.transformed_time(instant, clip).value)
                    over = films[clip.media_reference.target_url][index][row, 54] / 255
                    seen = seen * (1 - over[3]) + 255 * over[:3] * over[3]
            assert seen.tolist() == pytest.approx(colour, abs=LUMA_TOLERANCE), what


class TestTheFootage:
    def test_the_avatar_is_alone(self, reel: Any, exported: Any) -> None:
        """No cutaway is seen: drawing gives 60 levels of luma at first, and one more with each frame."""
        frames = pictures(reel.store.path(exported.files["footage/avatar.mp4"]))
        assert [int(frame[96, 54, 0]) for frame in frames[::20]] == pytest.approx(
            [grey(60 + index) for index in (0, 20, 40)], abs=LUMA_TOLERANCE)

    def test_a_cutaway_begins_and_ends_with_its_frames(self, reel: Any, exported: Any) -> None:
        """The first shows frames 6 to 20, cut hard."""
        frames = pictures(reel.store.path(exported.files["footage/cutaway-1.mp4"]))
        assert len(frames) == 15
        assert [int(frames[index][96, 54, 0]) for index in (0, 14)] == pytest.approx(
            [grey(140 + index) for index in (6, 20)], abs=LUMA_TOLERANCE)

    def test_what_a_cutaway_was_made_from_lies_beside_it(self, reel: Any, exported: Any) -> None:
        """The picture as it came; where nothing says how it came, as it was made ready."""
        assert exported.files["footage/cutaway-1-source.jpg"] == reel.plan.media["media/cup.jpg"].file
        assert exported.files["footage/cutaway-2-source.mp4"] == reel.overlays.inserts[1].shot.clip

    def test_captions_and_label_are_apart(self, reel: Any, exported: Any) -> None:
        """Captions are red below, the label is blue above and stays when the captions are taken away."""
        captions = pictures(reel.store.path(exported.files["footage/captions.mov"]))[10]
        label = pictures(reel.store.path(exported.files["footage/label.mov"]))
        assert (captions[110, 54, 3], captions[15, 54, 3]) == (255, 0)
        assert {(int(frame[110, 54, 3]), int(frame[15, 54, 3])) for frame in label} == {(0, 255)}
        assert captions[110, 54, :3].tolist() == pytest.approx([255, 0, 0], abs=LUMA_TOLERANCE)

    def test_the_sound_is_unpacked_without_loss(self, reel: Any, exported: Any) -> None:
        """Each stem as a WAV file of the same samples."""
        def samples(path: Path) -> np.ndarray:
            with av.open(str(path)) as container:
                blocks = [block.to_ndarray() for block in container.decode(audio=0)]
            return np.concatenate([block.reshape(-1) for block in blocks]).astype(np.int64)

        unpacked = samples(reel.store.path(exported.files["stems/music.wav"]))
        assert np.array_equal(unpacked, samples(reel.store.path(reel.sound.stems["music"])))


class TestLessThanAll:
    def test_a_plain_reel_has_only_what_it_has(self, reel: Any) -> None:
        """No cutaways, texts, captions, label or stems: the avatar and its voice are left."""
        reel.overlays = Overlays(subtitles=reel.overlays.subtitles, engine="e", version="1")
        reel.captions = reel.captions.model_copy(update={
            "pages": (), "label_text": None, "label_box": None, "subtitles": reel.store.put_text("[Events]\n", ".ass")})
        reel.sound = reel.sound.model_copy(update={"stems": {}})
        exported = export.fn(*reel.all())
        assert list(exported.files) == ["README.txt", "captions.srt", "footage/avatar.mp4", "reel.otio", "stems/voice.wav"]
        assert exported.files["stems/voice.wav"] == reel.speech.audio
        assert exported.warnings == (task.NO_STEMS,)
        read = timeline(reel, exported)
        assert items(read, "Voice") == [("Voice", 0, 45)]
        assert {track.duration().value for track in read.tracks} == {60}

    def test_a_sticker_alone_is_a_title(self, reel: Any) -> None:
        """A logo is seen though no text is."""
        reel.overlays = Overlays(subtitles=reel.store.put_text("[Events]\n", ".ass"), stickers=(reel.sticker(),),
                                 engine="e", version="1")
        exported = export.fn(*reel.all())
        assert items(timeline(reel, exported), "Titles") == [("Logo", 0, 60)]
        seen = pictures(reel.store.path(exported.files["footage/titles.mov"]))[30]
        assert int(seen[4, 4, 3]) == pytest.approx(128, abs=LUMA_TOLERANCE)
        assert seen[4, 4, :3].tolist() == pytest.approx([255, 0, 0], abs=LUMA_TOLERANCE + 1)
        assert not seen[12:, 12:, 3].any()


class TestWhatGoesWrong:
    def test_an_interruption_leaves_nothing_behind(self, reel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """No half-written film, no scratch folder."""
        def broken(*_: Any, **__: Any) -> Iterator[np.ndarray]:
            yield from islice(drawn(reel.performance), 10)
            raise KeyboardInterrupt

        drawn = task.draw
        monkeypatch.setattr(task, "draw", broken)
        before = {path for path in reel.store.root.rglob("*") if path.is_file()}
        with pytest.raises(KeyboardInterrupt):
            export.fn(*reel.all())
        assert {path for path in reel.store.root.rglob("*") if path.is_file()} == before
        assert not list((reel.store.root / "scratch").iterdir())


class TestKey:
    def test_it_is_json(self, reel: Any) -> None:
        """Prefect keeps a result only under a key that can be written."""
        from tasks.orchestration.content_keys import content_key

        assert content_key("export", _key(*reel.all())).startswith("export-")

    @pytest.mark.parametrize("change", [
        lambda reel: ("overlays", {"scrims": (Scrim(start_s=0, end_s=1, colour="#000000", opacity=0.5),)}),
        lambda reel: ("captions", {"subtitles": reel.captions.srt}),
        lambda reel: ("sound", {"stems": {}}),
        lambda reel: ("plan", {"script": reel.plan.script.model_copy(update={"title": "Other"})}),
    ], ids=["scrims", "captions", "stems", "title"])
    def test_what_is_in_the_folder_decides(self, change: Callable[[Any], tuple[str, dict[str, Any]]], reel: Any) -> None:
        """Another part is another export."""
        before = json.dumps(_key(*reel.all()), default=str, sort_keys=True)
        name, update = change(reel)
        setattr(reel, name, getattr(reel, name).model_copy(update=update))
        assert json.dumps(_key(*reel.all()), default=str, sort_keys=True) != before

    def test_what_is_not_does_not(self, reel: Any) -> None:
        """Costs and the finished mix leave no trace in it."""
        before = json.dumps(_key(*reel.all()), default=str, sort_keys=True)
        reel.plan = reel.plan.model_copy(update={"cost_usd": 1.0})
        reel.sound = reel.sound.model_copy(update={"track": reel.captions.srt})
        assert json.dumps(_key(*reel.all()), default=str, sort_keys=True) == before
