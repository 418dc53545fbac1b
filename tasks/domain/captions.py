"""Captions laid out: which words stand where on the picture, and when."""

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.box import Box
from tasks.domain.media import MediaFile
from tasks.domain.performance import Sticker


class CaptionWord(Record):
    """One word as drawn."""

    word: int = Field(description="index into the alignment's words")
    text: str = Field(description="what is drawn: the word without symbols the font lacks; may be empty")
    box: Box


class CaptionPage(Record):
    """One set of lines on screen at once."""

    start_s: float
    end_s: float
    words: tuple[CaptionWord, ...]
    box: Box = Field(description="around all words, outline included")


class Captions(Record):
    """Everything written on the picture and beside it."""

    subtitles: MediaFile = Field(description="ASS file burnt into the picture, captions and label")
    srt: MediaFile
    vtt: MediaFile
    pages: tuple[CaptionPage, ...]
    label_text: str | None = Field(description="the visible disclosure; None when turned off")
    label_box: Box | None
    zone: Box = Field(description="the safe zone the captions were laid out in")
    stickers: tuple[Sticker, ...] = Field(default=(), description="emoji of the script as pictures, laid over the frame")
    left_out: tuple[str, ...] = Field(default=(), description="symbols left out of the picture, kept in the side files")
    style: str
    warnings: tuple[str, ...] = Field(default=(), description="what a reader of the captions may miss, e.g. a page gone too"
                                                              " soon")
