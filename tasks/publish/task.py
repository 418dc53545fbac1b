"""The publish task. Its result is not cached: claims in the store decide what happens once."""

from tasks.domain.errors import QualityRefused, TryAgain
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet, Publication
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.publish.base import Publisher, publish_once
from tasks.runtime.engines import load_engine
from tasks.runtime.lease import confirm_held
from tasks.runtime.stores import open_store


@stage("publish", key=None)
def publish(plan: ReelPlan, finished: FinishedSet) -> tuple[Publication, ...]:
    """Hands the finished set to every place the plan names.

    Raises:
        QualityRefused: the reel failed a check.
        TryAgain: another process has taken over this run.
        NotWritable, StoreDamaged: a place cannot be written, or a file of the set is gone.
    """
    if not finished.passed:
        raise QualityRefused(f"the reel failed {', '.join(finished.failed_checks)} and is not published: look at its"
                             " reel.json")
    store = open_store()
    publications = []
    for number, name in enumerate(plan.publish):
        report(number / len(plan.publish), name)
        if not confirm_held():
            raise TryAgain("another process has taken over this run: it publishes the reel")
        publisher: Publisher = load_engine("publish", name)(store)
        publications.append(publish_once(publisher, finished, store))
    return tuple(publications)
