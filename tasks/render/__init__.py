"""Render: performance, voice and captions become one finished file, in one pass."""
