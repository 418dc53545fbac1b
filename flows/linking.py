"""`reels link`: a fresh link to a reel that is finished."""

import argparse
import json
import sys

from tasks.domain.errors import FixMachine
from tasks.runtime.links import link_to, sets_called
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import store_of


def link(arguments: argparse.Namespace) -> int:
    """Prints a link to the newest reel of that id, or of that run.

    Raises:
        UnknownName: there is none.
        FixMachine: no link server was ever started here.
    """
    settings = current_settings()
    store = store_of(settings)
    finished = sets_called(store, arguments.reel)[-1].finished
    address = link_to(finished, store=store, settings=settings)
    if address is None:
        raise FixMachine("no link server is set up on this machine: run `reels up`, or set link_url in reels.toml")
    if arguments.json:
        sys.stdout.write(json.dumps({"id": finished.id, "link": address, "days": settings.link_days}) + "\n")
    else:
        sys.stdout.write(f"{address}\n")
        sys.stderr.write(f"good for {settings.link_days:g} days; whoever has it sees the reel\n")
    return 0
