"""Voices of somebody's own: by what right they may be cloned, and what of them is kept."""

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import ConsentMissing, FixRequest, UnknownName
from tasks.media.audio.wav import write_wav
from tasks.runtime.library import Library
from tasks.runtime.store import Store
from tasks.runtime.voice_folder import VoiceFolders

TODAY = dt.date(2026, 6, 1)
RATE_HZ = 16_000
"""Samples a second of the recordings."""
RECORDINGS = {"calm.wav": 180.0, "lively.wav": 240.0}
"""Anna's recordings, and the pitch of each in Hz."""
PAPER = b"I agree. Anna"
DESCRIPTION = f"""schema: 1
title: Anna Berg
recordings: [calm.wav, lively.wav]
consent:
  kind: consent
  statement: Anna Berg lends us her voice.
  given_by: Anna Berg
  relation: employee
  date: 2026-01-31
  scope: reels of our shop
  expires: 2026-07-01
  document: {{file: consent.pdf, sha256: {hashlib.sha256(PAPER).hexdigest()}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Anna's folder."""
    folder = tmp_path / "library" / "voices" / "anna"
    folder.mkdir(parents=True)
    for name, content in {"consent.pdf": PAPER, "voice.yaml": DESCRIPTION.encode()}.items():
        (folder / name).write_bytes(content)
    for name, pitch_hz in RECORDINGS.items():
        hum(folder / name, pitch_hz)
    return folder


def hum(path: Path, pitch_hz: float, seconds: float = 2.0) -> None:
    """A recording of somebody who hums."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    write_wav(path, (0.2 * np.sin(2 * np.pi * pitch_hz * times)).astype(np.float32), RATE_HZ)


@pytest.fixture
def voices(folder: Path) -> VoiceFolders:
    """The library with Anna in it."""
    return VoiceFolders(Library(folder.parents[1]))


def change(folder: Path, old: str, new: str) -> None:
    """Writes something else into Anna's voice.yaml."""
    assert old in DESCRIPTION
    (folder / "voice.yaml").write_text(DESCRIPTION.replace(old, new), "utf-8")


class TestSnapshot:
    def test_keeps_recordings_and_consent(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """As they are now: what is changed later does not reach a planned reel."""
        kept = voices.snapshot("anna", store, today=TODAY)
        assert (kept.name, kept.title, kept.consent.given_by) == ("anna", "Anna Berg", "Anna Berg")
        assert [store.path(file).read_bytes() for file in kept.recordings] == [
            (folder / name).read_bytes() for name in RECORDINGS]

    def test_digest_tells_every_change(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """Of the description and of a recording; the same again is the same."""
        first = voices.snapshot("anna", store, today=TODAY).sha256
        assert voices.snapshot("anna", store, today=TODAY).sha256 == first
        hum(folder / "lively.wav", 250.0)
        second = voices.snapshot("anna", store, today=TODAY).sha256
        change(folder, "Anna Berg lends", "Anna lends")
        assert len({first, second, voices.snapshot("anna", store, today=TODAY).sha256}) == 3

    @pytest.mark.parametrize(("old", "new", "sentence"), [
        ("  date: 2026-01-31\n", "", "voice 'anna' is a real person's, and its consent does not say who gave it and when"),
        ("  given_by: Anna Berg\n", "", "add given_by and date to voice.yaml, or choose another voice"),
        ("expires: 2026-07-01", "expires: 2026-06-01", "the consent for voice 'anna' ended on 2026-06-01"),
        ("  scope:", "  revoked: true\n  scope:", "the consent for voice 'anna' was revoked"),
        ("consent.pdf", "other.pdf", "the consent document 'other.pdf' of voice 'anna' is missing"),
    ])
    def test_voice_without_consent_is_not_cloned(self, old: str, new: str, sentence: str, voices: VoiceFolders, folder: Path,
                                                 store: Store) -> None:
        """Incomplete, over, revoked, or without its paper."""
        change(folder, old, new)
        with pytest.raises(ConsentMissing, match=sentence):
            voices.snapshot("anna", store, today=TODAY)

    @pytest.mark.parametrize(("old", "new", "sentence"), [
        ("  kind: consent\n", "", "'consent.kind': is missing"),
        ("[calm.wav, lively.wav]", "[]", "'recordings'"),
        ("calm.wav", "../bo/calm.wav", "item 1 of 'recordings': is '../bo/calm.wav'; write the name of a file in"),
        ("calm.wav", ".hidden", "item 1 of 'recordings': is '.hidden'"),
    ])
    def test_wrong_description_is_refused(self, old: str, new: str, sentence: str, voices: VoiceFolders, folder: Path,
                                          store: Store) -> None:
        """With the field; a right to clone is never taken for granted, and recordings lie in the folder."""
        change(folder, old, new)
        with pytest.raises(FixRequest) as caught:
            voices.snapshot("anna", store, today=TODAY)
        assert sentence in str(caught.value)

    def test_missing_recording_and_voice_are_told(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """With those there are."""
        (folder / "calm.wav").unlink()
        with pytest.raises(UnknownName, match=r"no file 'voices/anna/calm.wav'.*'lively.wav'"):
            voices.snapshot("anna", store, today=TODAY)
        with pytest.raises(UnknownName, match=r"no voice 'ana'; did you mean 'anna'"):
            voices.snapshot("ana", store, today=TODAY)

    @pytest.mark.parametrize(("content", "sentence"), [
        (b"no sound", "the recording 'voices/anna/calm.wav' cannot be read as sound"), (b"", "cannot be read as sound"),
        (b"#EXTM3U\nhttp://127.0.0.1/a.mp3\n", "cannot be read as sound"),
    ])
    def test_what_is_no_recording_is_refused(self, content: bytes, sentence: str, voices: VoiceFolders, folder: Path,
                                             store: Store) -> None:
        """When the reel is planned, not when it is made."""
        (folder / "calm.wav").write_bytes(content)
        with pytest.raises(FixRequest, match=sentence):
            voices.snapshot("anna", store, today=TODAY)

    def test_recording_without_a_voice_is_refused(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """Too short to learn from."""
        hum(folder / "calm.wav", 180.0, seconds=0.4)
        with pytest.raises(FixRequest, match="in the recording 'voices/anna/calm.wav' 0.[45] s of a voice are heard"):
            voices.snapshot("anna", store, today=TODAY)

    def test_link_out_of_the_library_is_no_recording(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """Whoever writes a voice.yaml does not read the rest of the disk."""
        (folder / "calm.wav").unlink()
        outside = folder.parents[2] / "outside.wav"
        outside.write_bytes(b"secret")
        (folder / "calm.wav").symlink_to(outside)
        with pytest.raises(UnknownName, match="leads out of the library"):
            voices.snapshot("anna", store, today=TODAY)


class TestRequireConsent:
    def test_what_the_folder_says_now_counts(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """Anna has changed her mind after the reel was approved."""
        kept = voices.snapshot("anna", store, today=TODAY)
        voices.require_consent(kept, today=TODAY)
        change(folder, "  scope:", "  revoked: true\n  scope:")
        with pytest.raises(ConsentMissing, match="the consent for voice 'anna' was revoked"):
            voices.require_consent(kept, today=TODAY)

    def test_planned_consent_counts_where_the_folder_is_gone(self, voices: VoiceFolders, folder: Path, store: Store) -> None:
        """Until the day it ends."""
        kept = voices.snapshot("anna", store, today=TODAY)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        voices.require_consent(kept, today=dt.date(2026, 6, 30))
        with pytest.raises(ConsentMissing, match="ended on 2026-07-01"):
            voices.require_consent(kept, today=dt.date(2026, 7, 1))
