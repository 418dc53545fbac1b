"""The words of the house: frozen models and the error tree. Imports pydantic and the standard library alone."""
