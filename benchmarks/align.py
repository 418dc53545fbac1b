"""How exactly words are found in voices whose word times are known, how fast, and whether wrong recordings are noticed.

    python -m benchmarks.align                       # flite must be installed: apt-get install flite
    python -m benchmarks.align --speech FOLDER       # with recordings of people besides: WAV files and a transcripts.txt

flite prints when each of its sounds ends; how many a word has is what it says for the word alone. Printed are the errors of
the words' starts, the time for a minute of speech, and of as many wrong recordings as right ones how many are told apart.
Wrong is: another text, the right one without a clause of four words or more, with words of another text in between, and one
in German. Recordings of people are joined in pairs; known is where the first word of the second one begins.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.cpu_time import processor_s
from tasks.alignment.dtw import WarpedTimes
from tasks.domain.errors import FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech
from tasks.media.audio.cepstra import HOP_S, cepstra
from tasks.media.audio.wav import read_wav, write_wav
from tasks.runtime.engines import load_engine

VOICES = ("kal16", "slt", "rms", "awb")
"""flite's: two men from America, a woman, and a man from Scotland; one joins pieces, three are statistical."""
TEXTS = (
    "The kettle was singing when she came home. Her brother had laid the table, | lit the stove, and fallen asleep.",
    "Plant the seeds in March, | an inch below the surface, and water them with care. By June you will have enough.",
    "My grandfather never owned a watch. He knew the hour from the shadows, | the birds outside, and the smell of bread.",
    "When a meeting has no question, it has no answer either. Write the question down | before you invite anybody to come.",
    "Salt brings out the taste of chocolate. A little pinch is enough, | even though nobody will notice that it is there.",
    "The museum opens at nine, and the first hour is quiet. Go to the top floor, | where the old maps are, and take time.",
    "A boat that leaks can still cross the lake. You only have to bail | a little faster than the water comes in.",
    "Learning a language is like building a wall. Every day you lay one brick, | and one morning you can lean against it.",
    "She painted the door green because the valley was grey. Within a year | the whole street had followed her example.",
    "Good shoes cost more, and they last for ten years. Cheap ones hurt your feet | twice: when you walk and when you pay.",
)
"""What is said; the part after the bar is left out where a clause is missing."""
GERMAN = "Der Zug nach Hamburg fährt heute von einem anderen Gleis, und wir haben noch genug Zeit für einen Kaffee."
MEAN_S, MEDIAN_S, MOST_S, MINUTE_S, NOTICED = 0.025, 0.015, 0.080, 2.0, 0.95
"""Limits: mean, median and 95th percentile of the errors; time for a minute of speech; part of the wrong ones noticed."""


@dataclass(frozen=True)
class Said:
    """A recording and what it says."""

    voice: str
    text: str
    wav: Path
    starts_s: tuple[float, ...]


def main() -> int:
    """Prints all figures; fails where one is beyond its limit."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--speech", type=Path, help="folder with recordings of people and transcripts.txt")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="reels-align-") as folder:
        recordings = [say(voice, text.replace("| ", ""), Path(folder) / f"{voice}-{number}.wav")
                      for voice in VOICES for number, text in enumerate(TEXTS)]
        kept = [print_errors(recordings), print_speed(recordings, Path(folder)), print_pairs(recordings, Path(folder))]
        if chosen.speech:
            print_joins(chosen.speech, Path(folder))
    return 0 if all(kept) else 1


def say(voice: str, text: str, wav: Path) -> Said:
    """Lets flite say a text, and finds where each word begins."""
    sounds, starts_s, place = speak(voice, text, wav), [], 0
    for word in text.split():
        count = sum(name != "pau" for name, _, _ in speak(voice, re.sub(r"[^\w']", "", word), None))
        while sounds[place][0] == "pau":
            place += 1
        starts_s.append(sounds[place][1])
        place += count
    left = [name for name, _, _ in sounds[place:] if name != "pau"]
    if left:
        raise RuntimeError(f"flite says {text!r} otherwise than word by word: {left} are left over")
    return Said(voice, text, wav, tuple(starts_s))


def speak(voice: str, text: str, wav: Path | None) -> list[tuple[str, float, float]]:
    """What flite says: name, start and end in seconds."""
    command = ["flite", "-voice", voice, "-psdur", "-o", str(wav) if wav else "none", "-t", text]
    found, last_s = [], 0.0
    for entry in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split():
        name, _, end = entry.rpartition(":")
        found.append((name, last_s, float(end)))
        last_s = float(end)
    return found


def print_errors(recordings: list[Said]) -> bool:
    """Errors of the words' starts, by voice and over all."""
    errors_s = {voice: np.concatenate([errors(one) for one in recordings if one.voice == voice]) for voice in VOICES}
    print(f"{'voice':<8}{'words':>6}{'mean':>9}{'median':>9}{'95 %':>9}{'most':>9}{'lean':>9}")
    for voice, own_s in [*errors_s.items(), ("all", np.concatenate(list(errors_s.values())))]:
        size = np.abs(own_s)
        values = (size.mean(), np.median(size), np.percentile(size, 95), size.max(), np.median(own_s))
        print(f"{voice:<8}{len(own_s):>6}" + "".join(f"{1000 * value:>6.1f} ms" for value in values), flush=True)
    kept = all(value <= limit for value, limit in zip(values, (MEAN_S, MEDIAN_S, MOST_S), strict=False))
    print(f"at most {1000 * MEAN_S:.0f}, {1000 * MEDIAN_S:.0f} and {1000 * MOST_S:.0f} ms: {'kept' if kept else 'MISSED'}\n")
    return kept


def errors(said: Said) -> NDArray[np.float64]:
    """Found less true start of each word, seconds."""
    found = align(said.text, said.wav)
    return np.array([word.start_s for word in found.words]) - np.array(said.starts_s)


def align(text: str, wav: Path) -> Alignment:
    """The times of a text in a recording."""
    samples, rate_hz = read_wav(wav)
    audio = MediaFile(uri=wav.name, sha256="0" * 64, size_bytes=1)
    speech = Speech(audio=audio, duration_s=len(samples) / rate_hz, engine="flite", version="1")
    script = Script(title="Align", beats=(Beat(say=text),))
    return WarpedTimes().align(script, speech, wav, Voice(name="en-us", language="en-US"))


def print_speed(recordings: list[Said], folder: Path) -> bool:
    """Processor time for a minute of speech."""
    parts = [read_wav(one.wav) for one in recordings if one.voice == VOICES[0]]
    rate_hz = parts[0][1]
    write_wav(folder / "long.wav", np.concatenate([samples for samples, _ in parts]), rate_hz)
    text = " ".join(one.text for one in recordings if one.voice == VOICES[0])
    begun_s = processor_s()
    found = align(text, folder / "long.wav")
    used_s = processor_s() - begun_s
    length_s = sum(len(samples) for samples, _ in parts) / rate_hz
    minute_s = used_s * 60 / length_s
    kept = minute_s <= MINUTE_S
    print(f"{length_s:.0f} s of speech, {len(found.words)} words: {used_s:.2f} s of one processor, {minute_s:.2f} s a minute"
          f" of speech; at most {MINUTE_S:.0f}: {'kept' if kept else 'MISSED'}\n", flush=True)
    return kept


def print_pairs(recordings: list[Said], folder: Path) -> bool:
    """How many wrong recordings are refused, and how many right ones."""
    refused = [one for one in recordings if not fits(one.text, one.wav)]
    print(f"right: {len(refused)} of {len(recordings)} refused"
          + "".join(f"\n  {one.voice}: {one.text}" for one in refused))
    missed, count = [], 0
    for kind, text, wav in wrong_pairs(recordings, folder):
        count += 1
        if fits(text, wav, say_why=True):
            missed.append(f"  {kind} {wav.name}: {text}")
    print("\n".join([f"wrong: {count - len(missed)} of {count} refused", *missed]))
    kept = not refused and count - len(missed) >= NOTICED * count
    print(f"none of the right ones, at least {NOTICED:.0%} of the wrong ones: {'kept' if kept else 'MISSED'}\n", flush=True)
    return kept


def wrong_pairs(recordings: list[Said], folder: Path) -> Iterator[tuple[str, str, Path]]:
    """For each recording one that is wrong: kind, script, sound."""
    for number, one in enumerate(recordings):
        whole = TEXTS[number % len(TEXTS)]
        wav = folder / f"wrong-{number}.wav"
        kind = ("other text", "clause missing", "words between", "German")[(number + number // len(TEXTS)) % 4]
        if kind == "other text":
            wav = recordings[(number // len(TEXTS)) * len(TEXTS) + (number + 3) % len(TEXTS)].wav
        elif kind == "clause missing":
            speak(one.voice, re.sub(r"\| [^,.:]*", "", whole), wav)
        elif kind == "words between":
            between = " ".join(TEXTS[(number + 1) % len(TEXTS)].split()[:5])
            speak(one.voice, whole.replace("|", between), wav)
        else:
            voice = load_engine("speech", "espeak")
            name = ("de", "de+f3", "de+m3", "de+f2")[number // len(TEXTS)]
            read = voice(Voice(name=name, language="de")).read(Script(title="G", beats=(Beat(say=GERMAN),)))
            write_wav(wav, read.samples, read.rate_hz)
        yield kind, one.text, wav


def fits(text: str, wav: Path, *, say_why: bool = False) -> bool:
    """Whether a recording is taken for a script."""
    try:
        align(text, wav)
    except FixRequest as refusal:
        if say_why:
            print(f"  {refusal}")
        return False
    return True


def print_joins(folder: Path, scratch: Path) -> None:
    """Recordings of people, joined in pairs: how far the first word of the second is off."""
    lines = (folder / "transcripts.txt").read_text("utf-8").splitlines()
    texts = {name: text for name, _, text in (line.partition("|") for line in lines if line.strip())}
    for first in texts:
        for second in texts:
            (one, rate_hz), (other, _) = read_wav(folder / f"{first}.wav"), read_wav(folder / f"{second}.wav")
            write_wav(scratch / "joined.wav", np.concatenate([one, other]), rate_hz)
            onset_s = len(one) / rate_hz + int(cepstra(other, rate_hz).speaks.argmax()) * HOP_S
            try:
                found = align(f"{texts[first]} {texts[second]}", scratch / "joined.wav")
            except FixRequest as refusal:
                print(f"{first} and {second}: {refusal}")
                continue
            word = found.words[len(texts[first].split())]
            print(f"{first} and {second}: {word.text!r} begins at {onset_s:.3f} s, found"
                  f" {1000 * (word.start_s - onset_s):+.0f} ms off; confidence of words"
                  f" {min(one.confidence for one in found.words):.2f} to {max(one.confidence for one in found.words):.2f}")


if __name__ == "__main__":
    sys.exit(main())
