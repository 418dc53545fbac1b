"""The process that runs espeak-ng: a request on standard input, a WAV file and events out.

espeak-ng keeps global state and ends its process on some errors, so it never runs inside the program. This file is started
by its path with the bare interpreter and imports the standard library alone, which keeps the start under 0.1 s.

Request: {"library", "data", "wav", "voice", "parameters": {number: value}, "texts": [str], "words": [str]}
Answer:  {"rate_hz", "texts": [{"start", "end", "events": [[sample, kind, name]]}], "words": {word: [phoneme]}}
         samples count from the start of the file; kind is "word" or "phoneme"; a phoneme without a name is silence.
"""

import ctypes
import json
import os
import sys
import wave
from typing import Any

SYNCHRONOUS = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: sound is handed to a callback."""
PHONEME_EVENTS_IPA = 0x3
"""espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA."""
UTF8 = 1
"""espeakCHARS_UTF8."""
WORD, PHONEME = 1, 7
"""Kinds of events that are kept."""
SEPARATED_IPA = (ord("|") << 8) | 0x02
"""espeak_TextToPhonemes: IPA with '|' between phonemes."""
BUFFER_MS = 200
"""Length of the pieces in which sound arrives."""


class EventId(ctypes.Union):
    """What an event names."""

    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = [("kind", ctypes.c_int), ("unique", ctypes.c_uint), ("position", ctypes.c_int), ("length", ctypes.c_int),
                ("ms", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("id", EventId)]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Speaks every text of the request into one file."""
    library = ctypes.CDLL(request["library"])
    rate_hz = _start(library, request)
    sound = bytearray()
    events: list[list[Any]] = []

    def collect(samples: Any, count: int, found: Any) -> int:
        if samples and count:
            sound.extend(ctypes.string_at(samples, 2 * count))
        index = 0
        while found[index].kind:
            event = found[index]
            if event.kind == PHONEME:
                events.append([event.sample, "phoneme", event.id.string.decode("utf-8", "ignore")])
            elif event.kind == WORD:
                events.append([event.sample, "word", ""])
            index += 1
        return 0

    callback = CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    texts = []
    for text in request["texts"]:
        start = len(sound) // 2
        events.clear()
        data = text.encode()
        library.espeak_Synth(data, len(data) + 1, 0, 1, 0, UTF8, None, None)
        library.espeak_Synchronize()
        texts.append({"start": start, "end": len(sound) // 2,
                      "events": [[start + sample, kind, name] for sample, kind, name in events]})
    _write(request["wav"], bytes(sound), rate_hz)
    return {"rate_hz": rate_hz, "texts": texts, "words": {word: _phonemes(library, word) for word in request["words"]}}


def _start(library: Any, request: dict[str, Any]) -> int:
    """Loads the data from inside its folder: espeak-ng ends the process on long paths, so the path it sees is short."""
    parent, name = os.path.split(request["data"])
    os.chdir(parent)
    rate_hz = library.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, name.encode(), PHONEME_EVENTS_IPA)
    if rate_hz <= 0:
        sys.exit(f"espeak-ng found no data in {request['data']!r}")
    library.espeak_ng_SetRandSeed(1)
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        sys.exit(f"espeak-ng has no voice {request['voice']!r}")
    for number, value in request["parameters"].items():
        library.espeak_SetParameter(int(number), value, 0)
    return int(rate_hz)


def _phonemes(library: Any, word: str) -> list[str]:
    """The phonemes of a word spoken by itself."""
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    text = ctypes.c_char_p(word.encode())
    found: list[str] = []
    while text.value:
        said = library.espeak_TextToPhonemes(ctypes.byref(text), UTF8, SEPARATED_IPA) or b""
        found += [phoneme for phoneme in said.decode("utf-8", "ignore").replace(" ", "|").split("|") if phoneme]
    return found


def _write(path: str, sound: bytes, rate_hz: int) -> None:
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(sound)


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
