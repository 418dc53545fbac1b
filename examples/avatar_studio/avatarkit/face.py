"""The proportions of a face: the numbers by which one person's head differs from another's."""

from typing import NamedTuple


class Face(NamedTuple):
    """Proportions of head, neck and shoulders.

    Convention: centimetres; x to the viewer's right, y up, z toward the camera; the origin lies midway between the
    eyes, in the middle of the skull. All values are floats: compiled code is made once per set of types.
    """

    skull_w: float = 7.25
    """Half width of the cranium."""
    forehead: float = 5.6
    """Half width of the forehead."""
    face_w: float = 6.4
    """Half width of the middle of the face."""
    jaw_w: float = 4.5
    """Half width of the jaw."""
    jaw_y: float = -6.1
    """Height of the jaw's middle."""
    jaw_h: float = 4.0
    """Half height of the jaw."""
    chin_y: float = -9.30
    """Height of the chin."""
    chin_z: float = 6.5
    """How far forward the chin lies."""
    chin_r: float = 1.5
    """Radius of the chin."""
    chin_w: float = 1.0
    """Width of the chin as a multiple of its radius."""
    cheek: float = 2.2
    """Half height of the cheek."""
    cheek_y: float = -2.9
    """Height of the cheek's middle."""

    eye_x: float = 3.30
    """Distance of an eye from the middle line."""
    eye_z: float = 5.85
    """How far forward the middle of an eyeball lies."""
    eye_r: float = 1.78
    """Radius of an eyeball."""
    eye_win: float = 1.64
    """Reach of the opening toward the nose."""
    eye_wout: float = 1.72
    """Reach of the opening toward the temple."""
    lid_up: float = 0.95
    """Height of the upper lid's edge over the middle of the ball."""
    lid_lo: float = 0.62
    """Depth of the lower lid's edge below the middle of the ball."""
    eye_tilt: float = 0.14
    """Lift of the outer corner."""
    lid_peak: float = -0.12
    """Where the upper lid is highest; negative is toward the nose."""
    crease: float = 0.42
    """Height of the crease over the upper lid's edge."""
    lid_t: float = 0.17
    """Thickness of the lids."""
    fold: float = 0.10
    """Depth of the crease."""

    nose_y: float = -3.75
    """Height of the tip."""
    nose_z: float = 10.35
    """How far forward the tip lies."""
    nose_tip: float = 0.92
    """Radius of the tip."""
    nose_bridge: float = 0.56
    """Radius of the bridge."""
    nose_ala: float = 0.72
    """Radius of a wing."""
    nose_w: float = 1.05
    """Distance of a wing from the middle line."""
    nose_root_z: float = 7.9
    """How far forward the root lies."""

    mouth_y: float = -6.70
    """Height of the line between the lips."""
    mouth_w: float = 2.50
    """Half width of the mouth."""
    lip_up: float = 0.66
    """Height of the upper lip."""
    lip_lo: float = 0.86
    """Height of the lower lip."""
    smile: float = 0.30
    """Lift of the corners; 0.2 to 0.4 looks relaxed."""
    lip_full: float = 0.30
    """How far the lips stand out."""
    nasolabial: float = 0.10
    """Depth of the fold from nose to mouth."""

    ear: float = 1.0
    """1 shows the ears, 0 leaves them out, for hair that covers them."""
    neck_r: float = 3.7
    """Radius of the neck."""
    shoulder_y: float = -21.5
    """Height of the shoulder joint."""
    shoulder_x: float = 15.5
    """Distance of the shoulder joint from the middle line."""
