"""What all tasks share of Prefect: the stage decorator, kept results, progress, limits and keys of paid services."""
