"""The footage stage: the pictures and films that a reel cuts to, made ready for drawing."""
