"""The process that runs piper: a request on standard input, sound and the lengths of phonemes out.

piper is GPL-3 and carries an espeak-ng of its own, so it never runs inside the program. This file is started by its path and
imports nothing of the program.

Request: {"model", "speaker": number or null, "length_scale", "sound", "texts": [str], "words": [str]}
Answer:  {"rate_hz", "texts": [{"start", "end", "phonemes": [[phoneme, samples]] or null}], "words": {word: [phoneme]}}
         The sound lies in the file `sound` as raw 32-bit floats; samples count from its start.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

SEED = 1
"""Of the noise that a voice draws its liveliness from: the same script sounds the same."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Speaks every text of the request into one file."""
    import onnxruntime
    from piper import PiperVoice, SynthesisConfig

    onnxruntime.set_seed(SEED)
    onnxruntime.set_default_logger_severity(4)
    voice = PiperVoice.load(request["model"], include_alignments=True)
    how = SynthesisConfig(speaker_id=request["speaker"], length_scale=voice.config.length_scale * request["length_scale"],
                          normalize_audio=False)
    texts, place = [], 0
    with Path(request["sound"]).open("wb") as file:
        for text in request["texts"]:
            start, phonemes, known = place, [], True
            for chunk in voice.synthesize(text, how, include_alignments=True):
                file.write(chunk.audio_float_array.astype("<f4").tobytes())
                place += len(chunk.audio_float_array)
                known = known and chunk.phoneme_alignments is not None
                phonemes += [[one.phoneme, int(one.num_samples)] for one in chunk.phoneme_alignments or ()]
            texts.append({"start": start, "end": place, "phonemes": phonemes if known else None})
    words = {word: [phoneme for part in voice.phonemize(word) for phoneme in part] for word in request["words"]}
    return {"rate_hz": voice.config.sample_rate, "texts": texts, "words": words}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    try:
        told = json.dumps(answer(json.load(sys.stdin)))
    except Exception as error:  # noqa: BLE001  the outermost loop of this process: the program reads one line
        sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    sys.stdout.write(told)
