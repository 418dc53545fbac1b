"""Where overlays stand."""

import pytest

from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage
from tasks.domain.timeline import SEAM_PX
from tasks.overlays.lanes import View, view_of
from tasks.overlays.look import Level, TextLook
from tasks.overlays.placement import GAP_PX, Placed, Screen, free_bands, overlap, place
from tasks.overlays.setting import Block
from tasks.overlays.timed import Timed

ZONE = Box(x0=65, y0=220, x1=888, y1=1440)
LABEL = Box(x0=65, y0=220, x1=270, y1=265)
CAPTION = CaptionPage(start_s=1.0, end_s=2.0, words=(), box=Box(x0=200, y0=1165, x1=880, y1=1395))
MOUTH, FACE = Box(x0=400, y0=920, x1=690, y1=1160), Box(x0=330, y0=630, x1=750, y1=1110)
LOOK = TextLook(template="x", levels=(Level(font="title", size_px=80, least_px=40, lines=2),), widest_px=600, places=(0.2,),
                places_on_pictures=(0.4,), reach=0.1, enter_s=0.3, leave_s=0.2)
SCREEN = Screen(ZONE, (CAPTION,), (LABEL,), mouth=MOUTH, face=FACE)


def block(width: float, height: float) -> Block:
    """A block of a size."""
    box = Box(x0=0, y0=0, x1=width, y1=height)
    return Block((), box, box)


def placed(*sizes: tuple[float, float], view: View = "avatar", screen: Screen = SCREEN, look: TextLook = LOOK,
           frames: tuple[int, int] = (36, 50)) -> Placed | None:
    """A text of some sizes at its place, by default while the caption is seen."""
    return place([block(*size) for size in sizes], look, Timed("title", *frames, "x"), view, screen)


def box_of(found: Placed | None) -> Box:
    assert found
    return found.block.box


class TestFreeBands:
    def test_are_what_obstacles_leave(self) -> None:
        """With a gap above and below each; what stands beside counts not."""
        boxes = [Box(x0=0, y0=400, x1=200, y1=500), Box(x0=700, y0=800, x1=800, y1=900)]
        assert free_bands(ZONE, boxes, 100, 300) == [(220, 400 - GAP_PX), (500 + GAP_PX, 1440)]

    def test_overlapping_obstacles_are_one(self) -> None:
        """No band between them."""
        boxes = [Box(x0=0, y0=300, x1=200, y1=600), Box(x0=0, y0=500, x1=200, y1=1500)]
        assert free_bands(ZONE, boxes, 100, 300) == [(220, 300 - GAP_PX)]


class TestPlace:
    def test_takes_its_place_if_it_is_free(self) -> None:
        """Its middle is where the look says, on the picture's middle."""
        assert box_of(placed((400, 100))) == Box(x0=340, y0=334, x1=740, y1=434)

    def test_moves_as_far_as_needed(self) -> None:
        """A higher and wider one begins right below the label, and ends above the brows."""
        found = box_of(placed((600, 320)))
        assert found.y0 == LABEL.y1 + GAP_PX
        assert found.y1 < FACE.y0

    def test_is_set_smaller_before_it_covers_the_face(self) -> None:
        """The largest size that leaves the face free."""
        found = placed((600, 500), (500, 400), (400, 300))
        assert found
        assert not found.on_face
        assert found.block.box.y1 - found.block.box.y0 == 300

    def test_covers_brows_before_captions(self) -> None:
        """Without other room the face gives way, the mouth not, at full size again."""
        found = placed((600, 500))
        assert found
        assert found.on_face
        assert not overlap(found.block.box, MOUTH)

    def test_takes_no_place_that_captions_need(self) -> None:
        """There is none: the caller hears of it."""
        assert placed((600, 960)) is None

    def test_captions_of_another_time_do_not_count(self) -> None:
        """Where a caption was or will be there is room."""
        look = LOOK.model_copy(update={"places": (0.67,)})
        found = box_of(placed((400, 200), look=look, frames=(90, 120)))
        assert overlap(found, CAPTION.box)

    @pytest.mark.parametrize("logo", [Box(x0=748, y0=220, x1=888, y1=360), Box(x0=65, y0=281, x1=205, y1=420)])
    def test_keeps_clear_of_the_logo(self, logo: Box) -> None:
        """In either corner."""
        screen = Screen(ZONE, (CAPTION,), (LABEL,), logo=logo, mouth=MOUTH, face=FACE)
        assert not overlap(box_of(placed((690, 120), screen=screen)), logo)

    def test_a_picture_alone_leaves_room_for_the_middle(self) -> None:
        """No face to spare: it goes to the place the look names for pictures."""
        found = box_of(placed((400, 100), view="full"))
        assert (found.y0 + found.y1) / 2 == pytest.approx(0.4 * 1920)

    def test_a_split_screen_keeps_the_avatar_free(self) -> None:
        """The text stands between seam and captions."""
        found = box_of(placed((400, 100), view="split"))
        assert found.y0 > SEAM_PX
        assert found.y1 < CAPTION.box.y0

    def test_tries_places_in_order(self) -> None:
        """Under the captions if there is room, else the next place."""
        look = LOOK.model_copy(update={"places": (0.73, 0.16), "reach": 0.03, "align": "left"})
        assert box_of(placed((300, 100), look=look)).y0 == LABEL.y1 + GAP_PX
        high = CAPTION.model_copy(update={"box": Box(x0=200, y0=1165, x1=880, y1=1300)})
        below = box_of(placed((300, 100), look=look, screen=Screen(ZONE, (high,), (LABEL,), mouth=MOUTH, face=FACE)))
        assert (below.x0, below.y0) == (ZONE.x0, pytest.approx(0.73 * 1920 - 50, abs=20))

    def test_end_card_needs_no_room_for_what_is_veiled(self) -> None:
        """Face and logo are gone then."""
        screen = Screen(ZONE, (), (LABEL,), logo=Box(x0=65, y0=281, x1=888, y1=1440), mouth=MOUTH, face=FACE)
        look = LOOK.model_copy(update={"places": (0.43,), "places_on_pictures": ()})
        found = box_of(placed((600, 600), view="card", screen=screen, look=look))
        assert (found.y0 + found.y1) / 2 == pytest.approx(0.43 * 1920, abs=1)


class TestView:
    @pytest.mark.parametrize(("pictures", "view"), [
        ([], "avatar"), ([("full", 0, 100)], "full"), ([("full", 0, 20), ("full", 20, 60)], "full"),
        ([("full", 30, 60)], "avatar"), ([("split", 0, 100)], "split"), ([("split", 60, 100)], "avatar"),
    ])
    def test_is_what_lies_under_the_text(self, pictures: list[tuple[str, int, int]], view: str) -> None:
        """A text of frames 10 to 50 over pictures."""
        under = [Timed("image", start, stop, media="a", layout=layout) for layout, start, stop in pictures]  # type: ignore[arg-type]
        assert view_of(Timed("title", 10, 50, "x"), under) == view
