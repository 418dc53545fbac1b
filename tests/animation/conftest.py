"""Takes whose words, stresses and loudness are known."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tasks.animation.base import Take
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
MARKS = ".,?!"


def make_take(text: str, *, seed: int = 1, word_s: float = 0.3, pause_s: float = 0.4, lead_in_s: float = 0.5,
              tail_s: float = 1.0, face_yaw_rad: float = 0.0, stressed: bool = True, card_s: float = 0.0,
              directions: Sequence[str | None] = ()) -> Take:
    """Every word lasts `word_s`, each mark pauses; a word in «loud^» is louder than the others, '|' begins a new beat.

    The voice is silent for `tail_s` before it is over; an end card follows for `card_s`.
    """
    words, phonemes, levels, now_s, beat = [], [], [], lead_in_s, 0
    for token in text.split():
        if token == "|":
            beat += 1
            continue
        plain = token.replace("^", "")
        phonemes.append(Phoneme(ipa="a", start_s=now_s, end_s=now_s + word_s, stress=1 if stressed else 0, word=len(words)))
        words.append(Word(text=plain, start_s=now_s, end_s=now_s + word_s, beat=beat))
        levels.append(1.0 if "^" in token else 0.4)
        now_s += word_s + (pause_s if plain[-1] in MARKS else 0.0)
    loudness = np.zeros(round((now_s + tail_s + card_s) * FPS), np.float32)
    for word, level in zip(words, levels, strict=True):
        loudness[round(word.start_s * FPS):round(word.end_s * FPS)] = level
    return Take(words, phonemes, loudness, seed=seed, content="portrait", face_yaw_rad=face_yaw_rad, tail_s=card_s,
                directions=directions)


@pytest.fixture
def take_of() -> TakeMaker:
    return make_take
