"""Drawing: a performance becomes frames."""

VERSION = "8"
"""Raised whenever the same performance comes out as other frames, so that kept reels are drawn again."""
