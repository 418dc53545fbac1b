"""The gate: no reel is made without a person's word, or the installation's policy."""
