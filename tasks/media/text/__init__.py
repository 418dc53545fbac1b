"""Text of authors: their words, how these are spoken, and how long that takes."""
