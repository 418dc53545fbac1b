"""A small synthesiser: music, effects and room tone, made of sines and shaped noise, so that a reel needs no sound file.

Nothing in it can alias: every tone is a sum of partials below a limit far under half the rate.
"""

RATE = 48_000
"""Samples a second of all that is made here."""
