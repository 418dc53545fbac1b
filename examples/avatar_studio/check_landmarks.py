"""Compares a face detector's landmarks with the known positions of a drawn portrait.

    python check_landmarks.py renders/ada.png
    python check_landmarks.py ../../avatars/ada/portrait.png --truth truth/ada.json

Prints distances in per cent of the face's width, and writes a picture with both sets of points. Needs mediapipe and
opencv, which drawing does not: the environment of Avatar Reels has both.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from numpy.typing import NDArray

FACE_MESH = mp.solutions.face_mesh
BROW_UPPER = {"left": [70, 63, 105, 66, 107], "right": [300, 293, 334, 296, 336]}
"""Landmarks along the upper edge of a brow."""
BROW_LOWER = {"left": [46, 53, 52, 65, 55], "right": [276, 283, 282, 295, 285]}
"""Landmarks along the lower edge of a brow, in the same order."""
JAW = [172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397]
"""Landmarks along the jaw."""
POINTS = {
    "mouth_centre": (13, 14), "lip_top": (0,), "lip_bottom": (17,), "mouth_left": (61,), "mouth_right": (291,),
    "lid_up_left": (159,), "lid_low_left": (145,), "lid_up_right": (386,), "lid_low_right": (374,),
    "eye_outer_left": (33,), "eye_inner_left": (133,), "eye_outer_right": (263,), "eye_inner_right": (362,),
    "iris_left": (468,), "iris_right": (473,),
}
"""Landmarks whose mean is a feature."""
BY_HEIGHT = ("lid", "lip", "mouth_centre")
"""Features compared by height alone: where along the curve a detector puts its middle is its own choice."""
FACE_LEFT, FACE_RIGHT, CHIN = 234, 454, 152
"""Landmarks at the sides of the face and at the chin."""

Array = NDArray[Any]


def main() -> None:
    """Checks one portrait."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portrait", type=Path)
    parser.add_argument("--truth", type=Path, help="known positions; default: PORTRAIT with .truth.json")
    parser.add_argument("--out", type=Path, default=Path("renders"), help="folder for the overlay; default: renders")
    arguments = parser.parse_args()
    portrait = arguments.portrait
    image = cv2.imread(str(portrait))
    if image is None:
        parser.error(f"{str(portrait)!r} is no picture")
    truth_path = arguments.truth or portrait.with_suffix(".truth.json")
    truth = read_truth(truth_path)
    landmarks = find_landmarks(image)
    if landmarks is None:
        raise SystemExit(f"no face was found in {str(portrait)!r}: look at the picture")
    report = measure(image, landmarks, truth)
    cut_out = portrait.with_suffix(".fg.png")
    if cut_out.exists():
        report["mask_iou"] = round(compare_mask(image, cut_out), 3)
    print(json.dumps(report, indent=1))
    arguments.out.mkdir(parents=True, exist_ok=True)
    overlay = arguments.out / f"{truth_path.name.partition('.')[0]}_landmarks.png"
    cv2.imwrite(str(overlay), draw_overlay(image, landmarks, truth))
    print(overlay)


def read_truth(path: Path) -> dict[str, Array]:
    """Known positions: feature -> (n, 2) pixels."""
    return {name: np.array(points) for name, points in json.loads(path.read_text("utf-8")).items()}


def find_landmarks(image: Array) -> Array | None:
    """The landmarks (478, 2) of the face in a BGR image, in pixels; None without a face."""
    height, width = image.shape[:2]
    with FACE_MESH.FaceMesh(static_image_mode=True, refine_landmarks=True) as model:
        found = model.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).multi_face_landmarks
    return np.array([(p.x * width, p.y * height) for p in found[0].landmark]) if found else None


def measure(image: Array, landmarks: Array, truth: dict[str, Array]) -> dict[str, Any]:
    """Place of the face in the picture, and the error of every feature, in per cent of the face's width."""
    height, width = image.shape[:2]
    face_width = np.linalg.norm(landmarks[FACE_LEFT] - landmarks[FACE_RIGHT])
    errors = {}
    for name, indices in POINTS.items():
        offset = landmarks[list(indices)].mean(0) - truth[name][0]
        errors[name] = abs(offset[1]) if name.startswith(BY_HEIGHT) else np.linalg.norm(offset)
    for side in BROW_UPPER:
        middle = (landmarks[BROW_UPPER[side]] + landmarks[BROW_LOWER[side]]) / 2
        errors[f"brow_{side}"] = np.mean([distance_to_line(p, truth[f"brow_{side}"]) for p in middle])
    errors["jaw"] = np.mean([distance_to_line(p, truth["jaw"]) for p in landmarks[JAW]])
    errors = {name: round(100 * float(error / face_width), 2) for name, error in errors.items()}
    return {
        "face_width_percent_of_width": round(100 * float(face_width) / width, 1),
        "eyes_percent_of_height": round(100 * float(landmarks[[33, 263], 1].mean()) / height, 1),
        "chin_percent_of_height": round(100 * float(landmarks[CHIN, 1]) / height, 1),
        "lip_gap_percent": round(100 * float(np.linalg.norm(landmarks[13] - landmarks[14]) / face_width), 2),
        "mean_error_percent": round(float(np.mean(list(errors.values()))), 2),
        "error_percent": errors,
    }


def distance_to_line(point: Array, line: Array) -> float:
    """Shortest distance from a point (2,) to a polyline (n, 2)."""
    start, along = line[:-1], np.diff(line, axis=0)
    t = np.clip(((point - start) * along).sum(1) / (along ** 2).sum(1), 0, 1)[:, None]
    return float(np.linalg.norm(start + t * along - point, axis=1).min())


def compare_mask(image: Array, cut_out: Path) -> float:
    """Overlap of the detected person with the rendered one, as intersection over union."""
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as model:
        mask = model.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).segmentation_mask
    alpha = cv2.imread(str(cut_out), cv2.IMREAD_UNCHANGED)[..., 3]
    found, rendered = mask > 0.5, alpha > alpha.max() / 2
    return float((found & rendered).sum() / (found | rendered).sum())


def draw_overlay(image: Array, landmarks: Array, truth: dict[str, Array]) -> Array:
    """The face with known points as magenta crosses and detected ones in blue, with green contours."""
    overlay = image.copy()
    for points in truth.values():
        for point in points:
            cv2.drawMarker(overlay, tuple(point.astype(int)), (255, 0, 255), cv2.MARKER_CROSS, 9, 1)
    for contour in (FACE_MESH.FACEMESH_CONTOURS, FACE_MESH.FACEMESH_IRISES):
        for a, b in contour:
            start, end = (tuple(landmarks[i].astype(int)) for i in (a, b))
            cv2.line(overlay, start, end, (0, 255, 0), 1, cv2.LINE_AA)
    for point in landmarks:
        cv2.circle(overlay, tuple(point.astype(int)), 1, (255, 120, 0), -1)
    height = len(image)
    return overlay[int(0.15 * height):int(0.66 * height)]


if __name__ == "__main__":
    main()
