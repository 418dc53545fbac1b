"""Sound as arrays: files, loudness, mastering."""
