"""What `reels check` says of a video of a talking face."""

from typing import Literal

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.media import MediaFile

Verdict = Literal["passed", "failed", "not measured"]
"""How a measurement came out."""


class Finding(Record):
    """One measured property of a video."""

    name: str
    title: str = Field(description="the property in words")
    value: float | None = Field(description="None where it could not be measured")
    unit: str = ""
    threshold: str = Field(description="the rule in words, e.g. 'at least 0.5'")
    verdict: Verdict
    note: str = Field(default="", description="why it was not measured, or what belongs to the value")

    def as_fault(self) -> str:
        """It in words, e.g. 'skin flickers: 5.5 of 255, at most 2.5 wanted'."""
        value = "not measured" if self.value is None else f"{self.value:g} {self.unit}".strip()
        return f"{self.title}: {value}, {self.threshold} wanted"


class CheckReport(Record):
    """All findings about one video."""

    schema_version: int = Field(default=1, alias="schema")
    video: str = Field(description="name of the file")
    width: int
    height: int
    fps: float = Field(description="mean frame rate")
    duration_s: float
    compared_with: str = Field(description="the face that the film's face was compared with, in words")
    times_from: str = Field(description="where the times of the sounds come from, in words")
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = Field(default=(), description="what a reader of the figures should know")

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the findings that failed, in order."""
        return tuple(finding.name for finding in self.findings if finding.verdict == "failed")


class TakeReport(Record):
    """How good one take of the avatar is, its films as they came and its mouth as it is drawn."""

    findings: tuple[Finding, ...]
    cost: float = Field(description="sum of the squared faults, 0 is faultless")
    strip: MediaFile = Field(description="JPEG: moments of the take side by side")

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What a viewer would see."""
        return tuple(finding for finding in self.findings if finding.verdict == "failed")
