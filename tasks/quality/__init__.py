"""Quality: what was promised of a finished reel, measured on the finished file."""
