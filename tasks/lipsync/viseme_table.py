"""Which mouth belongs to which sound.

A viseme is what the eye can tell apart: /p/, /b/ and /m/ look the same. Each has a target, the mouth it would reach if
spoken slowly and alone, and a strength: how much it insists on its target against its neighbours. A vowel insists on the
jaw, a rounded sound on the lips, /k/ and /h/ on nothing.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tasks.media.curves import MOUTH


class Strength(NamedTuple):
    """How much a viseme insists on its target, 0 to about 1.5."""

    jaw: float
    """On jaw and tongue."""
    lips: float
    """On everything else."""


class _Row(NamedTuple):
    name: str
    symbols: str
    target: tuple[float, ...]
    strength: Strength


_ROWS = (
    # Capitals and the Greek ε are no IPA, but some of espeak-ng's languages write them.
    # name    IPA symbols      jaw   wide  upper lower tuck press tongue           jaw  lips
    _Row("rest", "",           (.00, .00, .00, .00, .00, .00, .00), Strength(0.8, 0.5)),
    _Row("ah", "aɑʌɐɒäɶA",     (.64, .05, .12, .18, .00, .00, .20), Strength(1.0, 1.0)),
    _Row("ae", "æ",            (.58, .35, .25, .28, .00, .00, .20), Strength(1.0, 1.0)),
    _Row("eh", "ɛeɘε",         (.45, .35, .15, .28, .00, .00, .20), Strength(1.0, 1.0)),
    _Row("ee", "iɪjɨᵻʎʝ",      (.25, .45, .14, .34, .00, .00, .10), Strength(0.9, 1.0)),
    _Row("er", "əɚɜɝɯɤɰ",      (.33, -.05, .08, .14, .00, .00, .20), Strength(0.8, 0.6)),
    _Row("aw", "ɔɞ",           (.54, -.50, .05, .14, .00, .00, .10), Strength(1.0, 1.1)),
    _Row("oh", "oɵ",           (.42, -.72, .03, .10, .00, .00, .00), Strength(1.0, 1.2)),
    _Row("oo", "uʊʉwʍʷ",       (.17, -.95, .00, .05, .00, .00, .00), Strength(1.0, 1.5)),
    _Row("ue", "yʏøœɥ",        (.24, -.75, .08, .12, .00, .00, .10), Strength(0.9, 1.3)),
    _Row("pbm", "pbmɓʘɸβʙ",    (.00, .00, .00, .00, .00, 1.0, .00), Strength(0.8, 0.5)),
    _Row("fv", "fvɱʋⱱ",        (.08, .00, .14, .00, 1.0, .00, .00), Strength(0.8, 0.5)),
    _Row("th", "θð",           (.32, .05, .10, .24, .00, .00, 1.0), Strength(1.1, 0.9)),
    _Row("td", "tdnɾɗɖʈɳɲɽǀǁǃ", (.18, .10, .10, .22, .00, .00, .50), Strength(0.6, 0.3)),
    _Row("ss", "szɬɮʦʣ",       (.12, .30, .15, .32, .00, .00, .00), Strength(0.8, 0.6)),
    _Row("sh", "ʃʒʂʐɕʑɧʧʤʨʥSZ", (.14, -.62, .30, .38, .00, .00, .00), Strength(0.8, 1.15)),
    _Row("ll", "lɫɭɺ",         (.38, .05, .08, .20, .00, .00, .90), Strength(0.6, 0.3)),
    _Row("rr", "ɹɻr",          (.20, -.45, .10, .18, .00, .00, .20), Strength(0.6, 0.9)),
    _Row("kk", "kɡgŋxɣqɢɴχʁʀhɦħʕʔçcɟʜʡɠʛʟN", (.28, .04, .06, .14, .00, .00, .00), Strength(0.4, 0.2)),
)

VISEMES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {row.name: MappingProxyType(dict(zip(MOUTH, row.target, strict=True))) for row in _ROWS})
"""Viseme -> target of each mouth curve."""
STRENGTHS: Mapping[str, Strength] = MappingProxyType({row.name: row.strength for row in _ROWS})
"""Viseme -> how much it insists."""
EXAMPLES: Mapping[str, str] = MappingProxyType({
    "rest": "silence", "ah": "father", "ae": "cat", "eh": "bed", "ee": "see", "er": "about", "aw": "law", "oh": "go",
    "oo": "you", "ue": "German Tür", "pbm": "map", "fv": "five", "th": "thin", "td": "did", "ss": "sun", "sh": "she",
    "ll": "lily", "rr": "red", "kk": "king"})
"""Viseme -> a word in which it is heard."""
VOWELS = frozenset({"ah", "ae", "eh", "ee", "er", "aw", "oh", "oo", "ue"})
"""Visemes that vowels have (glides such as /w/ and /j/ share them)."""
GLIDES = frozenset("jwɥɰʍʷʎʝ")
"""Symbols that look like a vowel and are none."""
LETTERS = frozenset({"Ll", "Lu", "Lo"})
"""Unicode categories of letters; modifier letters are marks here."""
UNKNOWN = "kk"
"""Viseme of a symbol that is in no table: a sound the lips do not care about."""

_BY_SYMBOL = MappingProxyType({symbol: row.name for row in _ROWS for symbol in row.symbols})


def visemes_of(ipa: str) -> tuple[str, ...]:
    """The visemes a phoneme passes through: one for most, two for a diphthong or an affricate.

    Args:
        ipa: IPA of one phoneme; stress, length, tie bars, tones and other marks are ignored, as are spaces.

    Returns:
        At least one viseme unless `ipa` holds no letter at all; neighbours differ.
    """
    visemes: list[str] = []
    for letter in _letters(ipa):
        viseme = _BY_SYMBOL.get(letter, UNKNOWN)
        if not visemes or visemes[-1] != viseme:
            visemes.append(viseme)
    return tuple(visemes)


def viseme_of(ipa: str) -> str:
    """The viseme of a phoneme's first sound; 'rest' when `ipa` holds no letter."""
    return next(iter(visemes_of(ipa)), "rest")


def is_vowel(ipa: str) -> bool:
    """True when the phoneme's first sound is a vowel."""
    letters = _letters(ipa)
    return bool(letters) and letters[0] not in GLIDES and _BY_SYMBOL.get(letters[0]) in VOWELS


def _letters(ipa: str) -> list[str]:
    """The phoneme's letters without their marks; /ç/ and /ä/ are letters of their own, not marked ones."""
    composed = unicodedata.normalize("NFC", ipa)
    return [letter for whole in composed
            for letter in ([whole] if whole in _BY_SYMBOL else unicodedata.normalize("NFD", whole)[:1])
            if letter in _BY_SYMBOL or unicodedata.category(letter) in LETTERS]
