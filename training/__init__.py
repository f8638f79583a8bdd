"""The job process: it trains, unpacks or installs, and writes down what happened.

Started as ``python -m training <job folder>``. It knows neither Telegram nor
the bot's store: it reads ``spec.json`` and ``control.json`` and appends to
``event_log.jsonl`` in its job folder, and that is all the two sides share.
"""
