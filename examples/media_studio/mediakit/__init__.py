"""Pictures and a film painted by formulas: what the example scripts cut to."""
