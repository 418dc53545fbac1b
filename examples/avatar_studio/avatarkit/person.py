"""What one person is made of: everything that can differ between two people, with its defaults.

Lengths are centimetres, colours sRGB as '#rrggbb', strengths 0 to 1. The people themselves stand in `people`.
"""

from dataclasses import dataclass

from .face import Face


@dataclass(frozen=True)
class Skin:
    """Colours and surface of the skin."""

    base: str
    """Most of the skin."""
    blush: str
    """Cheeks, tip of the nose, chin: redder than the base."""
    deep: str
    """A step darker: jaw, sockets."""
    light: str
    """A step lighter: forehead, upper cheeks."""
    lid: str
    """Upper lids."""
    rim: str
    """Edge of the lids and tear duct."""
    inner: str
    """Nostrils and the line between the lips."""
    lip: str
    """Middle of the lips."""
    lip_dark: str
    """Upper lip."""
    lip_light: str
    """Highlight of the lower lip."""
    cheek: float
    """How much blush."""
    socket: float
    """How dark the sockets are."""
    lip_cover: float = 0.9
    """How fully the lips' colour covers the skin."""
    rough: float = 0.46
    """Roughness of the surface."""
    specular: float = 0.45
    """Strength of reflections."""
    sheen: float = 0.05
    """Soft glow at grazing angles."""


@dataclass(frozen=True)
class Eye:
    """Size of the iris and colours of the ball."""

    iris: float
    """Radius of the iris."""
    pupil: float
    """Radius of the pupil."""
    white: str
    """The white."""
    corner: str
    """The white toward the corners."""
    mid: str
    """Iris, over all."""
    inner: str
    """Iris, around the pupil."""
    light: str
    """Iris, the bright crescent below."""
    ring: str
    """Iris, its dark ring."""


@dataclass(frozen=True)
class Brow:
    """One eyebrow; the other is its mirror image."""

    x0: float
    """|x| of the end at the nose."""
    x1: float
    """|x| of the end at the temple."""
    y: float
    """Height of the end at the nose."""
    arch: float
    """How high it rises."""
    drop: float
    """How far its tail falls."""
    half_h: float
    """Half thickness."""
    hairs: int
    """Number of hairs."""
    length: float
    """Length of a hair."""
    radius: float
    """Radius of a hair."""
    colour: str
    """Colour of the hairs."""
    dark: str
    """Colour of the lashes and of the dark edge of the lid."""
    fill: float
    """How much the skin below takes the colour."""


@dataclass(frozen=True)
class Lashes:
    """Lashes of one eye."""

    upper: int
    """Hairs of the upper lid."""
    lower: int
    """Hairs of the lower lid."""
    upper_length: float
    """Length of an upper lash."""
    lower_length: float
    """Length of a lower lash."""
    radius: float
    """Radius of an upper lash; lower ones have about half."""
    liner: float
    """Strength of the dark edge of the upper lid."""


@dataclass(frozen=True)
class Freckles:
    """Freckles over nose and cheeks, a few on the forehead."""

    count: int
    """Number of freckles."""
    colour: str
    """Their colour."""


@dataclass(frozen=True)
class LongWaves:
    """A cut: side parting and loose waves to the collar bones."""

    part: float
    """x of the parting."""
    end: float
    """Height of the tips."""
    amplitude: float
    """Half width of the waves."""
    wavelength: float
    """Length of a wave along the strand."""
    locks: int
    """Number of locks."""


@dataclass(frozen=True)
class Bob:
    """A cut: chin length, swept from a side parting, tips turned in."""

    part: float
    """x of the parting."""
    end: float
    """Height of the tips."""
    fringe: float
    """Strands of the swept fringe, as a share of all others."""
    amplitude: float = 0.12
    """Half width of the waves."""
    wavelength: float = 9.0
    """Length of a wave along the strand."""
    locks: int = 420
    """Number of locks."""


@dataclass(frozen=True)
class Coils:
    """A cut: short coily hair, every strand a tight helix."""

    soft: float
    """Width of the transition at the hairline."""
    long: float
    """Length on the top."""
    short: float
    """Length at the sides."""
    coil: float
    """Radius of a helix."""
    locks: int = 1500
    """Number of locks."""


@dataclass(frozen=True)
class Hair:
    """The hair on the head."""

    cut: LongWaves | Bob | Coils
    """The cut with its measures."""
    strands: int
    """Number of strands."""
    radius: float
    """Radius of a strand."""
    hairline: tuple[float, ...]
    """Height of the hairline at the angles of `masks.HAIRLINE_ANGLES`: forehead, temples, ear, nape."""
    root: str
    """Colour of the scalp."""
    colour: str
    """Colour of the strands."""
    highlight: str
    """Colour of the lighter strands."""
    highlight_share: float = 0.18
    """Share of the lighter strands."""
    strand_variation: float = 0.18
    """How much single strands differ in brightness, as standard deviation of its logarithm."""
    lock_variation: float = 0.16
    """How much locks differ in brightness, likewise."""
    specular: float = 0.30
    """Strength of the highlight along the strands."""


@dataclass(frozen=True)
class Beard:
    """A short trimmed beard."""

    strands: int
    """Number of strands."""
    length: float
    """Length of a strand."""
    radius: float
    """Radius of a strand."""
    colour: str
    """Colour of the strands."""
    shade: str
    """Colour of the skin below."""
    fill: float
    """How much the skin below takes the shade."""
    grey: float
    """Share of grey strands at the chin."""


@dataclass(frozen=True)
class Garment:
    """One piece of clothing."""

    cut: str
    """A key of `garments.CUTS`."""
    fabric: str
    """A key of `fabric.FABRICS`."""
    colour: str
    """Colour of the fabric."""
    repeat: float
    """Size of one repeat of the fabric."""
    bump: float
    """Strength of the fabric's relief."""
    depth: float
    """Height of the fabric's relief."""
    rough: float
    """Roughness of the surface."""
    cords: str | None = None
    """Colour of two drawstrings, for a hood."""


@dataclass(frozen=True)
class Lamp:
    """An out-of-focus lamp in the room; positions are shares of the picture."""

    x: float
    """From the left."""
    y: float
    """From the top."""
    radius: float
    """Share of the picture's width."""
    strength: float
    """How bright."""


@dataclass(frozen=True)
class Room:
    """Colours of the blurred room behind the person."""

    top: str
    """Wall, above."""
    mid: str
    """Wall, at half height."""
    low: str
    """Wall, below."""
    glow: str
    """Light of window and lamps."""
    leaf: str
    """The plant."""
    books: tuple[str, ...]
    """Books on the shelves."""
    lamps: tuple[Lamp, ...]
    """Out-of-focus lamps."""


@dataclass(frozen=True)
class Person:
    """Everything about one person."""

    name: str
    """Name of the files; its letters also seed the random choices."""
    face: Face
    skin: Skin
    eye: Eye
    brow: Brow
    lashes: Lashes
    hair: Hair
    room: Room
    garment: Garment
    freckles: Freckles | None = None
    beard: Beard | None = None

    @property
    def seed(self) -> int:
        """Seed of all random choices."""
        return sum(map(ord, self.name))
