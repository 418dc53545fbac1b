"""Animation: the avatar's head, eyes and breath while it speaks."""
