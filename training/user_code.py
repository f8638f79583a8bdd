"""Errors of a user's own code: where in their files, and what they say."""

from training.hooks.place import Place, message, where

__all__ = ["Place", "message", "where"]
