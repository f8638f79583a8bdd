"""Telegram in: each command parses, makes one call, answers. One file a family."""
