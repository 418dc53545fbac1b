"""A person as formulas: modelled as a distance field, painted, dressed, lit and rendered with Blender."""
