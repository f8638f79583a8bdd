"""A calm sentence for each UserError: what was wrong, and what to do."""

from bot.messages.errors import files, jobs, models, trainings, words
from bot.messages.errors.sentence import sentence

__all__ = ["files", "jobs", "models", "sentence", "trainings", "words"]
