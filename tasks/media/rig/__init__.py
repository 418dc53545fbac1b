"""A portrait's rig: everything that must be known about a face to move it, found once and kept beside the portrait."""
