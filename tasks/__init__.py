"""The stages of a reel and what they share; nothing here knows the flows."""
