"""Overlays: what appears on screen besides the avatar and the captions."""
