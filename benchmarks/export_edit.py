"""How much an export costs, and whether its tracks, laid over each other again, are the reel.

    python -m benchmarks.export_edit [SCRIPT] [--avatar NAME]

Prints the processor time of the stage for each frame of the reel, and for some frames how far the tracks are from the
picture of the reel, both as an H.264 file has them (PSNR). A frame on which a cutaway comes or goes softly differs more:
the edit cuts hard.
"""

from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
from numpy.typing import NDArray

from benchmarks.cpu_time import processor_s
from benchmarks.reel_inputs import ReelInputs, make_inputs, read_arguments
from tasks.domain.reel import Export, Film
from tasks.export.task import export
from tasks.footage.task import gather
from tasks.render.task import film
from tasks.sound.task import sound

FRAMES = 12
"""Frames compared."""


def main() -> None:
    """Exports a reel and prints what it cost and how close it is."""
    arguments = read_arguments(__doc__ or "")
    inputs = make_inputs(arguments.script, arguments.avatar)
    plan = inputs.plan.model_copy(update={"export": True, "engines": {**inputs.plan.engines, "export": "otio"}})
    overlays, captions = inputs.overlays, inputs.captions
    if plan.media and not overlays.inserts:
        overlays = overlays.dressed(gather.fn(plan, inputs.speech, overlays))
    drawn: Film = film.fn(plan, inputs.performance, captions, overlays)
    heard = sound.fn(plan, inputs.speech, inputs.alignment, overlays)
    before_s = processor_s()
    edit: Export = export.fn(plan, inputs.performance, inputs.speech, inputs.alignment, captions, overlays, heard, drawn)
    spent_s, count = processor_s() - before_s, drawn.frame_count
    print(f"{count} frames, {spent_s:.1f} s of processor time, {1000 * spent_s / count:.0f} ms a frame")
    timeline = otio.adapters.read_from_file(str(inputs.store.path(edit.files["reel.otio"])))
    for index in np.linspace(0, count - 1, FRAMES).astype(int).tolist():
        error = laid_over(timeline, edit, inputs, index) - picture(inputs.store.path(drawn.video), index)[..., :3]
        print(f"frame {index:5d}: {10 * np.log10(255**2 / np.mean(error**2)):.1f} dB")


def laid_over(timeline: Any, edit: Export, inputs: ReelInputs, index: int) -> NDArray[np.float64]:
    """What the video tracks show on a frame: (height, width, 3), 0 to 255."""
    instant, seen = otio.opentime.RationalTime(index, timeline.duration().rate), np.zeros(())
    for track in timeline.tracks:
        clip = track.child_at_time(instant)
        if track.kind == otio.schema.TrackKind.Video and isinstance(clip, otio.schema.Clip):
            media = inputs.store.path(edit.files[clip.media_reference.target_url])
            over = picture(media, round(track.transformed_time(instant, clip).value))
            seen = seen * (1 - over[..., 3:] / 255) + over[..., :3] * over[..., 3:] / 255
    return seen


def picture(path: Path, index: int) -> NDArray[np.float64]:
    """A frame of a film: (height, width, 4) RGBA, 0 to 255."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(int(index / 30 / stream.time_base), stream=stream)
        frame = next(frame for frame in container.decode(stream) if frame.time >= index / 30 - 1e-4)
        return frame.to_ndarray(format="rgba").astype(float)


if __name__ == "__main__":
    main()
