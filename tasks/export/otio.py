"""OpenTimelineIO: the edit as one JSON file that several editing programs open.

What the programs read decides what is written. Kdenlive's importer finds media by paths relative to the file, takes the size
of the picture from the media of the upper tracks, skips generators, reads a marker's comment rather than its name, counts
the time of a clip's marker otherwise than the format does, and joins any two clips around a transition, even across a gap.
Resolve wants paths without `file://`. So every clip names real media beside the file, all pictures of the reel's size; texts
are media with transparency; markers stand on the timeline; soft cuts are told in metadata instead of as transitions.

Source: OpenTimelineIO 0.18, https://opentimelineio.readthedocs.io; `otioimport.cpp` of Kdenlive 25.04; issue 1985 of
OpenTimelineIO on paths.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import opentimelineio as otio  # type: ignore[import-untyped]

from tasks.domain.timeline import FPS
from tasks.export.edit import Edit, Facts, Item, Track

FILE = "reel.otio"
"""What the file is called."""
NAMESPACE = "avatar_reels"
"""Under which name our facts stand among the metadata of others."""
KINDS = {"video": "Video", "audio": "Audio"}
"""Kinds of tracks as the format calls them."""
MARKER_COLOUR = "CYAN"
"""Colour of the markers."""


class OtioExport:
    """The export engine: one OpenTimelineIO file."""

    name: ClassVar[str] = "otio"
    version: ClassVar[str] = "1"

    def write(self, edit: Edit) -> dict[str, str]:
        """The edit's documents: name -> text. The same edit always gives the same text."""
        timeline = otio.schema.Timeline(name=edit.name, global_start_time=_time(0), metadata=_facts(edit.facts))
        timeline.tracks.markers.extend(_marker(item) for track in edit.tracks if track.marked for item in track.items)
        timeline.tracks.extend(_track(track, edit.frames) for track in edit.tracks)
        return {FILE: str(timeline.to_json_string(indent=2)) + "\n"}


def _track(track: Track, frames: int) -> Any:
    """A track filled with gaps up to the length of the reel."""
    made, reached = otio.schema.Track(name=track.name, kind=KINDS[track.kind]), 0
    for item in track.items:
        if item.start > reached:
            made.append(otio.schema.Gap(source_range=_range(0, item.start - reached)))
        made.append(_clip(item))
        reached = item.stop
    if reached < frames:
        made.append(otio.schema.Gap(source_range=_range(0, frames - reached)))
    return made


def _clip(item: Item) -> Any:
    source = _range(item.media_start, item.stop - item.start)
    media = otio.schema.ExternalReference(target_url=item.media, available_range=_range(0, item.media_frames))
    media.name = item.media.rpartition("/")[2]
    return otio.schema.Clip(name=item.name, media_reference=media, source_range=source, metadata=_facts(item.facts))


def _marker(item: Item) -> Any:
    return otio.schema.Marker(name=item.name, marked_range=_range(item.start, item.stop - item.start), color=MARKER_COLOUR,
                              comment=item.name)


def _facts(facts: Facts) -> Mapping[str, Any]:
    return {NAMESPACE: dict(facts)} if facts else {}


def _range(start: int, frames: int) -> Any:
    return otio.opentime.TimeRange(_time(start), _time(frames))


def _time(frame: int) -> Any:
    return otio.opentime.RationalTime(frame, FPS)
