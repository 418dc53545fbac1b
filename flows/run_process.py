"""The process that a worker starts for a run: Prefect's engine, begun for less.

Most of what a short run costs is the import of Prefect, and much of that is the garbage collector, which looks through it
again and again; here it does not.

    python -m flows.run_process        # with PREFECT__FLOW_RUN_ID, as workers set it
"""

import runpy

from flows.collector import end_uncollected, uncollected


def main() -> None:
    """Runs the flow run that the environment names."""
    end_uncollected()
    with uncollected():
        import prefect.flow_engine  # noqa: F401
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
