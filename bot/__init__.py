"""The bot process: Telegram on one side, job processes on the other.

It never imports Keras or TensorFlow. ``docs/ARCHITECTURE.md`` walks its rooms.
"""
