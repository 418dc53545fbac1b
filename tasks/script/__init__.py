"""Script files: YAML, Markdown or plain text, read into one model."""
