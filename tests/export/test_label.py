"""The label and the captions, each in a file of its own."""

from tasks.export.label import split_label

HEAD = ("[Script Info]\nPlayResX: 1080\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")
BOX = "Dialogue: 0,0:00:00.00,0:00:02.00,LabelBox,,0,0,0,,{\\p1}m 0 0\n"
NAME = "Dialogue: 1,0:00:00.00,0:00:02.00,Label,,0,0,0,,AI-generated\n"
WORD = "Dialogue: 2,0:00:00.50,0:00:01.00,Word,,0,0,0,,Label, LabelBox, and Dialogue: more\n"


class TestSplitLabel:
    def test_each_event_goes_into_one_file(self) -> None:
        """Both files keep the head, in which the styles are; a word may say whatever it likes."""
        assert split_label(HEAD + BOX + NAME + WORD) == (HEAD + WORD, HEAD + BOX + NAME)

    def test_without_a_label_there_is_one_file(self) -> None:
        """The captions stay as they are."""
        assert split_label(HEAD + WORD) == (HEAD + WORD, None)
