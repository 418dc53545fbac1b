"""Drawing: a performance becomes frames."""

VERSION = "15"
"""Raised whenever the same performance comes out as other frames, so that kept reels are drawn again."""
