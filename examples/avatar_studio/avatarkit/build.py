"""Assembles one person and renders them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from . import backdrop, features, field, garments, hair, head, materials, paint, scene, strands, truth
from .person import Garment, Person
from .profiles import Floats

SKIN_SPACING, CLOTH_SPACING = 0.06, 0.14
"""Mesh spacing of skin and of clothes, cm."""
HEAD_BOX = ((-9.8, -20.0, -10.8), (9.8, 12.6, 11.6))
"""Corners of the box that holds all visible skin, cm."""
CLOTH_BOX = ((-23.0, -40.0, -13.5), (23.0, -9.0, 11.0))
"""Corners of the box that holds the clothes, cm."""

Progress = Callable[[str], None]
"""Called with what has just been done."""


@dataclass(frozen=True)
class Finish:
    """How finely a picture is made."""

    suffix: str = ""
    """Added to the file's name."""
    scale: float = 1.0
    """1.0 gives 1080x1920."""
    samples: int = 48
    """Paths per pixel, before denoising."""
    grid: float = 1.0
    """Multiplies the mesh spacing."""
    strand_share: float = 1.0
    """Share of the hair strands that are grown; the rest get thicker."""
    border: scene.Border | None = None
    """Render only this part, without the room."""


DRAFT = Finish(suffix="_draft", scale=0.5, samples=14, grid=1.4, strand_share=0.6)
"""A half-size look."""
CLOSE = Finish(suffix="_close", scale=0.8, samples=18, strand_share=0.7, border=(0.2, 0.22, 0.8, 0.64))
"""The face only, for judging features."""


def build_portrait(person: Person, folder: Path, finish: Finish) -> Path:
    """Models, renders and composes a portrait.

    Beside a whole picture it writes `<name>.fg.png`, the person with transparency, and `<name>.truth.json`, the pixel
    positions of the facial features.

    Args:
        person: who.
        folder: where the files go; it must exist.
        finish: how finely.

    Returns:
        The picture's file.
    """
    started = time.monotonic()
    out = folder / f"{person.name}{finish.suffix}.png"
    cut_out = out if finish.border else out.with_suffix(".fg.png")

    def report(what: str) -> None:
        print(f"{person.name}: {what} ({time.monotonic() - started:.0f} s)", flush=True)

    set_up_person(person, finish, report)
    scene.place_camera()
    scene.light_scene()
    scene.render(cut_out, scale=finish.scale, samples=finish.samples, border=finish.border)
    if not finish.border:
        backdrop.finish(cut_out, out, person.room, person.seed)
        out.with_suffix(".truth.json").write_text(truth.to_json(truth.find_features(person, finish.scale)), "utf-8")
    report("rendered")
    return out


def set_up_person(person: Person, finish: Finish, report: Progress) -> None:
    """Puts head, clothes and hair of a person into an empty scene."""
    rng = np.random.default_rng(person.seed)
    scene.reset_scene()
    skin = add_head(person, finish.grid, rng)
    report(f"head, {len(skin)} vertices")
    add_clothes(person, person.garment, finish.grid)
    report("clothes")
    add_hair(person, skin, finish.strand_share, rng)
    report("hair")


def add_head(person: Person, grid: float, rng: np.random.Generator) -> Floats:
    """Adds skin, eyes, brows and lashes; returns the skin's vertices (n, 3)."""
    vertices, faces = field.mesh(head.skin_sdf, person.face, *HEAD_BOX, SKIN_SPACING * grid)
    colours, gloss = paint.paint_skin(vertices, person, rng)
    scene.add_mesh("head", vertices, faces, materials.make_skin_material(person.skin), colours, gloss)
    eye_material = materials.make_eye_material()
    for side in (-1, 1):
        ball, ball_faces, ball_colours = features.model_eyeball(person, side, rng)
        scene.add_mesh("eye", ball, ball_faces, eye_material, ball_colours)
    fine = materials.make_strand_material("fine", 0.12)
    scene.add_strands("brows", *features.grow_brows(person, rng), fine)
    scene.add_strands("lashes", *features.grow_lashes(person, rng), fine)
    return vertices


def add_clothes(person: Person, garment: Garment, grid: float) -> None:
    """Adds the garment, and its drawstrings if it has any."""
    cut = garments.CUTS[garment.cut]
    vertices, faces = field.mesh(cut, person.face, *CLOTH_BOX, CLOTH_SPACING * grid)
    scene.add_mesh("cloth", vertices, faces, materials.make_cloth_material(garment))
    if garment.cords:
        cord = replace(garment, fabric="fleece", colour=garment.cords, repeat=1.0, bump=0.2, depth=0.02, rough=0.8)
        scene.add_mesh("cord", *garments.model_cords(person.face), materials.make_cloth_material(cord))


def add_hair(person: Person, skin: Floats, share: float, rng: np.random.Generator) -> None:
    """Adds hair and beard, rooted in the skin's vertices (n, 3); `share` of the strands, thicker in turn."""
    thicker = share ** -0.5
    points, lock, radii = hair.grow_hair(skin, person, rng, int(person.hair.strands * share))
    colours = strands.colour_strands(person.hair, lock, rng)
    material = materials.make_strand_material("hair", person.hair.specular)
    scene.add_strands("hair", points, radii * thicker, colours, material)
    if person.beard:
        points, radii, colours = hair.grow_beard(skin, person, person.beard, rng, int(person.beard.strands * share))
        scene.add_strands("beard", points, radii * thicker, colours, materials.make_strand_material("beard", 0.15))
