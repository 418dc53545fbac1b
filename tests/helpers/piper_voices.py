"""Tiny voices of piper, made here: every phoneme is a tone of known pitch and length, so that what is heard is known."""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

from tasks.runtime.models import ModelFolder

VOICE_HZ, HOP = 16_000, 256
"""Samples a second of the tiny voice, and samples of one of its steps."""
SOUND_STEPS, SPACE_STEPS, END_STEPS = 5, 2, 3
"""Length of a sound, of the silence between words, and of the silence at both ends and at punctuation."""
SILENT = " ^$_,.!?;:"
"""Phonemes that are no sound."""
MARKS = "ˈˌːˑ"
"""Phonemes without a length of their own."""


def steps(phoneme: str) -> int:
    """The length of a phoneme in the tiny voice."""
    if phoneme in MARKS or phoneme == "_":
        return 0
    return SPACE_STEPS if phoneme == " " else END_STEPS if phoneme in SILENT else SOUND_STEPS


def make_voice(folder: Path, name: str = "tiny", *, language: str = "en_US", speakers: int = 1, noise: float = 0.0,
               ceils: int = 1, level: float = 0.3) -> ModelFolder:
    """Writes a voice that speaks in tones, and its description."""
    tables = {sign: ids[0] for sign, ids in DEFAULT_PHONEME_ID_MAP.items()}
    lengths, pitches, levels = (np.zeros(256, np.float32) for _ in range(3))
    for sign, number in tables.items():
        lengths[number], levels[number] = steps(sign), 0 if sign in SILENT else level
        pitches[number] = 200 + 5 * number
    constants = {
        "lengths": lengths, "pitches": pitches, "levels": levels, "noise": np.float32(noise), "hop": np.float32(HOP),
        "turn": np.float32(2 * np.pi / VOICE_HZ), "zero": np.float32(0), "one": np.float32(1), "axis": np.array(0),
        "row": np.array([0]), "column": np.array([1]), "flat": np.array([-1]), "shape": np.array([1, 1, 1, -1]),
        "first": np.array([0]), "second": np.array([1]), "higher": 1 + 0.5 * np.arange(speakers, dtype=np.float32)}
    node = helper.make_node
    nodes = [
        node("Reshape", ["input", "flat"], ["ids"]),
        node("Gather", ["scales", "second"], ["slow"]), node("Gather", ["scales", "first"], ["lively"]),
        node("Gather", ["lengths", "ids"], ["usual"]), node("Mul", ["usual", "slow"], ["wanted"]),
        node("Ceil", ["wanted"], ["w_ceil"]), *(node("Ceil", ["wanted"], [f"other{index}"]) for index in range(ceils - 1)),
        node("CumSum", ["w_ceil", "axis"], ["summed"]), node("Mul", ["summed", "hop"], ["ends"]),
        node("ReduceMax", ["ends"], ["length"], keepdims=0), node("Range", ["zero", "length", "one"], ["places"]),
        node("Unsqueeze", ["places", "column"], ["down"]), node("Unsqueeze", ["ends", "row"], ["across"]),
        node("GreaterOrEqual", ["down", "across"], ["over"]), node("Cast", ["over"], ["passed"], to=TensorProto.FLOAT),
        node("ReduceSum", ["passed", "column"], ["counted"], keepdims=0),
        node("Cast", ["counted"], ["index"], to=TensorProto.INT64),
        node("Gather", ["ids", "index"], ["sounding"]), node("Gather", ["pitches", "sounding"], ["plain"]),
        node("Gather", ["higher", "sid" if speakers > 1 else "row"], ["factor"]),
        node("Mul", ["plain", "factor"], ["pitch"]), node("Mul", ["pitch", "places"], ["cycles"]),
        node("Mul", ["cycles", "turn"], ["phase"]), node("Sin", ["phase"], ["wave"]),
        node("Gather", ["levels", "sounding"], ["level"]), node("Mul", ["wave", "level"], ["tones"]),
        node("RandomNormalLike", ["tones"], ["random"]), node("Mul", ["random", "noise"], ["softly"]),
        node("Mul", ["softly", "lively"], ["hiss"]), node("Add", ["tones", "hiss"], ["sum"]),
        node("Reshape", ["sum", "shape"], ["output"]),
    ]
    inputs = [helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
              helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
              helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3])]
    inputs += [helper.make_tensor_value_info("sid", TensorProto.INT64, [1])] * (speakers > 1)
    graph = helper.make_graph(nodes, "tiny", inputs, [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
                              [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()])
    folder.mkdir(parents=True, exist_ok=True)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / f"{name}.onnx")
    config = {"audio": {"sample_rate": VOICE_HZ}, "espeak": {"voice": "de" if language == "de_DE" else "en-us"},
              "language": {"code": language}, "num_symbols": 256, "num_speakers": speakers, "hop_length": HOP,
              "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
              "speaker_id_map": {f"person{number}": number for number in range(speakers) if speakers > 1},
              "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8}}
    (folder / f"{name}.onnx.json").write_text(json.dumps(config), "utf-8")
    return ModelFolder(folder)
