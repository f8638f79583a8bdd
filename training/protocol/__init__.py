"""The vocabulary that the bot and the job process share: spec, events, control, folder.

Light on purpose (pydantic and packaging, no numpy): the bot imports it.
"""
