"""The finished reel and its papers: render's result, the quality report, the manifest, the publication."""

from pydantic import Field

from tasks.domain.approval import Approval
from tasks.domain.avatar import Consent
from tasks.domain.base import Record
from tasks.domain.generation import GeneratedShow, TakeRecord
from tasks.domain.media import MediaFile
from tasks.domain.speech import Phoneme, Word

TAKES = "takes.jpg"
"""The contact sheet of takes, among the files for the reel's maker."""


class Film(Record):
    """The picture of the reel, complete but for its sound."""

    video: MediaFile = Field(description="mp4 without sound")
    cover: MediaFile
    cover_time_s: float
    frame_count: int
    engine: str
    version: str


class RenderedReel(Record):
    """What render gives."""

    video: MediaFile
    cover: MediaFile
    cover_time_s: float
    frame_count: int
    engine: str
    version: str


class Export(Record):
    """The reel as an edit, for an editing program."""

    files: dict[str, MediaFile] = Field(description="by path inside the export's folder, '/' between folders")
    engine: str
    version: str
    warnings: tuple[str, ...] = ()


class Measurement(Record):
    """One measured property of the finished file."""

    value: float | int | str | bool | None
    unit: str = ""
    threshold: str = Field(description="the rule in words, e.g. '-14 ± 0.5'")
    passed: bool


class MediaFacts(Record):
    """What a probe says of the finished file."""

    width: int
    height: int
    fps: float
    duration_s: float
    codecs: dict[str, str] = Field(description="'video' and 'audio' codec names")
    loudness_lufs: float
    true_peak_dbtp: float


class QualityReport(Record):
    """All measurements of a reel; it passes when each passes."""

    quality: dict[str, Measurement]
    media: MediaFacts
    version: str

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the measurements that failed, in order."""
        return tuple(name for name, measured in self.quality.items() if not measured.passed)


class StageRecord(Record):
    """Which engine did what, how long it took and what it cost."""

    name: str
    engine: str
    version: str
    seconds: float
    cached: bool
    cost_usd: float = 0.0
    downgraded_from: str | None = Field(default=None, description="the engine that was asked for, where another did it")


class ManifestScript(Record):
    """The approved text."""

    text: str = Field(description="canonical JSON of the script")
    sha256: str


class ManifestAvatar(Record):
    """The face."""

    name: str
    sha256: str


class ManifestVoice(Record):
    """The voice that a model was made to speak like."""

    name: str
    sha256: str
    consent: Consent


class Disclosure(Record):
    """What the viewer is told."""

    ai_generated: bool = True
    label: str | None = Field(description="the visible label; None when it was turned off")


class ManifestFile(Record):
    """One file of the finished set."""

    path: str
    sha256: str


class Manifest(Record):
    """reel.json: everything about a reel that somebody may ask later."""

    schema_version: int = Field(default=1, alias="schema")
    id: str = Field(description="first 16 hex digits of the content key")
    title: str
    seed: int
    variant: str | None = Field(default=None, description="id of the script's variant this reel is")
    brand: str | None = Field(default=None, description="the brand kit")
    script: ManifestScript
    approval: Approval
    avatar: ManifestAvatar
    consent: Consent
    cloned_voice: ManifestVoice | None = Field(default=None, description="whose voice was cloned, and by what right; null"
                                                                         " where nobody's was")
    disclosure: Disclosure
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    stages: tuple[StageRecord, ...]
    takes: tuple[TakeRecord, ...] = Field(default=(), description="films of the avatar that were generated, also those that"
                                                                  " were not kept")
    shows: tuple[GeneratedShow, ...] = Field(default=(), description="films that were generated for what beats show")
    quality: dict[str, Measurement]
    media: MediaFacts
    files: tuple[ManifestFile, ...]
    warnings: tuple[str, ...]


class FinishedSet(Record):
    """The files of a finished reel by the name they get in the output folder."""

    id: str
    slug: str = Field(description="title as a safe folder name part")
    files: dict[str, MediaFile] = Field(description="'reel.mp4', 'reel.json', 'captions.srt', …")
    edit: dict[str, MediaFile] = Field(default_factory=dict, description="files for an editing program by their path inside"
                                                                         " the folder 'edit'; never published")
    aside: dict[str, MediaFile] = Field(default_factory=dict, description="files for its maker alone, e.g. 'takes.jpg';"
                                                                          " never published")
    passed: bool = True
    failed_checks: tuple[str, ...] = ()

    @property
    def seen(self) -> dict[str, MediaFile]:
        """The files that its maker is shown."""
        return {**self.files, **self.aside}


class Publication(Record):
    """Where a finished set was handed to, once."""

    engine: str
    version: str
    key: str = Field(description="content key of the publication: the same reel is published once")
    location: str = Field(description="where it went, as the engine names places")
    repeated: bool = Field(default=False, description="true when an earlier publication of the same key was found")
