"""Metrics: one measured property a file, with its formula, unit and source."""
