"""Blender materials: skin, eyes, strands and cloth."""

from typing import Any

import bpy
import numpy as np

from .colour import linear
from .fabric import FABRICS
from .person import Garment, Skin

LIP_ROUGHNESS = 0.30
"""Roughness where the gloss is 1."""
VALLEY = 0.62
"""How dark the valleys of a fabric are."""


class NodeMaterial:
    """A thin wrapper that keeps node materials readable."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.surface = self.tree.nodes["Principled BSDF"]

    def node(self, kind: str, **properties: Any) -> Any:
        """Adds a node."""
        node = self.tree.nodes.new(kind)
        for name, value in properties.items():
            setattr(node, name, value)
        return node

    def set(self, **inputs: Any) -> None:
        """Sets inputs of the surface; underscores stand for spaces."""
        for name, value in inputs.items():
            self.surface.inputs[name.replace("_", " ")].default_value = value

    def link(self, source: Any, target: Any) -> None:
        """Links an output with an input."""
        self.tree.links.new(source, target)

    def attribute(self, name: str) -> Any:
        """A node that reads an attribute of mesh or strands."""
        return self.node("ShaderNodeAttribute", attribute_name=name)

    def bump(self, height: Any, strength: float, distance: float) -> None:
        """Lets a height output shape the surface."""
        node = self.node("ShaderNodeBump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = distance
        self.link(height, node.inputs["Height"])
        self.link(node.outputs["Normal"], self.surface.inputs["Normal"])

    def noise(self, scale: float, detail: float) -> Any:
        """A noise node in the object's own coordinates."""
        coordinates = self.node("ShaderNodeTexCoord")
        node = self.node("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = scale
        node.inputs["Detail"].default_value = detail
        self.link(coordinates.outputs["Object"], node.inputs["Vector"])
        return node


def make_skin_material(skin: Skin) -> Any:
    """Skin: light enters and leaves beside, lips are smoother, fine pores."""
    m = NodeMaterial("skin")
    m.link(m.attribute("col").outputs["Color"], m.surface.inputs["Base Color"])
    m.surface.subsurface_method = "BURLEY"
    m.set(Subsurface_Weight=0.35, Subsurface_Radius=(1.0, 0.36, 0.20), Subsurface_Scale=0.45)
    m.set(Specular_IOR_Level=skin.specular, Roughness=skin.rough, Sheen_Weight=skin.sheen, Sheen_Roughness=0.4)
    gloss = m.attribute("gloss")
    roughness = m.node("ShaderNodeMapRange")
    roughness.inputs["To Min"].default_value = skin.rough
    roughness.inputs["To Max"].default_value = LIP_ROUGHNESS
    m.link(gloss.outputs["Fac"], roughness.inputs["Value"])
    m.link(roughness.outputs["Result"], m.surface.inputs["Roughness"])
    m.bump(m.noise(9.0, 4).outputs["Fac"], 0.10, 0.02)
    return m.material


def make_eye_material() -> Any:
    """Eyes: painted balls under a clear coat."""
    m = NodeMaterial("eye")
    m.link(m.attribute("col").outputs["Color"], m.surface.inputs["Base Color"])
    m.set(Roughness=0.25, Specular_IOR_Level=0.3, Coat_Weight=1.0, Coat_Roughness=0.03, Coat_IOR=1.45)
    return m.material


def make_strand_material(name: str, specular: float) -> Any:
    """Dense hair as diffuse body plus a stretched highlight along each strand; `specular` is the highlight's share."""
    m = NodeMaterial(name)
    colour = m.attribute("col").outputs["Color"]
    m.link(colour, m.surface.inputs["Base Color"])
    m.set(Roughness=0.6, Specular_IOR_Level=0.15)
    highlight = m.node("ShaderNodeBsdfHair", component="Reflection")
    highlight.inputs["RoughnessU"].default_value = 0.35 * 0.6
    highlight.inputs["RoughnessV"].default_value = 0.9
    tint = m.node("ShaderNodeMix", data_type="RGBA")
    tint.inputs["Factor"].default_value = 0.30
    m.link(colour, tint.inputs["A"])
    tint.inputs["B"].default_value = (1, 1, 1, 1)
    m.link(tint.outputs["Result"], highlight.inputs["Color"])
    # a little light passes through, so that the inside of the mass is not black
    through = m.node("ShaderNodeBsdfTranslucent")
    m.link(colour, through.inputs["Color"])
    body = m.node("ShaderNodeMixShader")
    body.inputs["Fac"].default_value = 0.3
    m.link(m.surface.outputs["BSDF"], body.inputs[1])
    m.link(through.outputs["BSDF"], body.inputs[2])
    both = m.node("ShaderNodeMixShader")
    both.inputs["Fac"].default_value = specular
    m.link(body.outputs["Shader"], both.inputs[1])
    m.link(highlight.outputs["BSDF"], both.inputs[2])
    m.link(both.outputs["Shader"], m.tree.nodes["Material Output"].inputs["Surface"])
    return m.material


def make_cloth_material(garment: Garment) -> Any:
    """Cloth: a repeating relief with darker valleys."""
    m = NodeMaterial("cloth")
    colour = linear(garment.colour)
    m.set(Base_Color=(*colour, 1), Roughness=garment.rough, Specular_IOR_Level=0.05)
    m.set(Sheen_Weight=0.10, Sheen_Roughness=0.5)
    relief = relief_node(m, garment)
    mix = m.node("ShaderNodeMix", data_type="RGBA")
    mix.inputs["A"].default_value = (*(colour * VALLEY), 1)
    mix.inputs["B"].default_value = (*colour, 1)
    m.link(relief.outputs["Color"], mix.inputs["Factor"])
    m.link(mix.outputs["Result"], m.surface.inputs["Base Color"])
    m.bump(relief.outputs["Color"], garment.bump, garment.depth)
    return m.material


def relief_node(m: NodeMaterial, garment: Garment) -> Any:
    """A texture node with the garment's fabric, laid on from the front."""
    height = FABRICS[garment.fabric]().astype(np.float32)
    image = bpy.data.images.new(garment.fabric, height.shape[1], height.shape[0], float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(np.repeat(height[..., None], 4, 2).ravel())
    coordinates = m.node("ShaderNodeTexCoord")
    split, frontal = m.node("ShaderNodeSeparateXYZ"), m.node("ShaderNodeCombineXYZ")
    m.link(coordinates.outputs["Object"], split.inputs[0])
    m.link(split.outputs["X"], frontal.inputs["X"])
    m.link(split.outputs["Z"], frontal.inputs["Y"])
    mapping = m.node("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (1 / garment.repeat,) * 3
    m.link(frontal.outputs[0], mapping.inputs["Vector"])
    texture = m.node("ShaderNodeTexImage", image=image, extension="REPEAT")
    m.link(mapping.outputs[0], texture.inputs["Vector"])
    return texture
