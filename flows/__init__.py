"""The flows and the command line: the outermost room."""
