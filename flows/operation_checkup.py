"""What `reels doctor` looks at where `reels up` was said: server, workers, deployments, watchdog, link server."""

from flows.checkup import Finding
from flows.connection import running_api, users_server
from flows.deploying import missing_deployments
from flows.residents import WorkerOptions, residents
from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.processes import FOLDER
from tasks.runtime.settings import Settings

REMEDY = "run `reels up`"
"""What mends all of it."""


def examine_operation(settings: Settings) -> list[Finding]:
    """One finding for each program that should run; none where `reels up` was not said, or `reels down` after it."""
    folder = settings.home_path / FOLDER
    if not any(folder.glob("worker-*.json")) and not (folder / "links.json").exists():
        return []
    api = running_api(settings)
    if api is None:
        whose = f"the Prefect server at {users_server()}" if users_server() else "the local server"
        return [Finding("operation", False, f"{whose} gives no answer", REMEDY)]
    try:
        missing = missing_deployments(api)
        said = f"missing: {', '.join(missing)}" if missing else "all on the server"
        found = [Finding("deployments", not missing, said, REMEDY)]
        for resident in residents(settings, api, WorkerOptions()):
            well = resident.is_ready()
            said = resident.said if well else f"gives no answer; it last printed {resident.program.last_words()!r}"
            found.append(Finding(resident.title, well, said, REMEDY))
    except (FixMachine, TryAgain) as error:
        return [Finding("operation", False, str(error), REMEDY)]
    return found
