"""The generation stage: models and services that make films from a picture or a text, one engine a file."""
