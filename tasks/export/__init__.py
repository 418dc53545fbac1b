"""Export: the reel as an edit, each part by itself, that opens in an editing program."""
