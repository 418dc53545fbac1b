"""Asking a server of the user's own that answers at once: nothing is paid or entered, and asking again costs nothing."""

import time
from collections.abc import Callable

from tasks.domain.errors import TryAgain
from tasks.domain.money import NOTHING
from tasks.runtime.paid_requests import Counter, Done, NoAnswer, NotAccepted, PaidRequest
from tasks.runtime.spending import Bought, Report, of_no_use, put_patiently


class OwnServer:
    """Takes the place of the guard where there is no money to guard.

    Args:
        report: told when the server is busy.
        sleep: waits.
    """

    def __init__(self, report: Report = lambda _done, _note: None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._report, self._sleep = report, sleep

    def buy(self, request: PaidRequest, counter: Counter) -> Bought:
        """The answer to a request.

        Raises:
            TryAgain: the server is busy, silent, or did not do it.
            FixMachine: what it answers is of no use, and would be the same the next time.
            ReelsError: it refuses the request.
        """
        try:
            answer = put_patiently(counter, "", request.provider, report=self._report, sleep=self._sleep)
        except NotAccepted as refused:
            raise refused.error from refused
        except NoAnswer as silence:
            if silence.lasting:
                raise of_no_use(request.provider, request.stage, silence) from silence
            raise TryAgain(f"{request.provider} gave no {request.stage}: {silence}; run the command again") from silence
        if not isinstance(answer, Done):
            raise TryAgain(f"{request.provider} could not do the {request.stage} ({answer}): run the command again")
        return Bought(answer.content, NOTHING)
