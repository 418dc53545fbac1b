"""Captions: the spoken words on the picture, and beside it as subtitle files."""
