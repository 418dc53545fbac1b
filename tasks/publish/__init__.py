"""Publish: the finished set is handed on, each reel to each place once."""
