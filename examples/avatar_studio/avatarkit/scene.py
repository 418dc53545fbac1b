"""The Blender scene: meshes, strands, lamps, camera, render."""

from pathlib import Path
from typing import Any

import bpy
import mathutils
import numpy as np
from numpy.typing import NDArray

from .lights import AREA_LIGHTS, EXPOSURE, SKY, SKY_STRENGTH, AreaLight
from .profiles import Floats
from .truth import CAMERA_Z, EYE_LEVEL, FACE_PLANE_Z, HEIGHT_PX, PX_PER_CM, WIDTH_PX

Border = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of the picture, 0 to 1."""


def reset_scene() -> None:
    """Starts from an empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def add_mesh(name: str, vertices: Floats, faces: NDArray[Any], material: Any, colours: Floats | None = None,
             gloss: Floats | None = None) -> None:
    """Adds a mesh to the scene.

    Args:
        name: its name.
        vertices: (n, 3), cm.
        faces: (m, 3) or (m, 4) vertex indices.
        material: what it is made of.
        colours: (n, 3) linear, read by the material as "col".
        gloss: (n,), read by the material as "gloss".
    """
    mesh = bpy.data.meshes.new(name)
    faces = np.asarray(faces, np.int32)
    corners = faces.shape[1]
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", blender_axes(vertices).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", faces.ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, corners, dtype=np.int32))
    mesh.update(calc_edges=True)
    mesh.validate()
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    if colours is not None:
        attribute = mesh.attributes.new("col", "FLOAT_COLOR", "POINT")
        attribute.data.foreach_set("color", opaque(colours))
    if gloss is not None:
        attribute = mesh.attributes.new("gloss", "FLOAT", "POINT")
        attribute.data.foreach_set("value", np.asarray(gloss, np.float32))
    mesh.update()
    place(name, mesh, material)


def add_strands(name: str, points: Floats, radii: Floats, colours: Floats, material: Any) -> None:
    """Adds hair to the scene.

    Args:
        name: its name.
        points: (n, k, 3) strands from root to tip, cm.
        radii: (n, k), cm.
        colours: (n, 3) linear, read by the material as "col".
        material: what it is made of.
    """
    n, k, _ = points.shape
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([k] * n)
    curves.attributes["position"].data.foreach_set("vector", blender_axes(points).astype(np.float32).ravel())
    attribute = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    attribute.data.foreach_set("value", np.broadcast_to(radii, (n, k)).astype(np.float32).ravel())
    attribute = curves.attributes.new("col", "FLOAT_COLOR", "CURVE")
    attribute.data.foreach_set("color", opaque(colours))
    place(name, curves, material)


def light_scene() -> None:
    """Adds all lamps and the light of the sky; the eyes must be in the scene already."""
    world = bpy.data.worlds.new("w")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (*SKY, 1)
    background.inputs["Strength"].default_value = SKY_STRENGTH
    for light in AREA_LIGHTS:
        add_light(light)


def add_light(light: AreaLight) -> None:
    """Adds one lamp."""
    data = bpy.data.lights.new(light.name, "AREA")
    data.shape, data.size, data.energy, data.color = "DISK", light.size, light.energy, light.colour
    lamp = bpy.data.objects.new(light.name, data)
    lamp.location = blender_axes(light.at)
    direction = mathutils.Vector(blender_axes(light.target)) - mathutils.Vector(lamp.location)
    lamp.rotation_euler = direction.to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(lamp)
    if light.eyes_only:
        receivers = bpy.data.collections.new(light.name + "_receivers")
        for thing in bpy.data.objects:
            if thing.name.split(".")[0] == "eye":
                receivers.objects.link(thing)
        lamp.light_linking.receiver_collection = receivers


def place_camera() -> None:
    """Points the camera so that a full picture has `truth.PX_PER_CM` pixels a centimetre at the plane of the face."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("cam")
    camera = bpy.data.objects.new("cam", data)
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.location = blender_axes((0.0, 0.0, CAMERA_Z))
    camera.rotation_euler = (np.pi / 2, 0, 0)
    data.sensor_fit = "VERTICAL"
    data.angle = 2 * np.arctan(HEIGHT_PX / PX_PER_CM / 2 / (CAMERA_Z - FACE_PLANE_Z))
    data.shift_y = -(0.5 - EYE_LEVEL)


def render(path: Path, *, scale: float, samples: int, border: Border | None = None) -> None:
    """Renders the scene with transparency around the person.

    Args:
        path: the PNG file to write.
        scale: 1.0 is the full size.
        samples: paths per pixel, before denoising.
        border: render only this part.
    """
    scene = bpy.context.scene
    set_tracer(scene, samples)
    r = scene.render
    r.resolution_x, r.resolution_y = int(WIDTH_PX * scale), int(HEIGHT_PX * scale)
    r.resolution_percentage = 100
    r.film_transparent = True
    r.image_settings.file_format = "PNG"
    r.image_settings.color_mode = "RGBA"
    r.image_settings.color_depth = "16"
    if border:
        r.use_border = r.use_crop_to_border = True
        left, top, right, bottom = border
        r.border_min_x, r.border_max_x, r.border_min_y, r.border_max_y = left, right, 1 - bottom, 1 - top
    r.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def set_tracer(scene: Any, samples: int) -> None:
    """Settings of the path tracer and of the film; the seed is fixed, so pictures repeat."""
    scene.render.engine = "CYCLES"
    scene.render.threads_mode = "AUTO"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.03
    scene.cycles.use_denoising = True
    scene.cycles.seed = 7
    scene.cycles.max_bounces = 5
    scene.cycles.diffuse_bounces = 2
    scene.cycles.glossy_bounces = 2
    scene.cycles.transmission_bounces = 2
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_indirect = 4.0
    scene.cycles_curves.shape = "RIBBONS"
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = EXPOSURE


def blender_axes(points: Any) -> NDArray[np.float32]:
    """Model axes (x right, y up, z front) to Blender's (x right, y back, z up), float32."""
    v = np.asarray(points, np.float32)
    return np.stack([v[..., 0], -v[..., 2], v[..., 1]], -1)


def opaque(colours: Floats) -> NDArray[np.float32]:
    """(n, 3) colours as (4 n,) with full opacity."""
    return np.c_[colours, np.ones(len(colours))].astype(np.float32).ravel()


def place(name: str, data: Any, material: Any) -> None:
    """Puts mesh or strands into the scene."""
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    thing.data.materials.append(material)
