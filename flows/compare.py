"""`reels compare`: which of several films of one face is the best to make an avatar speak with."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from flows.check import find_portrait
from tasks.domain.errors import FixRequest, QualityRefused
from tasks.quality.take_watching import score_film
from tasks.quality.takes import TakeScore, best_of
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings


def compare(arguments: argparse.Namespace) -> int:
    """Measures films and prints them, the best first.

    Returns:
        0 when the best one has no fault that a viewer sees, 1 when every film has one.
    """
    films: list[Path] = arguments.videos
    for film in films:
        if not film.is_file():
            raise FixRequest(f"there is no film {str(film)!r}: check its name")
    portrait, whose = find_portrait(arguments.portrait, arguments.avatar, None, Library(current_settings().library_path))
    scores = []
    for number, film in enumerate(films, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"watching {film.name}, {number} of {len(films)}\n")
        scores.append(score_film(film, portrait))
    best = best_of(scores)
    ranked = sorted(range(len(films)), key=lambda index: (index != best, bool(scores[index].failed), scores[index].cost))
    told = _as_json(films, scores, ranked) if arguments.json else _table(films, scores, ranked, whose)
    sys.stdout.write(told + "\n")
    return QualityRefused.exit_code if scores[best].failed else 0


def _as_json(films: Sequence[Path], scores: Sequence[TakeScore], ranked: Sequence[int]) -> str:
    return json.dumps([{"video": str(films[index]), "cost": scores[index].cost, "failed": scores[index].failed,
                        "findings": [finding.model_dump(mode="json") for finding in scores[index].findings]}
                       for index in ranked], indent=2)


def _table(films: Sequence[Path], scores: Sequence[TakeScore], ranked: Sequence[int], whose: str) -> str:
    """The films, best first, each with its cost and what is wrong with it."""
    lines = [f"compared with {whose}" if whose else "compared with each film's own first face", ""]
    for index in ranked:
        faults = [finding.as_fault() for finding in scores[index].findings if finding.verdict == "failed"]
        lines += [f"{scores[index].cost:>8.2f}  {films[index]}", *(f"{'':>10}{fault}" for fault in faults)]
    lines += ["", "the first is the best; 0 is faultless" if not scores[ranked[0]].failed
              else "every film has a fault that is seen: make another"]
    return "\n".join(lines)
