"""How a run ends from which no reel comes because it may not: in a state that says why, without a traceback in its log.

A bad request, a person's no and a limit are answers, not accidents, and their sentence says all there is. Everything else
that ends a run keeps its traceback.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from prefect.exceptions import FailedRun
from prefect.logging import get_run_logger
from prefect.states import Failed

from tasks.domain.errors import ApprovalMissing, FixRequest, OverLimit, QualityRefused, ReelsError, Rejected

R = TypeVar("R")

REFUSALS = (ApprovalMissing, FixRequest, OverLimit, QualityRefused)
"""Errors that are answers: whoever started the run, or was asked, can act on the sentence alone."""
LOGGERS = ("prefect.engine", "prefect.flow_runs")
"""Where Prefect writes tracebacks of flows."""


def with_plain_end(act: Callable[[], R]) -> R:
    """Does what `act` does; called from a flow's body, which returns what comes.

    Returns:
        What `act` gives. If it is refused: the failed state that the run ends in, with the refusal's sentence; Prefect takes
        a state that a flow returns as the run's own, and raises the error to who called the flow.
    """
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_is_news)
    try:
        return act()
    except REFUSALS as error:
        state: Any = refused(error)
        return state  # type: ignore[no-any-return]


def refused(error: ReelsError) -> Any:
    """The state that a refused run ends in; what its starter has to change is an error in the log, a no is none."""
    if not isinstance(error, ApprovalMissing):
        get_run_logger().error("%s", error)
    return Failed(name=error.state if isinstance(error, Rejected) else None, message=str(error), data=error)


def _is_news(record: logging.LogRecord) -> bool:
    """A filter of logs: False for the traceback of what the run's state has said.

    `FailedRun` is what Prefect raises for a failed state that a flow returned without an error.
    """
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, (*REFUSALS, FailedRun))
