"""Lets a run wait for a person without holding a worker: its process ends, and an answer starts it again from its top."""

from collections.abc import Callable
from typing import Any, Literal

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, Pause
from prefect.input import RunInput
from prefect.input.actions import read_flow_run_input
from prefect.input.run_input import Keyset, keyset_from_base_key
from prefect.states import Paused
from prefect.utilities.engine import propose_state_sync
from pydantic import ConfigDict, Field, create_model

from tasks.approval.answers import LONGEST_NAME, LONGEST_REASON, LONGEST_SCRIPT
from tasks.domain.answer import Gate, Question
from tasks.domain.errors import FixMachine

STATES: dict[Gate, str] = {"script": "Waiting for approval", "publish": "Waiting for approval to publish"}
"""How the state of a waiting run is called."""


class Form(RunInput):
    """What every form asks; a field it does not know is for our own checks, which can ask again."""

    model_config = ConfigDict(extra="allow")


def suspendable_run() -> FlowRun | None:
    """The run whose body this is, where it can be suspended: it has a deployment and is nobody's subflow."""
    context = FlowRunContext.get()
    run = context.flow_run if context and TaskRunContext.get() is None else None
    return run if run and run.deployment_id and not run.parent_task_run_id else None


def received(run_id: Any, key: str) -> object | None:
    """What was sent as the answer to a question, unchecked; None where nothing came."""
    answer: object | None = read_flow_run_input(keyset(key)["response"], flow_run_id=run_id)
    return answer


def suspend(run_id: Any, key: str, form: type[RunInput], *, state: str, message: str, shown: Callable[[], None]) -> None:
    """Ends this process and lets the run wait for the answer; returns only where the run was continued without one.

    Args:
        run_id: this run.
        key: names the question; each is asked once.
        form: what is asked.
        state: how the waiting state is called.
        message: a sentence beside the state.
        shown: called when the form is complete.

    Raises:
        Pause: the run waits; Prefect ends the process.
        FixMachine: the server does not let this run wait.
    """
    waiting: State[Any] = Paused(name=state, message=message, reschedule=True, pause_key=key)
    waiting.state_details.run_input_keyset = {str(part): place for part, place in keyset(key).items()}
    with get_client(sync_client=True) as client:
        try:
            told = propose_state_sync(client=client, state=waiting, flow_run_id=run_id)
        except Abort as error:
            raise FixMachine(f"the run cannot wait for an answer ({error}): start it by its deployment") from error
    if told.is_running():
        return
    if not told.is_paused():
        raise Abort(f"the run is {told.name!r} and does not wait any more")
    form.save(keyset(key), flow_run_id=run_id)
    shown()
    raise Pause(state=told)


def keyset(key: str) -> Keyset:
    """Where Prefect keeps form, page and answer of a question; named as its own suspensions are."""
    return keyset_from_base_key(f"suspended-{key}")


def form_of(question: Question, page: str, *, prefilled: str | None = None, reason: str = "") -> type[RunInput]:
    """The form of a question.

    Args:
        question: what is asked.
        page: Markdown shown above the fields.
        prefilled: the text to edit; default: the script asked about.
        reason: prefilled reason.
    """
    fields: dict[str, Any] = {}
    if question.gate == "script":
        fields["decision"] = (Literal["approve", "edit", "reject"], Field(
            title="Decision", description="approve: the reel is made. edit: change the script below; you are asked again."
                                          " reject: the run ends."))
    else:
        fields["decision"] = (Literal["approve", "reject"], Field(
            title="Decision", description="approve: the reel is published. reject: it stays in the store and goes nowhere."))
    fields["your_name"] = (str, Field(title="Your name", min_length=1, max_length=LONGEST_NAME,
                                      description="kept with the decision, as you write it"))
    if question.gate == "script":
        fields["script"] = (str, Field(default=prefilled or question.script, title="Script", max_length=LONGEST_SCRIPT,
                                       description="as YAML; only read when the decision is 'edit'"))
        fields["cost_at_most_usd"] = (float, Field(default=question.cost_usd, ge=0, title="Ceiling, USD",
                                                   description="nothing is spent on this reel beyond it"))
    fields["reason"] = (str, Field(default=reason, title="Reason", max_length=LONGEST_REASON,
                                   description="why, if you reject"))
    form = create_model("Approval", __base__=Form, **fields)
    form._description = page
    return form
