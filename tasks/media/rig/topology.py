"""Which of the 478 face points is what. Sides are those of the picture: "left" is on the left of the screen."""

MOUTH_LEFT, MOUTH_RIGHT = 61, 291
"""Corners of the mouth."""
LIP_MIDDLE = (0, 13, 14, 17)
"""Middle of the lips, downwards: both borders of the upper lip, both of the lower."""
UPPER_LIP_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
"""Where the upper lip meets the lower, left to right."""
LOWER_LIP_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
"""Where the lower lip meets the upper, left to right."""
UPPER_LIP_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
"""Upper border of the red of the lips, left to right."""
LOWER_LIP_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
"""Lower border of the red of the lips, left to right."""

LEFT_EYE_UPPER = (33, 246, 161, 160, 159, 158, 157, 173, 133)
"""Edge of the upper lid of the left eye, left to right."""
LEFT_EYE_LOWER = (33, 7, 163, 144, 145, 153, 154, 155, 133)
"""Edge of the lower lid of the left eye, left to right."""
RIGHT_EYE_UPPER = (362, 398, 384, 385, 386, 387, 388, 466, 263)
"""Edge of the upper lid of the right eye, left to right."""
RIGHT_EYE_LOWER = (362, 382, 381, 380, 374, 373, 390, 249, 263)
"""Edge of the lower lid of the right eye, left to right."""
LEFT_IRIS = (468, 469, 470, 471, 472)
"""Centre and rim of the left iris."""
RIGHT_IRIS = (473, 474, 475, 476, 477)
"""Centre and rim of the right iris."""
LEFT_BROW = (46, 53, 52, 65, 55)
"""Lower edge of the left brow."""
RIGHT_BROW = (276, 283, 282, 295, 285)
"""Lower edge of the right brow."""
LEFT_FOLD, RIGHT_FOLD = (203, 206, 216, 212), (423, 426, 436, 432)
"""The folds from the nose past the corners of the mouth, downwards."""
LEFT_EYE_OUTER, RIGHT_EYE_OUTER = 33, 263
"""Outer corners of the eyes."""

FOREHEAD, NOSE_BRIDGE, NOSE_TIP, CHIN = 10, 168, 4, 152
"""Top of the forehead, between the eyes, tip of the nose, lowest point of the chin."""
FACE_LEFT, FACE_RIGHT = 234, 454
"""Where the face meets the ears."""
FACE_OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
             150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
"""Outline of the face, clockwise from the forehead."""
JAW_LINE = (132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361)
"""From below the left ear along the chin to below the right ear."""
CHEEKS = (205, 425, 207, 427, 187, 411, 216, 436, 214, 434, 212, 432, 210, 430, 202, 422, 192, 416, 50, 280, 123, 352)
"""Points spread over both cheeks."""
CHIN_AREA = (18, 200, 199, 175, 83, 313, 182, 406, 194, 418, 204, 424, 201, 421, 208, 428, 171, 396, 32, 262, 211, 431)
"""Points spread between lower lip and chin."""
NOSE_AREA = (2, 97, 326, 98, 327, 164, 165, 391, 167, 393, 92, 322, 206, 426, 203, 423, 49, 279, 4)
"""Points spread between upper lip and nose."""

SKIN_SAMPLES = (50, 280, 205, 425, 101, 330, 4, 195)
"""Places that show plain skin: cheeks and nose."""
LIP_SAMPLES = (84, 314, 17, 181, 405, 0, 37, 267)
"""Places that show plain lip."""
