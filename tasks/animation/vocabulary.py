"""The words a direction may use, and what each asks of the avatar and the camera: one table.

docs/direction.md shows the same table to people. Amounts are those of strength 1, in the units of the curves they move
(`tasks/media/curves.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Course = Literal["held", "moment", "nod", "shake", "zoom", "pan", "rest"]
"""How an action runs: held while its part of the beat lasts; for a moment; a nod or a shake on an underlined word; a camera
move over its part of the beat; or rest, which takes movement away."""

LARGE: Mapping[str, float] = {"yaw": 0.05, "pitch": 0.05, "roll": 0.05, "near": 0.05, "gaze_x": 2.0, "gaze_y": 2.0}
"""What is far for parts that are not measured from 0 to 1."""


@dataclass(frozen=True)
class Action:
    """One thing that can be asked for."""

    name: str
    shows: str
    """What one sees, for the documentation."""
    course: Course
    parts: Mapping[str, float] = field(default_factory=dict)
    """What it moves, and how far: curves of face and head; lid, how far the lids follow the eyes down; near, the zoom that
    goes with leaning; zoom and pan, how far the camera goes."""
    energy: float = 1.0
    """Factor on the movement that speaking itself makes."""
    steadies: bool = False
    """True where the camera rests as well."""
    words: Mapping[str, float] = field(default_factory=dict)
    """Words and phrases that ask for it, in any inflection and without articles -> strength they imply."""

    @property
    def main_parts(self) -> frozenset[str]:
        """What it is about: the parts that it moves at least half as far, for their kind, as the one it moves most."""
        far = {part: abs(amount) / LARGE.get(part, 1.0) for part, amount in self.parts.items()}
        return frozenset(part for part in far if far[part] >= max(far.values()) / 2)


def _said(*phrases: str, **stronger: float) -> dict[str, float]:
    return dict.fromkeys(phrases, 1.0) | {name.replace("_", " "): strength for name, strength in stronger.items()}


FACE = (
    Action("smile", "the corners of the mouth rise", "held", {"smile": 0.80, "brow": 0.06}, words=_said(
        "smile", "happy", "cheerful", "joyful", "glad", "pleased", "delighted", grin=1.25, laugh=1.4, beam=1.4, smirk=0.6)),
    Action("friendly", "a small smile", "held", {"smile": 0.50, "brow": 0.08}, words=_said(
        "friendly", "kind", "welcoming", "inviting", "encouraging", "reassuring", "pleasant", "charming", "hopeful",
        "caring", "warm", "warmth", "nice", "sincere", "playful", empathetic=0.7, compassionate=0.7, sympathetic=0.7)),
    Action("serious", "the corners of the mouth sink, the brows come down a little, the head moves less", "held",
           {"smile": -0.70, "brow": -0.40}, energy=0.85, words=_said(
        "serious", "grave", "stern", "earnest", "solemn", "sober", "sombre", "somber", "straight face",
        concerned=0.8, worried=0.8, sad=0.8, disappointed=0.8)),
    Action("neutral", "the face as in the portrait", "held", {"smile": 0.0}, words=_said("neutral", "plain", "deadpan")),
    Action("surprised", "the brows shoot up, the head goes back a little", "moment",
           {"brow": 0.95, "pitch": -0.030, "smile": 0.15}, words=_said(
        "surprised", "surprise", "astonished", "amazed", "amazement", "shocked", "stunned", "wow", "wide eyes", "eyes wide",
        impressed=0.7)),
    Action("brows up", "the brows rise, and stay up a little", "held", {"brow": 0.80}, words=_said(
        "brows up", "eyebrows up", "raised brows", "raised eyebrows", "brows raised", "eyebrows raised", "lift the brows",
        "lift the eyebrows", "brows", "eyebrows")),
    Action("frown", "the brows and the corners of the mouth come down", "held", {"brow": -0.70, "smile": -0.40}, words=_said(
        "frown", "brows down", "eyebrows down", "furrowed brows", "knit the brows", "scowl", sceptical=0.8, skeptical=0.8,
        doubtful=0.8, angry=1.2, stern_look=1.0)),
    Action("curious", "the head tilts, the brows rise a little", "held", {"roll": 0.036, "brow": 0.45, "smile": 0.10},
           words=_said("curious", "intrigued", "interested", "inquisitive", "questioning", "puzzled", "confused")),
)
"""Expressions."""

HEAD = (
    Action("nod", "the chin drops and comes back on an underlined word, then once more, smaller", "nod",
           {"pitch": 0.058}, words=_said("nod", "nod the head", "head nod", "agree", "approving")),
    Action("shake", "the head turns from side to side, dying away", "shake", {"yaw": 0.062}, words=_said(
        "shake", "shake the head", "head shake", "disagree")),
    Action("look left", "eyes, and head a little, to the left of the picture", "moment",
           {"gaze_x": -2.2, "yaw": -0.050}, words=_said(
        "look left", "glance left", "gaze left", "eyes left", "look to the side", "look away", "look aside", "glance away",
        "glance to the side", "glance aside", turn_left=1.2, turn_the_head_left=1.2)),
    Action("look right", "eyes, and head a little, to the right of the picture", "moment",
           {"gaze_x": 2.2, "yaw": 0.050}, words=_said(
        "look right", "glance right", "gaze right", "eyes right", turn_right=1.2, turn_the_head_right=1.2)),
    Action("look up", "eyes, and head a little, up", "moment", {"gaze_y": -1.8, "pitch": -0.034}, words=_said(
        "look up", "glance up", "gaze up", "eyes up", "look at the sky", "look at the ceiling", "roll the eyes")),
    Action("look down", "eyes, and head a little, down", "moment", {"gaze_y": 1.6, "pitch": 0.034, "lid": 0.22}, words=_said(
        "look down", "glance down", "gaze down", "eyes down", "look at the floor")),
    Action("look at the viewer", "no glance aside", "held", {"gaze_x": 0.0, "gaze_y": 0.0}, words=_said(
        "look at the viewer", "look at the camera", "look at the audience", "look into the lens", "look at me", "look at us",
        "look straight", "look directly", "eye contact", "face the camera",
        "gaze at the camera", "gaze at the viewer", "back at the camera", "back at the viewer")),
    Action("thoughtful", "eyes up and aside, the head tilts", "moment",
           {"gaze_x": 1.5, "gaze_y": -1.4, "roll": 0.022, "pitch": -0.015}, words=_said(
        "thoughtful", "ponder", "think", "pensive", "wonder", "consider", "reflective")),
    Action("tilt left", "the head tilts to the left of the picture", "held", {"roll": -0.042}, words=_said(
        "tilt left", "tilt the head left", "head tilt left", "cock the head left")),
    Action("tilt right", "the head tilts to the right of the picture", "held", {"roll": 0.042}, words=_said(
        "tilt right", "tilt the head right", "head tilt right", "tilt the head", "head tilt", "tilt", "cock the head")),
    Action("chin up", "the chin rises", "held", {"pitch": -0.030}, words=_said(
        "chin up", "head up", "raise the chin", "lift the chin", "raise the head", "lift the head")),
    Action("chin down", "the chin sinks", "held", {"pitch": 0.030}, words=_said(
        "chin down", "head down", "lower the chin", "lower the head", "bow the head", "bow")),
    Action("lean in", "nearer, with the chin forward", "held", {"near": 0.045, "pitch": 0.016}, words=_said(
        "lean in", "lean in close", "lean forward", "lean close", "move closer", "come closer",
        "come close", "lean", "confiding", "conspiratorial", "conspiratorially", "intimate")),
    Action("lean back", "farther, with the chin back", "held", {"near": -0.045, "pitch": -0.018}, words=_said(
        "lean back", "lean away", "sit back", "move back", "step back")),
)
"""Head, eyes and posture."""

MANNER = (
    Action("calm", "all movement is smaller", "held", {"smile": 0.12}, energy=0.6, words=_said(
        "calm", "relaxed", "easy", "quiet", "soothing", "composed", "serene", "peaceful", "soft", "gentle")),
    Action("energetic", "all movement is larger, with a small smile", "held", {"smile": 0.30, "brow": 0.12}, energy=1.35,
           words=_said("energetic", "energy", "lively", "excited", "excitement", "enthusiastic", "enthusiasm", "dynamic",
                       "animated", "upbeat", "passionate", "bright", "vivid")),
    Action("confident", "the chin a little up, movement a little larger", "held", {"pitch": -0.014, "smile": 0.18},
           energy=1.1, words=_said("confident", "confidence", "proud", "assertive", "determined", "convinced", "firm",
                                   "self assured")),
    Action("still", "head and camera rest; only breath, blinks and mouth go on", "rest", {"gaze_x": 0.0, "gaze_y": 0.0},
           energy=0.12, steadies=True, words=_said(
        "still", "hold still", "stay still", "stand still", "sit still", "keep still", "motionless", "freeze", "frozen",
        "unmoving", "no movement", "not move", "don't move", "without moving", "no motion")),
)
"""How the whole of it is done."""

CAMERA_MOVES = (
    Action("zoom in", "the camera comes nearer, slowly", "zoom", {"zoom": 0.070}, words=_said(
        "zoom in", "zoom", "push in", "dolly in", "move in", "close up", "close in", "camera closer", "camera in",
        "zoom closer")),
    Action("zoom out", "the camera goes back, slowly", "zoom", {"zoom": -0.070}, words=_said(
        "zoom out", "zoom back", "pull back", "pull out", "pull away", "dolly out", "camera back", "camera out", "wide shot",
        "camera wider", "zoom wider")),
    Action("pan left", "the camera turns from right to left, slowly", "pan", {"pan": -0.030}, words=_said(
        "pan left", "camera left", "camera pan left", "move the camera left")),
    Action("pan right", "the camera turns from left to right, slowly", "pan", {"pan": 0.030}, words=_said(
        "pan right", "camera right", "camera pan right", "move the camera right", "camera pan", "pan")),
    Action("steady camera", "the camera rests", "rest", steadies=True, words=_said(
        "steady camera", "camera steady", "static camera", "camera static", "still camera", "camera still", "fixed camera",
        "camera fixed", "locked camera", "camera locked", "no camera movement", "tripod", "no zoom", "no pan",
        "without zoom", "static shot", "static frame")),
)
"""What the camera does."""

ACTIONS = (*FACE, *HEAD, *MANNER, *CAMERA_MOVES)
"""All that can be asked for."""

STRENGTHS: Mapping[str, float] = {
    **dict.fromkeys(("tiny", "faint", "hardly", "barely"), 0.4),
    **dict.fromkeys(("slight", "small", "little", "subtle", "soft", "gentle", "gently", "light", "bit", "hint", "touch",
                     "half", "mild", "less", "shy"), 0.55),
    **dict.fromkeys(("warm", "clear"), 1.1),
    **dict.fromkeys(("big", "broad", "strong", "wide", "large", "great", "deep", "bold", "full"), 1.4),
    "huge": 1.6,
}
"""Words that say how much. One that asks for an action too does so where no other word of its phrase asks for one."""
INTENSIFIERS = ("very", "really", "extremely", "so", "too", "quite", "perfect", "complete", "total", "absolute")
"""Words that push a strength further from 1."""
MOMENT = ("moment", "brief", "momentary", "quick", "short", "instant", "flash")
"""For a moment."""
THROUGHOUT = ("throughout", "whole time", "all the time", "always", "keep", "constant", "entire", "whole")
"""As long as its part of the beat lasts."""
AT_START = ("beginning", "start")
"""In the first part of the beat."""
AT_END = ("end",)
"""In the last part of the beat."""
JOINS = ("and", "with", "while", "but", "plus", "as")
"""Words between what happens together; so are commas and full stops."""
SEQUELS = ("then", "finally", "afterwards", "later", "next", "followed by", "after that")
"""Words after which the rest happens later."""
NEGATIONS = ("no", "not", "don't", "doesn't", "without", "never", "avoid", "stop")
"""Words that take back what follows."""
SIDES = ("left", "right", "up", "down")
"""Words that go with a verb said before: 'looks left, then right'."""
TARGETS = ("at", "to", "toward", "towards", "into", "onto", "over", "past")
"""Words after which a look's target stands, in which no further action is searched."""
ARTICLES = (*TARGETS, "a", "an", "the", "of", "his", "her", "their", "its", "your", "my", "our", "one", "both", "off")
"""Words that may stand inside a phrase of the vocabulary."""
FILLERS = (
    *ARTICLES, "for", "she", "he", "they", "it", "you", "on", "in", "from", "by", "or", "if", "be", "is", "are", "being",
    "this", "that", "more", "slow", "smooth", "steady", "natural", "genuine", "easily", "look", "glance", "gaze", "camera",
    "viewer", "audience", "lens", "head", "face", "eye", "mouth", "lip", "voice", "tone", "expression", "mood", "gesture",
    "manner", "posture", "way", "feeling", "avatar", "speaker", "presenter", "please", "make", "give", "do", "show", "have",
    "let", "say", "speak", "talk", "deliver", "some", "just", "directly", "straight", "rather", "even", "again", "same",
    "along", "beat", "sentence", "turn", "move", "almost", "somewhat", "become", "get", "stay", "remain", "shot", "first",
    "during", "time",
)
"""Words that ask for nothing by themselves."""
