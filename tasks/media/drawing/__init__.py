"""Drawing: a performance becomes frames."""
