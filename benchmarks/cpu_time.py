"""Processor time, as all benchmarks count it."""

import resource


def processor_s() -> float:
    """Seconds that this process and the programs it has waited for have used, user and system."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) + children_s()


def children_s() -> float:
    """Seconds that the programs this process has waited for have used."""
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
