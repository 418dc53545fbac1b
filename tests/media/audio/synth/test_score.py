"""The pieces: in tune by construction, at home where they end."""

from itertools import combinations

import pytest

from tasks.domain.errors import UnknownName
from tasks.media.audio.synth.instruments import HIGHEST_HZ, PLUCK_PARTIALS, frequency_hz
from tasks.media.audio.synth.score import PIECES, Piece, music_names, require_music

VOICE_FROM_HZ = 1000.0
"""From here on a voice's words are told apart."""


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
class TestPieces:
    def test_no_two_notes_grate(self, piece: Piece) -> None:
        """No note of a chord stands a semitone above another, octaves apart included."""
        for chord in piece.chords:
            notes = sorted({chord.bass, *chord.held, *chord.struck})
            assert [(low, high) for low, high in combinations(notes, 2) if (high - low) % 12 == 1] == []

    def test_all_chords_are_of_one_key(self, piece: Piece) -> None:
        """All notes together fit one major scale, or the minor one on its sixth."""
        used = {note % 12 for chord in piece.chords for note in (chord.bass, *chord.held, *chord.struck)}
        assert any(used <= {(root + step) % 12 for step in (0, 2, 4, 5, 7, 9, 11)} for root in range(12))

    def test_fundamentals_stay_below_the_voices_words(self, piece: Piece) -> None:
        """Only overtones reach where consonants are."""
        highest = max(note for chord in piece.chords for note in (*chord.held, *chord.struck))
        assert frequency_hz(highest) < VOICE_FROM_HZ

    def test_melodies_name_notes_and_beats_there_are(self, piece: Piece) -> None:
        """Indices are inside every chord, beats inside the bar."""
        for beat, index, loudness in (note for melody in piece.melodies for note in melody):
            assert 0 <= beat < 4
            assert all(0 <= index < len(chord.struck) for chord in piece.chords)
            assert 0 < loudness <= 1

    def test_nothing_can_alias(self, piece: Piece) -> None:
        """The highest partial of the highest note is left out or far below half the rate."""
        highest = max(note for chord in piece.chords for note in chord.struck)
        assert min(frequency_hz(highest) * len(PLUCK_PARTIALS), HIGHEST_HZ) < 24_000 / 2


class TestNames:
    def test_off_is_a_name_too(self) -> None:
        """Whoever wants silence may say so."""
        assert music_names() == ("calm", "bright", "pulse", "night", "off")

    def test_an_unknown_name_is_refused_with_the_nearest(self) -> None:
        """'calmer' is not there, 'calm' is."""
        with pytest.raises(UnknownName, match=r"'calmer'.*did you mean 'calm'\?.*bright, pulse, night, off"):
            require_music("calmer")

    @pytest.mark.parametrize("name", music_names())
    def test_known_names_pass(self, name: str) -> None:
        """Every name of the list is accepted."""
        require_music(name)
