"""Sound: voice, music, effects and room tone become the finished track."""
