"""What a video of a talking face must reach, and which measurement says so.

`docs/quality.md` shows this table. "Drawn" is what the three avatars, three paintings and a photo score, the rest what their
films score once spoilt on purpose; `python -m benchmarks.measure_portraits` prints both.
"""

from dataclasses import dataclass

from tasks.domain.check import Finding


@dataclass(frozen=True)
class Rule:
    """One property, and between which values it must lie.

    Attributes:
        low, high: what is still good; None where there is no limit on that side.
        digits: decimals shown.
        means: what a viewer sees of it.
        source: the measurement or standard behind the limit.
    """

    name: str
    title: str
    unit: str
    low: float | None
    high: float | None
    digits: int
    means: str
    source: str

    @property
    def threshold(self) -> str:
        """The limits in words."""
        low, high = (None if limit is None else f"{limit:g}" for limit in (self.low, self.high))
        if low and high:
            return f"{low} to {high}"
        return f"at least {low}" if low else f"at most {high}"

    def judge(self, value: float, note: str = "") -> Finding:
        """The finding for a measured value; the value as shown is the one that counts."""
        shown = round(value, self.digits)
        passed = (self.low is None or shown >= self.low) and (self.high is None or shown <= self.high)
        return Finding(name=self.name, title=self.title, value=shown, unit=self.unit, threshold=self.threshold,
                       verdict="passed" if passed else "failed", note=note)

    def unmeasured(self, why: str) -> Finding:
        """The finding where there is no value."""
        return Finding(name=self.name, title=self.title, value=None, unit=self.unit, threshold=self.threshold,
                       verdict="not measured", note=why)


RULES = (
    Rule("face_seen", "a face is seen", "%", 25, None, 0, "part of the film in which the face is found and followed",
         "cutaways take up to two thirds of our own reels"),
    Rule("av_offset", "sound before mouth", "ms", -40, 40, 0,
         "positive: the sound comes first; viewers notice from +45 and -125 ms",
         "ITU-R BT.1359-1, stricter on the late side; drawn -31 to 19, sound moved by 120 ms 137 and -103"),
    Rule("av_correlation", "mouth follows the voice", "", 0.5, None, 2,
         "correlation of mouth and speech level at the best offset",
         "drawn 0.54 to 0.84, another text's mouth 0.30"),
    Rule("mouth_range", "mouth moves", "eye distances", 0.05, None, 3,
         "5th to 95th percentile of its opening: a still mouth on a moving head correlates too",
         "drawn 0.095 to 0.171, still mouth 0.002"),
    Rule("bilabials_closed", "lips meet on p, b, m", "%", 95, None, 0, "share of these sounds on which lips meet",
         "drawn 97 to 100, another text's mouth 41"),
    Rule("pause_opening", "mouth in pauses", "%", None, 35, 0, "mean opening in pauses over 0.3 s, of that while speaking",
         "drawn 1 to 20, another text's mouth 100"),
    Rule("blink_rate", "blinks", "a minute", 8, 25, 1, "how often the eyes close",
         "Bentivoglio et al. 1997: reading 5, at rest 17, in conversation 26; drawn 10 to 16"),
    Rule("blink_completeness", "eyes close in a blink", "%", 50, None, 0, "how far the lids close, median of the blinks",
         "drawn 65 to 88"),
    Rule("blink_closing", "lids fall in", "s", 0.02, 0.2, 3, "median time from open to closed", "drawn 0.05 to 0.07"),
    Rule("blink_opening", "lids rise in", "s", 0.03, 0.4, 3, "median time from closed to open", "drawn 0.06 to 0.11"),
    Rule("yaw_range", "head turns", "degrees", 2, 30, 1, "5th to 95th percentile", "drawn 2.9 to 5.8, still 0.3"),
    Rule("pitch_range", "head nods", "degrees", 2, 25, 1, "5th to 95th percentile", "drawn 2.3 to 6.9, still 0.1"),
    Rule("roll_range", "head tilts", "degrees", 2, 6, 1, "5th to 95th percentile", "drawn 2.4 to 4.6, still 0.1"),
    Rule("head_jitter", "head trembles", "‰ of eye distance", None, 5, 1, "what a smooth movement leaves unexplained",
         "drawn 1.3 to 3.9, shaken by 1 pixel of 540 7.5"),
    Rule("coherence", "pictures follow on each other", "of 255", None, 2.4, 2,
         "95th percentile of the flow-warped error of the face",
         "drawn 1.0 to 1.8, still 0, another face at 20 % 2.3, at 40 % 4.8, boiling texture 3.0"),
    Rule("flicker", "skin flickers", "of 255", None, 2.5, 2, "95th percentile of its change against both neighbours",
         "drawn 0.6 to 1.7, brightness jumping by 2 levels 5.6"),
    Rule("identity_looks", "face looks like itself", "", 0.9, None, 3,
         "correlation of brows, eyes, nose and cheeks, the 10th percentile",
         "drawn 0.95 to 0.99, still 0.99, a face melting by a fifth 0.87, another face at 40 % 0.87"),
    Rule("identity_shape", "face keeps its shape", "eye distances", None, 0.015, 4,
         "distance of its points from the reference's, the 90th percentile",
         "drawn 0.004 to 0.011, still 0.005, melting by a tenth 0.014, by a fifth 0.025"),
    Rule("background", "background moves by itself", "px of 1080", None, 0.6, 2,
         "movement in a quarter of a second, without the camera's, 75th percentile",
         "drawn 0.1 to 0.5, still 0, swaying with the head by 10 pixels of 540 0.65, boiling 3.1"),
    Rule("sharpness", "detail of the portrait kept", "%", 60, None, 0, "fine detail of the face, of the portrait's",
         "drawn 97 to 200, out of focus by 1 pixel of 540 52"),
    Rule("black_run", "longest black stretch", "s", None, 0.1, 2, "pictures without light", "a cut may show one"),
    Rule("frozen_run", "longest frozen stretch", "s", None, 0.5, 2, "pictures that do not change",
         "drawn 0 to 0.1, still: all of it"),
)
"""Every property, in the order of the report."""

BY_NAME = {rule.name: rule for rule in RULES}

LEAST_FACE_PX = 48
"""Width of a face below which mouth and lids have too few pixels to be measured."""
LEAST_BLINK_FILM_S = 8.0
"""A shorter film may hold no blink though its rate is right."""
TRUSTED_CORRELATION = 0.3
"""Below it a best offset means nothing; a mouth with another text's curves reaches 0.25."""
LEAST_MATCH = 0.8
"""Correlation from which a film's sound is taken for the reference voice's own."""
FROZEN_CHANGE = 0.02
"""Mean change of 255 below which two frames are taken for one; see `LEAST_CHANGE` in `thresholds.py`."""
