"""How the time of a word is parted into states."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.captions.placed import state_frames
from tasks.captions.timing import Frames


class TestStateFrames:
    def test_waiting_spoken_said(self) -> None:
        """A word lit from 13 to 16 on a page from 10 to 20 has three states."""
        states = list(state_frames(Frames(10, 20), Frames(13, 16), 0))
        assert states == [(Frames(10, 13), False, None), (Frames(13, 16), True, None), (Frames(16, 20), False, None)]

    def test_the_first_frames_have_sizes_of_their_own(self) -> None:
        """Two steps, while the word is being spoken already."""
        states = list(state_frames(Frames(10, 20), Frames(10, 20), 2))
        assert states == [(Frames(10, 11), True, 0), (Frames(11, 12), True, 1), (Frames(12, 20), True, None)]

    @given(st.integers(0, 50), st.integers(1, 30), st.integers(0, 90), st.integers(0, 30), st.integers(0, 8))
    def test_states_follow_each_other_without_a_gap(self, start: int, length: int, lit: int, lit_for: int, steps: int
                                                    ) -> None:
        """Whatever the times, every frame of the page has exactly one state."""
        shown = Frames(start, start + length)
        states = [frames for frames, _, _ in state_frames(shown, Frames(lit, lit + lit_for), steps)]
        assert [frame for frames in states for frame in range(*frames)] == list(range(*shown))
