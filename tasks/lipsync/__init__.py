"""Lip-sync: the mouth follows the voice."""
