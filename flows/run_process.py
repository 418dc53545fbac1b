"""The process that a worker starts for a run: Prefect's engine, begun for less.

Most of what a short run costs is the import of Prefect. Nothing of it is ever garbage, so the collector, which would look
through it again and again, pauses meanwhile and leaves it out of its rounds afterwards.

    python -m flows.run_process        # with PREFECT__FLOW_RUN_ID, as workers set it
"""

import gc
import runpy


def main() -> None:
    """Runs the flow run that the environment names."""
    gc.disable()
    import prefect.flow_engine  # noqa: F401

    gc.freeze()
    gc.enable()
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
