"""The note that lies beside an edit: what is in the folder, and how to open it."""

from collections.abc import Sequence

from tasks.domain.timeline import FPS
from tasks.export.edit import Edit

README = "README.txt"
"""What the file is called."""

NOTE = """{title}

This folder holds a reel as an edit: every part by itself, and reel.otio, which puts them together.
{width_px} x {height_px} pixels, {fps} frames a second, {frames} frames ({seconds:.2f} seconds).

Keep the folder together: reel.otio names its files by their place beside it.

DaVinci Resolve (18.5 or newer, free or Studio)
    File > Import > Timeline, choose reel.otio. The file does not say how large the picture is: set the timeline's
    resolution to {width_px} x {height_px} in that window, or in the project's settings before.
    captions.srt can be imported as a subtitle track instead of the track "Captions".

Kdenlive (25.04 or newer)
    File > OpenTimelineIO Import, choose reel.otio. The size of the picture is taken from the footage.

Adobe Premiere Pro (25.6 or newer)
    File > Import, choose reel.otio. If it asks where the media are, show it this folder.
    captions.srt can be imported and dragged onto the sequence as captions.

Tracks, from the bottom up
{tracks}

Cutaways are cut hard; where the reel goes softly, their metadata say for how many frames. A file named "source" is the
picture or film itself, for another crop. Titles, captions and label are films with transparency (ProRes 4444, straight
alpha): what they say is in their names. The sounds are as loud as in the reel; together they are its sound before the
limiter. If you show the result to others, keep the label: it says that the speaker is generated.

Files
{files}
"""
"""The note; the names in braces are filled in."""


def readme(edit: Edit, files: Sequence[str]) -> str:
    """The note for an edit and the files beside it."""
    tracks = "\n".join(f"    {track.name} ({track.kind}): {len(track.items)} item{'' if len(track.items) == 1 else 's'}"
                       for track in edit.tracks)
    return NOTE.format(title=edit.name, width_px=edit.facts["width_px"], height_px=edit.facts["height_px"], fps=FPS,
                       frames=edit.frames, seconds=edit.frames / FPS, tracks=tracks,
                       files="\n".join(f"    {name}" for name in sorted(files)))
