"""Head, neck and shoulders of a stylised person as one signed distance field.

Axes and unit are those of `Face`. Every shape is an original formula: nothing is loaded from a file. The skin is one
scalar field, `skin_sdf`, negative inside. Large forms are smooth unions of ellipsoids and capsules. Small relief (lips,
folds, philtrum) is a height authored in the frontal plane and taken from the field, so that the painted edge of a lip
and its modelled edge are the same curve.
"""

from math import cos, pi, sin, sqrt

from numba import njit

from .face import Face
from .shapes import bell, cone, ellipsoid, smooth_max, smooth_min, smoothstep


@njit(cache=True)
def lid_curves(ex: float, face: Face) -> tuple[float, float]:
    """Heights of the upper and lower lid edge at ex, measured from the eye's centre, positive toward the temple."""
    base = face.eye_tilt * ex / face.eye_wout
    # the peak of the upper lid sits a little inward, the belly of the lower one outward
    peak = face.lid_peak
    upper = (ex - peak) / ((face.eye_wout - peak) if ex > peak else (face.eye_win + peak))
    belly = 0.30
    lower = (ex - belly) / ((face.eye_wout - belly) if ex > belly else (face.eye_win + belly))
    up = face.lid_up * max(1.0 - abs(upper) ** 2.2, 0.0) ** 0.82
    low = -face.lid_lo * max(1.0 - abs(lower) ** 2.1, 0.0) ** 0.85
    return base + up, base + low


@njit(cache=True)
def eye_opening(ex: float, ey: float, face: Face) -> float:
    """Approximate signed distance to the almond between the lids, in the frontal plane."""
    up, low = lid_curves(ex, face)
    e = 0.05
    up1, low1 = lid_curves(ex + e, face)
    up0, low0 = lid_curves(ex - e, face)
    up_slope = (up1 - up0) / (2 * e)
    low_slope = (low1 - low0) / (2 * e)
    up_slope = min(max(up_slope, -2.5), 2.5)
    low_slope = min(max(low_slope, -2.5), 2.5)
    d = max((ey - up) / sqrt(1 + up_slope * up_slope), (low - ey) / sqrt(1 + low_slope * low_slope))
    beyond = ex - face.eye_wout if ex > 0 else -ex - face.eye_win
    return max(d, beyond) if beyond > -0.02 else d


@njit(cache=True)
def mouth_curves(ax: float, face: Face) -> tuple[float, float, float]:
    """Heights of the line between the lips, the upper lip's edge and the lower lip's edge at |x|."""
    u = ax / face.mouth_w
    line = face.mouth_y + face.smile * (min(u, 1.25) ** 2.4) - 0.07 * bell(u, 0.22)
    if u >= 1.0:
        return line, line, line
    k = max(1.0 - u ** 2.2, 0.0)
    bow = 1.0 - 0.20 * bell(u, 0.13) + 0.10 * bell(u - 0.27, 0.16)
    upper = line + face.lip_up * k ** 0.90 * bow + 0.05 * bell(u, 0.22)
    lower = line - face.lip_lo * k ** 0.80
    return line, upper, lower


@njit(cache=True)
def lip_relief(x: float, y: float, z: float, face: Face) -> float:
    """Outward height of lips and surrounding folds at a frontal position."""
    ax = abs(x)
    if z < 3.0:
        return 0.0
    line, upper, lower = mouth_curves(ax, face)
    u = ax / face.mouth_w
    h = 0.0
    fade = smoothstep(1.08, 0.55, u)
    if u < 1.0:
        if y > line:
            t = (y - line) / max(upper - line, 0.04)
            if t < 1.0:
                h += face.lip_full * 0.85 * fade * sin(pi * t ** 0.72) ** 0.8
            h += 0.05 * fade * bell((y - upper) / 1.0, 0.10)
        else:
            t = (line - y) / max(line - lower, 0.04)
            if t < 1.0:
                h += face.lip_full * 1.25 * fade * sin(pi * t ** 0.66) ** 0.75
    # the line between the lips, and its soft end at the corner
    h -= 0.20 * bell(y - line, 0.085) * smoothstep(1.10, 0.95, u)
    h -= 0.07 * bell(ax - face.mouth_w * 1.04, 0.30) * bell(y - line, 0.26)
    # under the lower lip; philtrum
    h -= 0.16 * bell(x, 1.7) * bell(y - (face.mouth_y - face.lip_lo - 0.42), 0.38)
    h -= 0.11 * bell(x, 0.26) * bell(y - (face.mouth_y + face.lip_up + 0.65), 0.55)
    h += 0.05 * bell(ax - 0.5, 0.22) * bell(y - (face.mouth_y + face.lip_up + 0.5), 0.5)
    # nasolabial fold: from the wing of the nose to beside the mouth
    s = (y - face.nose_y + 0.3) / (face.mouth_y - face.nose_y)
    if -0.2 < s < 1.5:
        fold_x = face.nose_w + 1.05 + 1.45 * max(s, 0.0) ** 0.9
        h -= face.nasolabial * bell(ax - fold_x, 0.30) * smoothstep(-0.1, 0.25, s) * smoothstep(1.15, 0.55, s)
    return h


@njit(cache=True)
def skull_sdf(x: float, y: float, z: float, face: Face) -> float:
    """Cranium only: what hair collides with and grows from."""
    ax = abs(x)
    d = ellipsoid(ax, y - 3.2, z + 0.8, face.skull_w, 8.3, 8.9)
    d = smooth_min(d, ellipsoid(ax, y - 4.3, z - 3.6, face.forehead, 4.0, 4.7), 2.0)
    return smooth_min(d, ellipsoid(ax, y + 2.6, z - 1.8, face.face_w, 7.8, 6.9), 2.5)


@njit(cache=True)
def neck_sdf(x: float, y: float, z: float, face: Face) -> float:
    """Neck with its two long muscles."""
    d = cone(x, y, z, 0.0, -6.5, -2.2, 0.0, -19.0, -3.4, face.neck_r * 1.06, face.neck_r)
    ax = sqrt(x * x + 0.5)            # no crease on the throat
    return smooth_min(d, cone(ax, y, z, 4.6, -4.5, -2.6, 0.9, -17.6, 1.0, 0.7, 0.55), 2.2)


@njit(cache=True)
def torso_sdf(x: float, y: float, z: float, face: Face) -> float:
    """Shoulders, chest and upper arms."""
    ax = sqrt(x * x + 1.2)            # no crease on the middle line
    sy, sx = face.shoulder_y, face.shoulder_x
    trapezius = cone(ax, y, z, 2.0, sy + 6.6, -4.6, sx, sy, -3.6, 2.9, 3.4)
    collar_bone = cone(ax, y, z, 1.6, sy + 1.5, -1.0, sx, sy, -2.8, 1.7, 3.0)
    chest = ellipsoid(ax, y - sy + 13.0, z + 2.6, sx + 0.8, 14.5, 9.0)
    arm = cone(ax, y, z, sx, sy, -3.2, sx + 4.0, sy - 20.0, -3.0, 3.9, 4.0)
    d = smooth_min(trapezius, collar_bone, 3.0)
    d = smooth_min(d, chest, 3.5)
    return smooth_min(d, arm, 5.0)


@njit(cache=True)
def ear_sdf(x: float, y: float, z: float, face: Face) -> float:
    """Both ears: tilted dishes that stand off the sides of the head, in a frame of their own."""
    ax = (abs(x) - (face.skull_w - 0.05)) / 0.88
    yy = (y + 1.4) / 0.88
    zz = (z + 0.6) / 0.88
    c, s = cos(0.55), sin(0.55)
    lx, lz = c * ax - s * (-zz), s * ax + c * (-zz)     # lz runs toward the rim at the back
    c2, s2 = cos(0.16), sin(0.16)
    ly = c2 * yy - s2 * lz
    lz = s2 * yy + c2 * lz
    lz -= 0.9
    w = 1.75 - 0.28 * smoothstep(0.0, -3.0, ly)
    r = sqrt((ly / 2.9) ** 2 + (lz / w) ** 2)
    disc = ellipsoid(lx, ly, lz, 0.55, 2.9, w)
    rim = sqrt(((r - 0.86) * 1.9) ** 2 + (lx - 0.22) ** 2) - 0.30
    d = smooth_min(disc, rim, 0.35)
    d = smooth_max(d, -ellipsoid(lx - 0.65, ly + 0.15, lz + 0.25, 0.62, 1.35, 0.85), 0.35)
    d = smooth_min(d, ellipsoid(lx - 0.05, ly + 2.35, lz + 0.30, 0.50, 0.85, 0.75), 0.5)
    d = smooth_min(d, ellipsoid(lx - 0.30, ly + 0.1, lz + 1.35, 0.35, 0.75, 0.40), 0.3)
    return d * 0.88


@njit(cache=True)
def skin_sdf(x: float, y: float, z: float, face: Face) -> float:
    """All skin: head, ears, neck and shoulders."""
    ax = abs(x)
    d = face_forms(ax, y, z, face)
    d = smooth_min(d, nose_sdf(ax, y, z, face), 0.80)
    nostril = ellipsoid(ax - face.nose_w * 0.60, y - face.nose_y + 0.93, z - face.nose_z + 0.95,
                        face.nose_w * 0.34, 0.26, 0.55)
    d = smooth_max(d, -nostril, 0.30)
    d -= lip_relief(x, y, z, face) if abs(d) < 1.2 else 0.0
    d = with_lids(d, ax - face.eye_x, y, z - face.eye_z, face)
    if face.ear > 0 and ax > 5.0:
        d = smooth_min(d, ear_sdf(x, y, z, face), 0.5)
    if y < 0:
        d = smooth_min(d, neck_sdf(x, y, z, face), 1.5)
    if y < -9:
        d = smooth_min(d, torso_sdf(x, y, z, face), 2.6)
    return d


@njit(cache=True)
def face_forms(ax: float, y: float, z: float, face: Face) -> float:
    """The large forms of the face, with sockets, without nose and relief."""
    d = skull_sdf(ax, y, z, face)
    d = smooth_min(d, ellipsoid(ax, y - face.jaw_y, z - 2.4, face.jaw_w, face.jaw_h, 5.4), 2.6)
    chin_w, chin_h = face.chin_r * face.chin_w, face.chin_r * 0.85
    d = smooth_min(d, ellipsoid(ax, y - face.chin_y, z - face.chin_z, chin_w, chin_h, face.chin_r), 1.9)
    d = smooth_min(d, ellipsoid(ax - 3.75, y - face.cheek_y, z - 5.3, 2.3, face.cheek, 2.15), 1.8)
    d = smooth_min(d, ellipsoid(ax, y - face.mouth_y, z - 6.1, 2.9, 2.3, 2.55), 1.8)
    brow_ridge = cone(ax, y, z, 1.5, 1.55, 7.6, 4.3, 1.75, 6.2, 0.55, 0.4)
    socket = ellipsoid(ax - face.eye_x, y - 0.05, z - 9.0, 2.35, 1.35, 1.9)
    return smooth_max(smooth_min(d, brow_ridge, 1.5), -socket, 1.5)


@njit(cache=True)
def nose_sdf(ax: float, y: float, z: float, face: Face) -> float:
    """Bridge, tip and wings of the nose."""
    tip, ala = face.nose_tip, face.nose_ala
    n = cone(ax, y, z, 0.0, 0.9, face.nose_root_z - 0.25, 0.0, face.nose_y + 0.5, face.nose_z - 0.7,
             face.nose_bridge, tip * 0.80)
    n = smooth_min(n, ellipsoid(ax, y - face.nose_y, z - face.nose_z + 0.45, tip * 1.04, tip * 0.90, tip), 0.8)
    wing = ellipsoid(ax - face.nose_w, y - face.nose_y + 0.22, z - face.nose_z + 1.35,
                     ala * 0.80, ala * 0.86, ala * 1.15)
    return smooth_min(n, wing, 0.55)


@njit(cache=True)
def with_lids(d: float, ex: float, ey: float, ez: float, face: Face) -> float:
    """Adds the lids: a shell over the eyeball, opened by the almond; (ex, ey, ez) is taken from the ball's middle."""
    from_ball = sqrt(ex * ex + ey * ey + ez * ez)
    if from_ball >= face.eye_r + 3.0:
        return d
    shell = from_ball - (face.eye_r + face.lid_t)
    up, low = lid_curves(min(max(ex, -face.eye_win), face.eye_wout), face)
    d = smooth_min(d, shell, 0.50 + 0.45 * smoothstep(0.5, -0.5, ey))
    # crease above the upper lid and soft pouch line below
    if ez > 0 and abs(d) < 1.0:
        crease_y = up + face.crease * (0.55 + 0.45 * max(1 - (ex / 1.7) ** 2, 0.0))
        d += face.fold * bell(ey - crease_y, 0.11) * smoothstep(2.1, 1.2, abs(ex))
        d += 0.035 * bell(ey - low + 0.55, 0.16) * smoothstep(1.7, 0.6, abs(ex))
    if ez > 0:
        d = smooth_max(d, -max(eye_opening(ex, ey, face), -ez), 0.10)
        # tear duct: a small pink wedge closes the inner corner
        corner_z = sqrt(max(face.eye_r ** 2 - face.eye_win ** 2, 0.04))
        d = smooth_min(d, ellipsoid(ex + face.eye_win - 0.06, ey + face.eye_tilt + 0.02, ez - corner_z + 0.08,
                                    0.22, 0.13, 0.30), 0.08)
    return d
