"""Where a model runs, by the memory found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import FixMachine
from tasks.generation.card import SPARE_BYTES, Card, concerns, need, place, told
from tasks.runtime.tuning import Tuning

GIB = 1 << 30
PARTS = {"text_encoder": 5 * GIB, "transformer": 2 * GIB, "vae": GIB // 10}
"""Numbers of the parts of a model; in half precision 10, 4 and 0.2 GiB."""
SMALL, LARGE = 64 * 64 * 9, 576 * 1024 * 121
"""Pixels of a film."""


def card(free_gib: float, *, bfloat16: bool = True) -> Card:
    """A graphics card."""
    return Card("a card", int(free_gib * GIB), bfloat16)


class TestPlace:
    def test_all_is_there_where_there_is_room(self) -> None:
        """14.2 GiB of weights and one to spare."""
        assert place(card(15.3), PARTS, SMALL, Tuning()) == ("cuda", "bfloat16", "none", False, True)

    def test_parts_take_turns_where_they_do_not_fit_together(self) -> None:
        """The largest is 10 GiB."""
        assert place(card(12), PARTS, SMALL, Tuning()).offload == "model"

    def test_layers_take_turns_where_no_part_fits(self) -> None:
        found = place(card(6), PARTS, SMALL, Tuning())
        assert (found.offload, found.tiled, found.fits) == ("layers", True, True)

    def test_large_film_is_decoded_in_tiles_before_weights_wait(self) -> None:
        assert place(card(18), PARTS, LARGE, Tuning()) == ("cuda", "bfloat16", "none", True, True)

    def test_card_without_bfloat16_takes_the_other_half_precision(self) -> None:
        assert place(card(20, bfloat16=False), PARTS, SMALL, Tuning()).precision == "float16"

    def test_model_decides_the_half_precision(self) -> None:
        """One that it does not work in is refused, even if somebody insists."""
        assert place(card(20), PARTS, SMALL, Tuning(), halves=("float16",)).precision == "float16"
        with pytest.raises(FixMachine, match="precision = 'bfloat16' is set, .*: set 'float32' or 'float16'"):
            place(card(20), PARTS, SMALL, Tuning(precision="bfloat16"), halves=("float16",))

    def test_parts_in_full_precision_need_twice_as_much(self) -> None:
        """10 GiB more than the 14.2."""
        assert place(card(23), PARTS, SMALL, Tuning()).offload == "none"
        assert place(card(23), PARTS, SMALL, Tuning(), full_precision=("text_encoder",)).offload == "model"

    def test_processor_needs_no_tricks(self) -> None:
        assert place(None, PARTS, LARGE, Tuning(offload="layers")) == ("cpu", "float32", "none", False, True)
        assert place(None, PARTS, LARGE, Tuning(precision="bfloat16")).precision == "bfloat16"

    @pytest.mark.parametrize("offload", ["none", "model", "layers"])
    def test_installation_decides(self, offload: str) -> None:
        """Even where it does not fit, which is said."""
        tuning = Tuning.model_validate({"offload": offload, "precision": "float32"})
        found = place(card(1.0), PARTS, LARGE, tuning)
        assert (found.offload, found.precision, found.fits) == (offload, "float32", False)
        assert "1.0 GiB free" in concerns(found, card(1.0), tuning)[0]

    @given(st.floats(0.5, 200), st.lists(st.integers(1, 20 * GIB), min_size=1, max_size=5), st.integers(1, 10**8))
    def test_what_is_chosen_fits_and_nothing_quicker_would(self, free_gib: float, counts: list[int], pixels: int) -> None:
        parts = {str(index): count for index, count in enumerate(counts)}
        found = place(card(free_gib), parts, pixels, Tuning())
        sizes, work = [2 * count for count in counts], pixels * 40 * 2
        needed = need(sizes, work, found.offload, tiled=found.tiled)
        assert found.fits == (needed + SPARE_BYTES <= int(free_gib * GIB))
        if found.offload != "none":
            assert need(sizes, work, "none", tiled=True) + SPARE_BYTES > int(free_gib * GIB)

    @given(st.lists(st.integers(1, 20 * GIB), min_size=1, max_size=5), st.integers(1, 10**8))
    def test_more_memory_never_makes_it_slower(self, counts: list[int], pixels: int) -> None:
        parts, order = {str(index): count for index, count in enumerate(counts)}, ["none", "model", "layers"]
        ways = [order.index(place(card(free_gib), parts, pixels, Tuning()).offload) for free_gib in range(1, 200, 7)]
        assert ways == sorted(ways, reverse=True)


class TestWords:
    def test_way_is_told(self) -> None:
        assert told(place(card(12), PARTS, SMALL, Tuning()), card(12)) == "on a card, in bfloat16, part by part"
        assert told(place(None, PARTS, SMALL, Tuning()), None) == "on the processor, in float32"

    def test_order_without_effect_is_said(self) -> None:
        tuning = Tuning(offload="model")
        assert "did nothing" in concerns(place(None, PARTS, SMALL, tuning), None, tuning)[0]
        assert concerns(place(card(20), PARTS, SMALL, tuning), card(20), tuning) == ()
