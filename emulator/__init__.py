"""A stand-in for Telegram on 127.0.0.1: the Bot API on one side, a chat page on the other.

``python -m emulator`` runs it alone; tests run it inside their own process through
:func:`emulator.server.serving`. Nothing here knows the bot: they meet over HTTP only.
"""
