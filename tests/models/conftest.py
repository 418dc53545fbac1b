"""What tests of models stand on: no connection at all, not even to this machine, and tiny models that are made here.

The model that hears letters is trained, for some seconds, on a language of tones: each letter sounds at a pitch of its own,
so that what it should hear, and when, is known to the sample.
"""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.script import Script
from tasks.media.text.clauses import Clause, clauses

LETTERS = "abcdefghijklmnopqrstuvwxyz'"
"""What the language of tones is written with."""
SIGNS = ("<pad>", "|", *LETTERS)
"""What the model tells apart: nothing, the end of a word, the letters."""
HEARD_HZ, SPOKEN_HZ = 16_000, 48_000
"""Samples a second that the model hears, and those of a voice."""
LETTER_S, GAP_S = 0.08, 0.12
"""Length of a letter's tone, and of the silence between two words."""
STEPS, AT_ONCE, RATE = 150, 8, 3e-3
"""Steps of the training, texts in each, and how far a step goes."""


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection would download."""

    def refused(_: socket.socket, address: object) -> None:
        raise AssertionError(f"a model tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refused)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Tiny models are quicker with one thread, above all where others are at work."""
    import torch

    torch.set_num_threads(1)


@dataclass(frozen=True)
class Toned:
    """A text in the language of tones."""

    samples: NDArray[np.float32]
    letters: tuple[tuple[float, str], ...]
    """Second at which each letter begins, and at which each word ends ('|')."""
    words: tuple[tuple[float, float], ...]
    """Second at which each of the author's words begins and ends."""


def pitch_hz(letter: str) -> float:
    """The tone of a letter: eight to an octave from 300 Hz on."""
    return float(300 * 2 ** (LETTERS.index(letter) / 8))


def tone(letter: str, rate_hz: int) -> NDArray[np.float64]:
    """A letter's sound, without clicks."""
    times = np.arange(round(LETTER_S * rate_hz)) / rate_hz
    return 0.3 * np.clip(np.minimum(times, times[::-1]) / 0.01, 0, 1) * np.sin(2 * np.pi * pitch_hz(letter) * times)


def sounded(words: Sequence[str], silences_s: Sequence[float], rate_hz: int) -> Toned:
    """Words with silences before, between and after them."""
    parts, letters, times = [np.zeros(round(silences_s[0] * rate_hz))], [], []
    for word, silence_s in zip(words, silences_s[1:], strict=True):
        known = [letter for letter in word.lower() if letter in LETTERS]
        begins = list(accumulate((len(tone(letter, rate_hz)) for letter in known), initial=sum(map(len, parts))))
        parts += [*(tone(letter, rate_hz) for letter in known), np.zeros(round(silence_s * rate_hz))]
        letters += [(place / rate_hz, sign) for place, sign in zip(begins, [*known, "|"], strict=True)]
        times.append((begins[0] / rate_hz, begins[-1] / rate_hz))
    return Toned(np.concatenate(parts).astype(np.float32), tuple(letters), tuple(times))


def toned_script(script: Script, *, leave_out: range = range(0)) -> Toned:
    """A script read in the language of tones; times are those of the author's words.

    Args:
        script: what is read.
        leave_out: author's words that the reader forgets.
    """
    parts: list[Clause] = list(clauses(script, "en-US"))
    spoken = [(word, text) for part in parts for word, text in part.words if word not in leave_out]
    ends = {id(part.words[-1]): part.pause_s for part in parts}
    pauses = [ends.get(id(pair), 0.0) for part in parts for pair in part.words if pair[0] not in leave_out]
    found = sounded([text for _, text in spoken], [0.3, *(GAP_S + pause_s for pause_s in pauses)], SPOKEN_HZ)
    times = {}
    for (word, _), (start_s, end_s) in zip(spoken, found.words, strict=True):
        times[word] = (times.get(word, (start_s, 0.0))[0], end_s)
    return Toned(found.samples, found.letters, tuple(times[word] for word in sorted(times)))


def letter_config() -> Any:
    """A wav2vec 2.0 with one layer, a frame each 20 ms and a first convolution that can hear pitches."""
    from transformers import Wav2Vec2Config

    return Wav2Vec2Config(
        vocab_size=len(SIGNS), pad_token_id=0, hidden_size=48, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, conv_dim=(64, 48), conv_kernel=(512, 3), conv_stride=(160, 2), num_feat_extract_layers=2,
        conv_bias=True, feat_extract_norm="layer", do_stable_layer_norm=True, num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2, hidden_dropout=0.0, attention_dropout=0.0, feat_proj_dropout=0.0,
        activation_dropout=0.0, final_dropout=0.0, layerdrop=0.0, apply_spec_augment=False)


def tuned(network: Any) -> Any:
    """The network with a first convolution that begins as a filter for each letter's pitch, so that it learns in seconds."""
    import torch

    filters = network.wav2vec2.feature_extractor.conv_layers[0].conv.weight
    times = torch.arange(filters.shape[-1]) / HEARD_HZ
    with torch.no_grad():
        for place, letter in enumerate(LETTERS):
            turns = 2 * np.pi * pitch_hz(letter) * times
            for row, wave in ((2 * place, torch.sin(turns)), (2 * place + 1, torch.cos(turns))):
                filters[row, 0] = torch.hann_window(len(times)) * wave / 20
    return network


def lesson(generator: np.random.Generator, frames_of: Any) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Random texts and what is to be heard in each frame: a letter where it begins, the end of a word where it ends."""
    texts = [sounded(["".join(generator.choice(list(LETTERS), generator.integers(1, 8))) for _ in range(5)],
                     generator.uniform(0.05, 0.3, 6), HEARD_HZ) for _ in range(AT_ONCE)]
    sounds = np.zeros((AT_ONCE, max(len(text.samples) for text in texts)), np.float32)
    wanted = np.zeros((AT_ONCE, frames_of(sounds.shape[1])), np.int64)
    for row, text in enumerate(texts):
        sounds[row, :len(text.samples)] = text.samples + generator.normal(0, 1e-3, len(text.samples))
        for time_s, sign in text.letters:
            wanted[row, min(round(time_s / 0.02), wanted.shape[1] - 1)] = SIGNS.index(sign)
    return sounds, wanted


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all models, a folder an engine."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def letter_model(models: Path) -> Path:
    """A model that hears the language of tones, as English, saved as such models are."""
    import torch
    from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2ForCTC, Wav2Vec2Processor

    torch.manual_seed(0)
    network, generator = tuned(Wav2Vec2ForCTC(letter_config())), np.random.default_rng(0)
    teacher = torch.optim.AdamW(network.parameters(), RATE)
    pace = torch.optim.lr_scheduler.OneCycleLR(teacher, RATE, total_steps=STEPS)
    weights = torch.tensor([0.3] + [1.0] * (len(SIGNS) - 1))
    for _ in range(STEPS):
        sounds, wanted = lesson(generator, lambda count: int(network._get_feat_extract_output_lengths(torch.tensor(count))))
        heard = network(torch.from_numpy(sounds)).logits
        loss = torch.nn.functional.cross_entropy(heard.flatten(0, 1), torch.from_numpy(wanted).flatten(), weight=weights)
        teacher.zero_grad()
        loss.backward()
        teacher.step()
        pace.step()
    folder = models / "whisperx" / "en"
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({sign: number for number, sign in enumerate(SIGNS)}), "utf-8")
    speller = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"), pad_token="<pad>", word_delimiter_token="|", unk_token=None,
                                   bos_token=None, eos_token=None)
    Wav2Vec2Processor(Wav2Vec2FeatureExtractor(do_normalize=False), speller).save_pretrained(folder)
    network.save_pretrained(folder)
    return folder


def save_vits(folder: Path, *, speakers: Sequence[str] = (), **fields: Any) -> Path:
    """A tiny VITS with random weights, as coqui-tts saves one."""
    from TTS.config.shared_configs import BaseAudioConfig
    from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
    from TTS.tts.models import setup_model

    arguments = VitsArgs(
        hidden_channels=32, hidden_channels_ffn_text_encoder=32, num_layers_text_encoder=1, num_heads_text_encoder=2,
        num_layers_posterior_encoder=1, num_layers_flow=1, upsample_initial_channel_decoder=32,
        upsample_rates_decoder=[8, 8, 4], upsample_kernel_sizes_decoder=[16, 16, 8], resblock_kernel_sizes_decoder=[3],
        resblock_dilation_sizes_decoder=[[1, 3, 5]], use_sdp=False, init_discriminator=False,
        use_speaker_embedding=bool(speakers))
    sound = BaseAudioConfig(sample_rate=22_050, fft_size=1024, win_length=1024, hop_length=256, num_mels=80)
    config = VitsConfig(model_args=arguments, audio=sound, use_phonemes=False, text_cleaner="basic_cleaners",
                        use_speaker_embedding=bool(speakers), speakers=list(speakers), **fields)
    return _saved(setup_model, config, folder)


def save_xtts(folder: Path) -> Path:
    """A tiny XTTS with random weights: one layer, sounds of less than a second."""
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from TTS.tts.configs.xtts_config import XttsArgs, XttsConfig
    from TTS.tts.models.xtts import Xtts

    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", "[en]", "[de]"]
    signs = {sign: number for number, sign in enumerate([*special, *LETTERS, *",.!?"])}
    speller = Tokenizer(BPE(vocab=signs, merges=[], unk_token="[UNK]"))
    speller.add_special_tokens(special)
    folder.mkdir(parents=True)
    speller.save(str(folder / "vocab.json"))
    arguments = XttsArgs(
        gpt_layers=1, gpt_n_model_channels=64, gpt_n_heads=2, gpt_max_audio_tokens=16, gpt_max_text_tokens=200,
        gpt_num_audio_tokens=34, gpt_start_audio_token=32, gpt_stop_audio_token=33, gpt_use_perceiver_resampler=True,
        decoder_input_dim=64, gpt_number_text_tokens=len(signs), gpt_start_text_token=3, gpt_stop_text_token=0)
    return _saved(Xtts, XttsConfig(model_args=arguments, languages=["en", "de"]), folder)


def _saved(made: Any, config: Any, folder: Path) -> Path:
    """Makes a network of a description and saves both as coqui-tts does."""
    import torch

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    network = made(config)
    config.save_json(str(folder / "config.json"))
    torch.save({"model": network.state_dict(), "config": config.to_dict(), "step": 0}, folder / "model.pth")
    return folder


@pytest.fixture(scope="session")
def vits_model(models: Path) -> Path:
    """An English model with one voice."""
    return save_vits(models / "coqui" / "lone", languages=["en"])


@pytest.fixture(scope="session")
def choir_model(models: Path) -> Path:
    """A model with two voices, which does not say what it speaks."""
    return save_vits(models / "coqui" / "choir", speakers=("amy", "bob"))


@pytest.fixture(scope="session")
def xtts_model(models: Path) -> Path:
    """A model of English and German that speaks like a recording."""
    return save_xtts(models / "coqui" / "xtts")


@pytest.fixture(scope="session")
def tones() -> Any:
    """The language of tones."""
    import sys

    return sys.modules[__name__]
