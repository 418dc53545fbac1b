"""What a finished reel must reach, and why."""

VERSION = "3"
"""Version of the checks: another threshold or method makes other reports."""

CODECS = {"video": "h264", "audio": "aac"}
"""What every platform takes."""
VIDEO_PROFILE, AUDIO_PROFILE = "High", "LC"
"""Profiles every phone of the last ten years decodes in hardware."""
PIXEL_FORMAT = "yuv420p"
"""The one chroma layout hardware decoders share."""
COLOUR = "tv bt709 bt709 bt709"
"""Range, primaries, transfer, matrix: without these tags players guess, and skin turns orange or grey."""
SAMPLE_RATE_HZ, CHANNELS = 48_000, 2
"""What platforms convert to anyway."""
RATE_TOLERANCE_S = 0.001
"""How far a frame may be from its place; containers round times to a few microseconds."""
START_TOLERANCE_S = 0.005
"""Sound and picture start together, within a fifth of what a viewer can notice."""

LOUDNESS_LUFS, LOUDNESS_TOLERANCE_LU = -14.0, 0.5
"""Platforms play at this integrated loudness."""
TRUE_PEAK_DBTP = -1.0
"""Highest true peak after encoding; above it phones distort."""
MUSIC_BELOW_VOICE_LU = 12.0
"""Softer than this, music costs no word: broadcasters ask for at least as much between speech and what is under it."""

ZONE_TOLERANCE_PX = 0.5
"""Rounding of boxes to pixels."""
FASTEST_LETTERS_PER_S = 33.0
"""Reading speed of one page, spaces and signs included, that nobody follows any more; subtitlers ask for at most 20, and
words that are heard meanwhile are read faster."""
MOUTH_CLOSED_ABOVE_REST = 0.03
"""Gap between the lips, in eye distances above the portrait's own, under which a viewer sees a closed mouth; the mesh itself
is certain to about 0.01."""
MOUTH_OPEN_ABOVE_REST = 0.045
"""Gap on open vowels from which a viewer sees the mouth speak; a spoken "ah" reaches 0.10."""
SAMPLES = 4
"""Frames looked at for silence, and as many for vowels."""
LEAST_SILENCE_S = 0.25
"""Shorter pauses do not close the mouth: lips need 60 ms to close and anticipate the next sound by 100 ms."""
LEAST_VOWEL_S = 0.06
"""Shorter vowels are reduced in fast speech."""
OPEN_VOWELS = ("a", "ɑ", "æ", "ɒ", "ɐ")
"""First letters of the phonemes that open the mouth most."""

LEAST_BRIGHTNESS = 12.0
"""Mean level of 255 below which a picture is taken for black; a night scene has about 25."""
LEAST_CHANGE = 0.05
"""Mean level by which a film must change somewhere; coding noise of a frozen one stays below 0.02."""
