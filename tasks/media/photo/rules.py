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
    "what looks like a face here is not a human one (certainty {value}): animals cannot be made to speak; take a clear"
    " picture of a person, or of a figure with a human face",
    "people and painted people measure 0.65 to 0.97, animals and patterns 0")
SIZE = Rule(
    "size", "width of the face", "px", "below", 96, 64,
    "the face is only {value} wide and will look soft: a photo with a face of at least 250 px is sharp",
    "the face is only {value} wide: take a larger photo, or one from closer by; 100 px is the least that looks bearable",
    "a portrait's face is at least 390 px wide; enlarged more than 4 times it is soft, more than 6 times a blur")
TURNED = Rule(
    "turned", "how far the head is turned to the side", "deg", "above", 40, 55,
    "the head is turned {value} to the side, so it will move less: a frontal photo moves best",
    "the head is turned {value} to the side: take a photo that looks towards the camera",
    "at 50 deg (the Girl with a Pearl Earring) both eyes and the whole mouth are still seen; beyond there is half a mouth")
NOD = Rule(
    "nod", "how far the head looks up or down", "deg", "above", 16, 30,
    "the head looks {value} up or down, so it will move less: hold the camera at the height of the eyes",
    "the head looks {value} up or down: hold the camera at the height of the eyes",
    "level heads measure up to 8, heads bent by 25 deg 14 to 22, by 45 deg 33 to 42: nostrils show, or lids hide the eyes")
TILT = Rule(
    "tilt", "how far the head leans to its side", "deg", "above", 20, 40,
    "the head leans {value} to its side: straighten the photo if that is not meant",
    "the head leans {value} to its side: turn the photo so that the person is upright",
    "a head leaning 18 deg moves well; a picture lying on its side is a mistake")
CHIN_SEEN = Rule(
    "chin", "room below the chin, against the face's width", "", "below", 0.05, -0.01,
    "the chin touches the lower edge of the photo ({value} of the face's width below it): a photo with neck and shoulders"
    " looks better",
    "the chin is cut off ({value} of the face's width below it): take a photo with chin, neck and shoulders",
    "a chin that is not there cannot drop when the mouth opens")
FOREHEAD_SEEN = Rule(
    "forehead", "room above the forehead, against the face's width", "", "below", 0.2, -0.07,
    "the head touches the upper edge of the photo ({value} of the face's width above the forehead): a photo with all the"
    " hair looks better",
    "the forehead is cut off ({value} of the face's width above it): take a photo with the whole head",
    "a hairline just cut off is a common close portrait; a missing forehead is no portrait")
SIDES_SEEN = Rule(
    "sides", "room beside the face, against its width", "", "below", 0.0, -0.08,
    "the face touches the side of the photo ({value} of its width beside it): a photo with both ears looks better",
    "the side of the face is cut off ({value} of its width beside it): take a photo with the whole face",
    "a missing ear is borne, a missing cheek is not")
SHARP = Rule(
    "sharp", "steepness of edges around eyes and mouth", "", "below", 0.105, 0.07,
    "the face is a little blurred (sharpness {value}) and will look soft: a sharper photo looks better",
    "the face is blurred (sharpness {value}): hold the camera still and focus on the eyes",
    "the share of its range that an edge crosses within 1/256 of the face's width: sharp photos 0.17 to 0.35")
CLEAR = Rule(
    "clear", "how far lids and lips move when looked at again", "", "above", 0.045, 0.07,
    "lids and lips are not found for certain (they differ by {value} eye distances): look at the preview carefully",
    "lids and lips are not found at the same place twice ({value} eye distances apart): something hides a part of the face,"
    " or it is blurred or cut off; take a clear photo",
    "clear faces differ by up to 0.05, half faces, profiles and covered mouths by up to 0.3")
DARK = Rule(
    "dark", "brightness of the bright parts of the face", "of 255", "below", 75, 45,
    "the face is dark ({value}): a photo in brighter light looks better",
    "the face is too dark ({value}): take the photo in brighter light, or brighten it",
    "a dark skin in good light measures 123; faces exposed 3 stops too short 48 to 83, 5 stops 25 to 44")
BLOWN = Rule(
    "blown", "share of the face without any drawing left", "", "above", 0.15, 0.5,
    "parts of the face are blown out ({value} of it): a photo in softer light looks better",
    "the face is blown out ({value} of it): take the photo in softer light, or with a shorter exposure",
    "well exposed faces measure 0, those exposed a stop too long up to 0.38, two stops 0.65 and more")
EYES_OPEN = Rule(
    "eyes", "height of the eyes against their width", "", "below", 0.24, 0.15,
    "the eyes are nearly closed ({value}), so blinks will hardly show: a photo with open eyes looks better",
    "the eyes are closed ({value}): take a photo with open eyes, they cannot be made up",
    "open eyes measure 0.3 to 0.5, half closed ones 0.24 to 0.3, closed ones up to 0.12")
GLASSES = Rule(
    "glasses", "brightness of the eyes against the skin", "", "below", 0.5, None,
    "dark glasses hide the eyes ({value} of the skin's brightness), which will neither blink nor look around: a photo"
    " without them is livelier", "",
    "behind dark glasses there is nothing to move; a speaking face with sunglasses is fine all the same")
MOUTH = Rule(
    "mouth", "signs of a mouth", "", "below", None, 1.4, "",
    "something covers the mouth (signs of a mouth: {value}): take a photo with hands, mask, scarf and cup away from it",
    "seen mouths measure 1.9 to 3, covered ones up to 0.9 and hardly more")

RULES = (FACE, ALONE, HUMAN, SIZE, TURNED, NOD, TILT, CHIN_SEEN, FOREHEAD_SEEN, SIDES_SEEN, SHARP, CLEAR, DARK, BLOWN,
         EYES_OPEN, GLASSES, MOUTH)
"""Every rule, in the order in which a photo is examined."""
