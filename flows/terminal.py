"""Live progress in a terminal, stage by stage with the time left; plain lines where nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tasks.orchestration.progress import Listener, listening


@contextmanager
def showing_progress(stream: TextIO) -> Iterator[None]:
    """Shows how far each stage is while the block runs.

    Args:
        stream: where to write; bars if it is a terminal, else a line for each finished stage and each wait.
    """
    if not stream.isatty():
        with listening(_lines(stream)):
            yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bars = Progress(TextColumn("{task.description:<10}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
                    TextColumn("{task.fields[note]}"), console=Console(file=stream))
    known: dict[str, TaskID] = {}

    def listener(stage: str, done: float | None, note: str) -> None:
        if stage not in known:
            known[stage] = bars.add_task(stage, total=1.0, note="")
        bars.update(known[stage], completed=done, note=note)

    with bars, listening(listener):
        yield


def _lines(stream: TextIO) -> Listener:
    def listener(stage: str, done: float | None, note: str) -> None:
        if note and (done is None or done >= 1.0):
            stream.write(f"{stage:<10} {note}\n")
            stream.flush()

    return listener
