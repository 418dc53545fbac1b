"""Photo checks on pictures whose fault is known: each is found, and the plain picture has none."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.photo import Finding
from tasks.media.photo.examination import examine
from tasks.media.photo.open_photo import Photo
from tasks.media.photo.rules import RULES
from tasks.media.rig.model import load_image
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_RIGHT,
    FOREHEAD,
    JAW_LINE,
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    LOWER_LIP_OUTER,
    NOSE_BRIDGE,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)

Picture = NDArray[np.uint8]
Person = tuple[Picture, NDArray[np.float32]]
Examine = Callable[..., dict[str, Finding]]
MEDIA = Path(__file__).parents[3] / "examples" / "media"
NEAR_PX = 2.0
"""How far landmarks may be from those of the rig, which was made from a picture twice as large."""


def refused(findings: dict[str, Finding]) -> set[str]:
    """Names of the checks that refuse."""
    return {name for name, finding in findings.items() if finding.verdict == "refused"}


def turned(image: Picture, points: NDArray[np.float32], degrees: float) -> Picture:
    """Turned about the face."""
    x, y = points[[FOREHEAD, CHIN], :2].mean(axis=0)
    matrix = cv2.getRotationMatrix2D((float(x), float(y)), degrees, 1.0)
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)


def covered(image: Picture, outline: NDArray[np.float32], colour: tuple[int, int, int]) -> Picture:
    """With a polygon of one colour drawn over it."""
    return np.asarray(cv2.fillPoly(image.copy(), [np.round(outline).astype(np.int32)], colour, cv2.LINE_AA), np.uint8)


class TestPlainPicture:
    def test_every_rule_is_asked_in_order_and_passed(self, plain: dict[str, Finding]) -> None:
        """One finding a rule, also for what is fine."""
        assert list(plain) == [rule.check for rule in RULES]
        assert {finding.verdict for finding in plain.values()} == {"passed"}

    def test_landmarks_are_those_of_the_rig(self, mei: Person) -> None:
        """The face that is meant, in pixels of the photo."""
        examination = examine(Photo("mei.png", mei[0]))
        assert examination.landmarks is not None
        assert not examination.refused
        assert np.abs(examination.landmarks[:, :2] - mei[1][:, :2]).mean() < NEAR_PX


class TestNoPerson:
    @pytest.mark.parametrize("level", [0, 127, 255])
    def test_plain_colour_has_no_face(self, level: int, findings_of: Examine) -> None:
        """One finding, and no landmarks."""
        assert refused(findings_of(np.full((300, 240, 3), level, np.uint8))) == {"face"}

    def test_pattern_like_a_face_is_not_human(self, findings_of: Examine) -> None:
        """The mesh takes the bars of a window for a face, the detector does not; lips and lids are not looked for."""
        findings = findings_of(load_image(MEDIA / "window.jpg")[0])
        assert refused(findings) == {"human"}
        assert "mouth" not in findings

    def test_scribbled_face_is_refused(self, findings_of: Examine) -> None:
        """A smile of two lines has no lips that could move."""
        picture = np.full((400, 400, 3), (150, 170, 160), np.uint8)
        cv2.ellipse(picture, (200, 200), (110, 130), 0, 0, 360, (70, 95, 130), -1, cv2.LINE_AA)
        for sign in (-1, 1):
            cv2.circle(picture, (200 + sign * 52, 180), 18, (90, 200, 190), -1, cv2.LINE_AA)
            cv2.circle(picture, (200 + sign * 52, 180), 12, (15, 15, 15), -1, cv2.LINE_AA)
            cv2.ellipse(picture, (200 + sign * 18, 262), (18, 16), 0, 0, 180, (20, 25, 30), 2, cv2.LINE_AA)
        assert refused(findings_of(picture))


@pytest.fixture(scope="module")
def pair(mei: Person) -> Picture:
    """The same person twice, the second three quarters as large."""
    small = cv2.resize(mei[0], None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    ground = np.full((len(mei[0]), small.shape[1], 3), 128, np.uint8)
    ground[-len(small):] = small
    return np.hstack([mei[0], ground])


class TestSeveralFaces:
    def test_two_alike_are_refused_with_their_places(self, pair: Picture, findings_of: Examine) -> None:
        """The sentence says how many there are and where."""
        finding = findings_of(pair)["alone"]
        assert finding.verdict == "refused"
        assert finding.value == pytest.approx(0.75, abs=0.03)
        assert "face 1 at" in finding.sentence
        assert "face 2 at" in finding.sentence

    def test_chosen_face_is_taken(self, pair: Picture) -> None:
        """Counted from the left; the landmarks are that one's."""
        examination = examine(Photo("pair.png", pair), face=2)
        assert not examination.refused
        assert examination.landmarks is not None
        assert examination.landmarks[:, 0].mean() > 540

    def test_face_that_is_not_there_is_an_error(self, mei: Person) -> None:
        """With the number of those there are."""
        with pytest.raises(AvatarError, match="no face 2 in the photo 'mei.png': 1 found"):
            examine(Photo("mei.png", mei[0]), face=2)


class TestShape:
    @pytest.mark.parametrize(("degrees", "verdict"), [(12, "passed"), (30, "warned"), (60, "refused")])
    def test_leaning_head_is_measured(self, degrees: float, verdict: str, mei: Person, findings_of: Examine) -> None:
        """The number is the angle."""
        finding = findings_of(turned(*mei, degrees))["tilt"]
        assert finding.verdict == verdict
        assert finding.value == pytest.approx(degrees, abs=3)

    @pytest.mark.parametrize("quarter", [1, 2, 3])
    def test_lying_picture_is_told_to_be_turned(self, quarter: int, mei: Person, findings_of: Examine) -> None:
        """Nobody should read that this is no human face."""
        findings = findings_of(np.rot90(mei[0], quarter))
        assert "tilt" in refused(findings)
        assert "human" not in refused(findings)

    @pytest.mark.parametrize(("width_px", "verdict"), [(40, "refused"), (80, "warned")])
    def test_small_face_is_measured(self, width_px: float, verdict: str, mei: Person, findings_of: Examine) -> None:
        """The number is its width in pixels."""
        zoom = width_px / 216
        finding = findings_of(cv2.resize(mei[0], None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA))["size"]
        assert finding.verdict == verdict
        assert finding.value == pytest.approx(width_px, rel=0.08)

    def test_missing_chin_is_found(self, mei: Person, findings_of: Examine) -> None:
        """Cut half way between lip and chin."""
        cut = int((mei[1][LOWER_LIP_OUTER[5], 1] + mei[1][CHIN, 1]) / 2)
        assert "chin" in refused(findings_of(mei[0][:cut]))

    def test_missing_forehead_is_found(self, mei: Person, findings_of: Examine) -> None:
        """Cut a third of the way down the face."""
        cut = int(mei[1][FOREHEAD, 1] * 0.7 + mei[1][NOSE_BRIDGE, 1] * 0.3)
        assert "forehead" in refused(findings_of(mei[0][cut:]))

    def test_missing_side_is_found(self, mei: Person, findings_of: Examine) -> None:
        """Four fifths of the face are left."""
        cut = int(mei[1][FACE_LEFT, 0] * 0.2 + mei[1][FACE_RIGHT, 0] * 0.8)
        assert "sides" in refused(findings_of(mei[0][:, :cut]))


class TestLook:
    def test_blurred_face_is_found(self, mei: Person, plain: dict[str, Finding], findings_of: Examine) -> None:
        """Blurred by a thirtieth of its width, and less sharp than it was."""
        finding = findings_of(cv2.GaussianBlur(mei[0], (0, 0), 7))["sharp"]
        assert finding.verdict == "refused"
        assert finding.value is not None
        assert finding.value < 0.5 * (plain["sharp"].value or 0)

    def test_shaken_face_is_found(self, mei: Person, findings_of: Examine) -> None:
        """Blurred in one direction only, sharp in the other."""
        kernel = np.zeros((27, 27), np.float32)
        kernel[13] = 1 / 27
        assert "sharp" in refused(findings_of(cv2.filter2D(mei[0], -1, kernel)))

    def test_dark_face_is_found(self, mei: Person, findings_of: Examine) -> None:
        """A sixth of the brightness, numbers as they stand in the file."""
        finding = findings_of((mei[0] / 6).astype(np.uint8))["dark"]
        assert finding.verdict == "refused"
        assert finding.value == pytest.approx(215 / 6, abs=3)

    def test_blown_out_face_is_found(self, mei: Person, findings_of: Examine) -> None:
        """Twice as bright, all that was over 127 is full."""
        assert "blown" in refused(findings_of(np.clip(mei[0].astype(int) * 2, 0, 255).astype(np.uint8)))

    def test_mask_over_the_mouth_is_found(self, mei: Person, findings_of: Examine) -> None:
        """From the nose over the chin."""
        points = mei[1][:, :2]
        outline = np.vstack([points[[132, 4, 361]], points[list(JAW_LINE)][::-1]])
        assert "mouth" in refused(findings_of(covered(mei[0], outline, (190, 180, 150))))

    def test_dark_glasses_are_a_warning(self, mei: Person, findings_of: Examine) -> None:
        """A face that speaks behind them is fine, but will not blink."""
        picture = mei[0]
        for eye in (LEFT_EYE_UPPER + LEFT_EYE_LOWER, RIGHT_EYE_UPPER + RIGHT_EYE_LOWER):
            middle = mei[1][list(eye), :2].mean(axis=0)
            circle = cv2.ellipse2Poly((round(float(middle[0])), round(float(middle[1]))), (44, 32), 0, 0, 360, 10)
            picture = covered(picture, circle, (24, 20, 18))
        findings = findings_of(picture)
        assert findings["glasses"].verdict == "warned"
        assert refused(findings) == set()

    def test_closed_eyes_are_found(self, mei: Person, findings_of: Examine) -> None:
        """Lids drawn over the eyes in the colour of the skin, a dark line of lashes at their lower edge."""
        picture = mei[0]
        for upper, lower in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)):
            edge = mei[1][list(lower), :2]
            lid = np.vstack([mei[1][list(upper), :2] - np.array([0, 4]), edge[::-1] + np.array([0, 1])])
            below = picture[int(edge[4, 1]) + 12, int(edge[3, 0]):int(edge[5, 0])]
            picture = covered(picture, lid, tuple(int(level) for level in np.median(below, axis=0)))
            cv2.polylines(picture, [np.round(edge).astype(np.int32)], False, (30, 35, 50), 3, cv2.LINE_AA)
        finding = findings_of(cv2.GaussianBlur(picture, (0, 0), 0.7))["eyes"]
        assert finding.verdict != "passed"
