"""The rules by which a photo is accepted: one table, from which the verdicts and their documentation come.

A rule has two borders. Beyond the first the photo is used and its owner told; beyond the second it is refused.
"""

from dataclasses import dataclass
from typing import Literal

from tasks.domain.photo import Finding, Verdict


@dataclass(frozen=True)
class Rule:
    """One check of a photo.

    Attributes:
        check: its name.
        measures: what the number is.
        unit: of the number.
        worse: on which side of its borders a number is bad.
        warn: the border to a warning; None for none.
        refuse: the border to a refusal; None for none.
        warning, refusal: what is said, '{value}' standing for the number with its unit.
        why: the reason for the borders.
    """

    check: str
    measures: str
    unit: str
    worse: Literal["below", "above"]
    warn: float | None
    refuse: float | None
    warning: str
    refusal: str
    why: str

    def threshold(self) -> str:
        """The borders in words."""
        said = [f"{verdict} {self.worse} {border:g}{_spaced(self.unit)}"
                for verdict, border in (("warned", self.warn), ("refused", self.refuse)) if border is not None]
        return ", ".join(said)

    def verdict(self, value: float) -> Verdict:
        """What the number means."""
        if self._beyond(value, self.refuse):
            return "refused"
        return "warned" if self._beyond(value, self.warn) else "passed"

    def judge(self, value: float, **also: object) -> Finding:
        """The finding for a number.

        Args:
            value: what was measured.
            also: further placeholders of the sentences.
        """
        verdict, shown = self.verdict(value), f"{value:.3g}{_spaced(self.unit)}"
        sentence = {"passed": f"{self.measures}: {shown}", "warned": self.warning, "refused": self.refusal}[verdict]
        return Finding(check=self.check, value=round(value, 3), unit=self.unit, threshold=self.threshold(), verdict=verdict,
                       sentence=sentence if verdict == "passed" else sentence.format(value=shown, **also))

    def _beyond(self, value: float, border: float | None) -> bool:
        return border is not None and (value < border if self.worse == "below" else value > border)


def _spaced(unit: str) -> str:
    """The unit as it stands behind a number."""
    return f" {unit}" if unit else ""


FACE = Rule(
    "face", "faces found", "", "below", None, 1, "",
    "no face is found: take a clear picture of one person who looks towards the camera, the whole head in it",
    "without a face nothing can speak; a product or a landscape is made an avatar with 'face: false'")
ALONE = Rule(
    "alone", "size of the next largest face against the chosen one", "", "above", 0.3, 0.6,
    "there is another, smaller face ({value} of this one's width): the largest is used, {places}",
    "there are several faces of similar size, {places}: choose one with its number, or crop the photo to one person",
    "bystanders far behind stay in the picture as they are; of two equals nobody but the owner knows who is meant")
HUMAN = Rule(
    "human", "how sure the detector of human faces is", "", "below", None, 0.5, "",
    "this is not taken for a human face (certainty {value}): animals cannot be made to speak; take a picture of a person,"
    " a clear one, or of a figure with a human face",
    "people and painted people measure 0.65 to 0.97, animals 0.0")
SIZE = Rule(
    "size", "width of the face", "px", "below", 96, 48,
    "the face is only {value} wide and will look soft: a photo with a face of at least 250 px is sharp",
    "the face is only {value} wide: take a larger photo, or one from closer by; 100 px is the least that looks bearable",
    "the portrait's face is about 430 px wide; enlarged more than 4.5 times it is soft, more than 9 times a blur")
TURNED = Rule(
    "turned", "how far the head looks to the side", "deg", "above", 28, 45,
    "the head is turned {value} to the side, so it will move less: a frontal photo moves best",
    "the head is turned {value} to the side: take a photo that looks towards the camera",
    "at 33 deg both eyes and the whole mouth are still seen; in profile there is no mouth to move")
NOD = Rule(
    "nod", "how far the head looks up or down", "deg", "above", 18, 30,
    "the head looks {value} up or down, so it will move less: hold the camera at the height of the eyes",
    "the head looks {value} up or down: hold the camera at the height of the eyes",
    "looking up shows nostrils, looking down hides lips and lids")
TILT = Rule(
    "tilt", "how far the head leans to its side", "deg", "above", 20, 40,
    "the head leans {value} to its side: straighten the photo if that is not meant",
    "the head leans {value} to its side: turn the photo so that the person is upright",
    "a leaning head of 18 deg moves well; a picture lying on its side is a mistake")

RULES = (FACE, ALONE, HUMAN, SIZE, TURNED, NOD, TILT)
"""Every rule, in the order in which a photo is examined."""
