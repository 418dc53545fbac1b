"""How a film is asked for in OpenAI's protocol for them: a job is made, asked about, and its film fetched.

Servers differ, and all of this is taken for what it means: vLLM-Omni says `in_progress`, SGLang stays `queued` to the end;
progress is a number from 0 to 100, or 0 and 100 only; an error is an object, a text or missing; a film that is asked for too
early is a 404 whose text speaks of progress.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from tasks.domain.errors import TryAgain
from tasks.media.received_film import NoFilm, measure_film
from tasks.runtime.openai_line import Gone, OpenAILine
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, NoAnswer, Pending
from tasks.runtime.refusals import is_moderated, told, words_of

OVER = ("failed", "cancelled", "canceled", "expired", "deleted", "rejected")
"""States of a job that will give no film; `completed` gives one, any other means that it is worked on."""
SKEW_S = 60.0
"""How far the clocks of a server and of this machine may be apart."""
MOST_JOBS = 100
"""How many of the newest jobs are looked through for one that a broken request has become."""
MISSES = 3
"""How many questions in a row may go wrong before the run ends: a job takes minutes, and asking costs nothing."""
DOWNLOADS = 2
"""How often a film is fetched that turns out broken, before the job counts as failed."""


class FilmJob(Counter):
    """Has one film made; the protocol knows no idempotency key.

    Args:
        provider: the service's name, for messages.
        line: the connection.
        fields: of the form.
        picture: JPEG that the film begins with.
    """

    poll_s: ClassVar[float] = 5.0

    def __init__(self, provider: str, line: OpenAILine, fields: Mapping[str, str], picture: bytes | None) -> None:
        self._provider, self._line, self._fields, self._picture = provider, line, fields, picture
        self._missed = 0

    def send(self, token: str) -> Answer:  # noqa: ARG002  the protocol takes no key of ours
        record = self._line.create_video(self._fields, self._picture)
        job = record.get("id")
        if not job or not isinstance(job, str):
            raise NoAnswer(f"its answer names no job: {told(str(record))!r}", lasting=True)
        return _failure(record, job) or Pending(job, _done(record))

    def ask(self, job: str) -> Answer | None:
        try:
            answer = self._state(job)
        except TryAgain:
            self._missed += 1
            if self._missed > MISSES:
                raise
            return Pending(job)
        self._missed = 0
        return answer

    def search(self, sent_at: dt.datetime, may_be: Callable[[str], bool]) -> str | None:
        since_s = sent_at.timestamp() - SKEW_S
        found = [str(record.get("id")) for record in self._line.videos(most=MOST_JOBS) if self._is_of(record, since_s)]
        free = [job for job in found if may_be(job)]
        return free[0] if len(free) == 1 else None

    def cancel(self, job: str) -> bool:
        return self._line.delete_video(job)

    def _state(self, job: str) -> Answer | None:
        """What became of a job, with its film.

        Raises:
            TryAgain: the service does not say.
        """
        record = self._line.video(job)
        if record is None:
            return None
        if record.get("status") == "completed":
            return self._fetched(job)
        return _failure(record, job) or Pending(job, _done(record))

    def _is_of(self, record: Mapping[str, Any], since_s: float) -> bool:
        """Whether a job can have come from this request: by its prompt, which SGLang does not tell, and its age."""
        made_s, prompt = record.get("created_at"), record.get("prompt")
        return (isinstance(prompt, str) and prompt.strip() == self._fields["prompt"].strip()
                and isinstance(made_s, int | float) and made_s >= since_s and bool(record.get("id")))

    def _fetched(self, job: str) -> Answer:
        """The film of a job that is done.

        Raises:
            TryAgain: something else than a film comes, which may pass.
        """
        broken: NoFilm | None = None
        for _ in range(DOWNLOADS):
            try:
                content = self._line.video_content(job)
                measure_film(content)
            except Gone as gone:
                if "progress" in str(gone).lower():
                    return Pending(job, 1.0)
                return Failed(f"its film is not there any more ({gone})", None, job)
            except NoFilm as error:
                broken = error
            else:
                return Done(content, ".mp4", job=job)
        if broken and broken.text:
            raise TryAgain(f"{self._provider} sends no film for its job {job!r} but {told(str(broken))}: run the command"
                           " again later, it asks for the same job")
        return Failed(f"what it made is no film but {told(str(broken))}", None, job)


def _failure(record: Mapping[str, Any], job: str) -> Failed | None:
    """Why a job gives no film, None where it will; whether it was charged, no record says."""
    if record.get("status") not in OVER:
        return None
    reason = told(words_of(record.get("error")) or str(record["status"]))
    return Failed(reason, None, job, refused=is_moderated(reason))


def _done(record: Mapping[str, Any]) -> float:
    """The fraction of a job that is done, where the record says it."""
    progress = record.get("progress")
    return min(max(progress / 100, 0.0), 1.0) if isinstance(progress, int | float) else 0.5
