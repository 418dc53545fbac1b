"""The alignment stage: when each of the author's words, and each of its sounds, is heard."""
