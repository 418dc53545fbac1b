"""The sound stage in the house: from the store into the store, and what its key takes in."""

from collections.abc import Callable
from typing import Any

import pytest

from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand, BrandColours, BrandFonts, FontFile
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue, Overlays
from tasks.domain.plan import CaptionLook, MusicLook, ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Speech
from tasks.media.audio.decode import decode_audio
from tasks.orchestration.content_keys import content_key
from tasks.runtime.store import Store
from tasks.sound.mix import Score
from tasks.sound.task import sound, sound_key

NO_FILE = MediaFile(uri="files/00/0", sha256="0" * 64, size_bytes=0)
FONT = FontFile(package="font_roboto", file="files/Roboto-Black.ttf")


@pytest.fixture
def given(store: Store, score: Callable[..., Score]) -> dict[str, Any]:
    """What earlier stages hand on: three seconds with a voice in the first two, and a title."""
    made = score((0.3, 2.0), duration_s=3.0)
    plan = ReelPlan(
        script=Script(title="T", beats=(Beat(say="Hello."),)), voice=Voice(name="v", language="en-US"), brand_name="b",
        avatar=AvatarSnapshot(name="a", title="A", sha256="0" * 64, portrait=NO_FILE, rig=NO_FILE,
                              consent=Consent(kind="synthetic", statement="Drawn.")),
        captions=CaptionLook(style="karaoke", colour="#ff0000"), music=MusicLook(name="calm"), effects=True, tail_s=0.5,
        engines={"sound": "mix"}, seed=1, publish=(), sources={},
        brand=Brand(fonts=BrandFonts(captions=FONT, label=FONT), label={"en": "AI"},
                    colours=BrandColours(text="#ffffff", highlight="#ff0000", outline="#000000")))
    return {"plan": plan, "alignment": made.alignment,
            "speech": Speech(audio=store.put_copy(made.voice), duration_s=3.0, engine="e", version="1"),
            "overlays": Overlays(subtitles=NO_FILE, engine="e", version="1", cues=(Cue(kind="title", start_s=1, end_s=2),))}


def changed(given: dict[str, Any], what: str, **fields: object) -> dict[str, Any]:
    """The same with other fields in one argument."""
    return {**given, what: given[what].model_copy(update=fields)}


def key(given: dict[str, Any]) -> str:
    """The content key."""
    return content_key("sound", sound_key(**given))


class TestSound:
    def test_it_leaves_the_track_in_the_store(self, store: Store, given: dict[str, Any]) -> None:
        """As long as speech and end card, with the music's distance measured, and without stems."""
        made = sound.fn(**given)
        track, _ = decode_audio(store.path(made.track))
        assert track.shape == (round(3.5 * 48_000), 2)
        assert made.music_below_voice_db == pytest.approx(18.2, abs=0.3)
        assert (made.stems, made.warnings, made.engine) == ({}, (), "mix")

    def test_export_wants_stems(self, store: Store, given: dict[str, Any]) -> None:
        """One FLAC each."""
        made = sound.fn(**changed(given, "plan", export=True))
        assert set(made.stems) == {"voice", "music", "effects", "room"}
        assert all(store.path(stem).read_bytes().startswith(b"fLaC") for stem in made.stems.values())

    def test_without_effects_and_music_there_is_only_the_voice_in_a_room(self, given: dict[str, Any]) -> None:
        """Nothing to measure, nothing to accompany."""
        made = sound.fn(**changed(given, "plan", export=True, effects=False, music=MusicLook()))
        assert set(made.stems) == {"voice", "room"}
        assert made.music_below_voice_db is None

    def test_work_in_progress_is_cleared_away(self, store: Store, given: dict[str, Any]) -> None:
        """The scratch folder is empty afterwards."""
        sound.fn(**given)
        assert not list((store.root / "scratch").iterdir())


class TestSoundKey:
    @pytest.mark.parametrize(("what", "fields"), [
        ("plan", {"music": MusicLook(name="night")}), ("plan", {"music": MusicLook(name="calm", below_voice_db=20)}),
        ("plan", {"effects": False}), ("plan", {"tail_s": 1.0}), ("plan", {"seed": 2}), ("plan", {"export": True}),
        ("speech", {"audio": NO_FILE}), ("overlays", {"cues": ()}), ("alignment", {"words": ()})])
    def test_what_is_heard_decides(self, what: str, fields: dict[str, object], given: dict[str, Any]) -> None:
        """Each of these makes another sound."""
        assert key(changed(given, what, **fields)) != key(given)

    def test_what_is_seen_does_not(self, given: dict[str, Any]) -> None:
        """Other captions, other texts of the same time, another title picture."""
        other = changed(given, "plan", captions=CaptionLook(style="pop", colour="#00ff00"), progress_bar=True)
        cues = (Cue(kind="title", start_s=1, end_s=3, text="Other"),)
        assert key(changed(other, "overlays", subtitles=NO_FILE, cues=cues)) == key(given)

    def test_without_effects_overlays_do_not_matter(self, given: dict[str, Any]) -> None:
        """Nothing of them is heard."""
        quiet = changed(given, "plan", effects=False)
        assert key(changed(quiet, "overlays", cues=())) == key(quiet)

    def test_without_music_seed_and_words_do_not_matter(self, given: dict[str, Any]) -> None:
        """Nothing follows them."""
        alone = changed(given, "plan", music=MusicLook())
        other = changed(changed(alone, "plan", seed=9), "alignment", words=())
        assert key(other) == key(alone)
