"""The three default people. Another person is another entry here."""

from .face import Face
from .person import Beard, Bob, Brow, Coils, Eye, Freckles, Garment, Hair, Lamp, Lashes, LongWaves, Person, Room, Skin

FULL_HAIRLINE = (6.6, 6.2, 4.6, 2.6, 0.6, -0.6, -1.0, -3.5, -6.5, -7.2)
"""Hairline of a head of hair that covers the ears."""

ADA = Person(
    name="ada",
    face=Face(skull_w=7.1, face_w=6.1, jaw_w=4.15, chin_w=0.95, chin_r=1.4, neck_r=3.4, shoulder_x=12.6,
              shoulder_y=-21.0, ear=0.0, eye_r=1.70, eye_win=1.54, eye_wout=1.60, lid_up=0.76, lid_lo=0.56, smile=0.34,
              lip_lo=0.92, lip_up=0.66, mouth_w=2.48, lip_full=0.34, nasolabial=0.05),
    skin=Skin(base="#ecad86", blush="#dc6650", deep="#b8704a", light="#f6c8a4", lid="#c27a5c", rim="#b86353",
              inner="#4a1a16", lip="#c4584f", lip_dark="#a84640", lip_light="#d98078", cheek=0.50, socket=0.35),
    eye=Eye(iris=0.84, pupil=0.36, white="#ece6e0", corner="#cfa595", mid="#4b7455", inner="#94793c", light="#8aab70",
            ring="#14241c"),
    brow=Brow(x0=1.60, x1=5.15, y=2.32, arch=0.48, drop=0.30, half_h=0.29, hairs=520, length=0.72, radius=0.022,
              colour="#7d3f20", dark="#1d0d08", fill=0.40),
    lashes=Lashes(upper=70, lower=30, upper_length=0.60, lower_length=0.22, radius=0.028, liner=0.9),
    freckles=Freckles(count=170, colour="#96502c"),
    hair=Hair(cut=LongWaves(part=1.7, end=-12.6, amplitude=0.75, wavelength=7.5, locks=200), strands=85000,
              radius=0.0185, hairline=FULL_HAIRLINE, root="#4a2110", colour="#954016", highlight="#e0883f",
              highlight_share=0.32),
    room=Room(top="#d9bfa8", mid="#cdb099", low="#8f735f", glow="#ffecd2", leaf="#6f8a63",
              books=("#c76a4b", "#f0dcc4", "#8a5a48", "#d9a066", "#5f7f7a"), lamps=(Lamp(0.90, 0.085, 0.055, 0.55),)),
    garment=Garment(cut="crew", fabric="knit", colour="#1f6f6d", repeat=3.4, bump=0.5, depth=0.22, rough=0.85),
)
"""Long copper waves, freckles, a teal jumper."""

KOFI = Person(
    name="kofi",
    face=Face(skull_w=7.4, face_w=6.6, jaw_w=4.95, jaw_y=-6.1, chin_r=1.65, chin_w=1.15, chin_y=-9.10, neck_r=4.4,
              shoulder_x=15.2, eye_r=1.66, eye_win=1.54, eye_wout=1.60, lid_up=0.72, lid_lo=0.54, eye_tilt=0.08,
              nose_w=1.38, nose_ala=0.92, nose_tip=1.08, nose_z=10.2, lip_up=0.78, lip_lo=0.98, mouth_w=2.62,
              smile=0.33, lip_full=0.36, forehead=5.8),
    skin=Skin(base="#6c4835", blush="#7f3b2a", deep="#46291d", light="#8b614b", lid="#4c281a", rim="#6d3b30",
              inner="#1c0a08", lip="#844640", lip_dark="#5f302c", lip_light="#a5685e", cheek=0.35, socket=0.35,
              lip_cover=0.85, rough=0.55, specular=0.26, sheen=0.0),
    eye=Eye(iris=0.79, pupil=0.35, white="#e6dcd2", corner="#b58a76", mid="#3a1d0e", inner="#5d3216", light="#8a4f22",
            ring="#0c0604"),
    brow=Brow(x0=1.55, x1=5.35, y=2.16, arch=0.42, drop=0.32, half_h=0.36, hairs=520, length=0.60, radius=0.026,
              colour="#120a07", dark="#080504", fill=0.5),
    lashes=Lashes(upper=54, lower=22, upper_length=0.34, lower_length=0.14, radius=0.024, liner=0.75),
    hair=Hair(cut=Coils(soft=0.30, long=1.5, short=0.22, coil=0.17), strands=42000, radius=0.034,
              hairline=(6.5, 6.6, 5.9, 3.4, 0.8, -1.2, -1.6, -3.0, -6.2, -6.8), root="#120a08", colour="#140c09",
              highlight="#2a1a14", specular=0.22),
    beard=Beard(strands=12000, length=0.55, radius=0.026, colour="#120b08", shade="#180e0a", fill=0.75, grey=0.35),
    room=Room(top="#a3b8b3", mid="#8ba39f", low="#50686a", glow="#f8efda", leaf="#3f6b58",
              books=("#e7d8bd", "#c98f4e", "#4d716f", "#8fb0a8", "#b4563d"), lamps=(Lamp(0.88, 0.09, 0.055, 0.5),)),
    garment=Garment(cut="hoodie", fabric="fleece", colour="#c48324", repeat=3.0, bump=0.55, depth=0.10, rough=0.9,
                    cords="#f2e8d8"),
)
"""Short coils, a trimmed beard going grey, an amber hoodie."""

MEI = Person(
    name="mei",
    face=Face(skull_w=7.2, face_w=6.3, jaw_w=4.3, chin_w=0.95, chin_r=1.4, chin_y=-9.15, neck_r=3.3, shoulder_x=11.8,
              shoulder_y=-21.4, eye_r=1.71, lid_up=0.73, lid_lo=0.50, eye_tilt=0.21, eye_win=1.54, eye_wout=1.65,
              crease=0.26, fold=0.07, lid_peak=0.05, nose_root_z=7.5, nose_z=9.95, nose_w=1.08, nose_tip=0.95,
              nose_y=-3.65, cheek=2.3, cheek_y=-3.0, mouth_w=2.48, mouth_y=-6.55, nasolabial=0.08, ear=0.0),
    skin=Skin(base="#eab78d", blush="#da7458", deep="#b87d54", light="#f5cfa9", lid="#b97a55", rim="#b86f5a",
              inner="#4a1f18", lip="#b5484a", lip_dark="#96383c", lip_light="#cb6c68", cheek=0.42, socket=0.30),
    eye=Eye(iris=0.83, pupil=0.36, white="#eae4dc", corner="#cba491", mid="#3f2413", inner="#6a3f1e", light="#94602f",
            ring="#120a06"),
    brow=Brow(x0=1.60, x1=5.30, y=2.18, arch=0.46, drop=0.26, half_h=0.23, hairs=460, length=0.68, radius=0.019,
              colour="#7d7068", dark="#17100d", fill=0.32),
    lashes=Lashes(upper=60, lower=24, upper_length=0.46, lower_length=0.17, radius=0.026, liner=0.9),
    hair=Hair(cut=Bob(part=-2.4, end=-8.8, fringe=0.07), strands=75000, radius=0.0185, hairline=FULL_HAIRLINE,
              root="#8a817a", colour="#b3aaa2", highlight="#fffaf2", highlight_share=0.55, strand_variation=0.10,
              lock_variation=0.13, specular=0.42),
    room=Room(top="#bcb6c9", mid="#aaa3ba", low="#6a6379", glow="#fff0e6", leaf="#6c8f7b",
              books=("#f0e2d6", "#b26b86", "#6f6496", "#d8a9a0", "#93a7c4"), lamps=(Lamp(0.89, 0.088, 0.055, 0.5),)),
    garment=Garment(cut="roll", fabric="rib", colour="#9a3b4e", repeat=4.0, bump=0.25, depth=0.05, rough=0.8),
)
"""A silver bob with a swept fringe, a berry roll neck."""

PEOPLE = {person.name: person for person in (ADA, KOFI, MEI)}
"""Everyone there is, by name."""
