"""Every word the user reads: pure functions from values to Telegram HTML."""
