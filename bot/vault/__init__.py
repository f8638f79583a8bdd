"""The vault: job folders and snapshots of the store, copied to a durable home and back.

``keeper`` runs in the bot and never touches the home folder. Everything that does
runs in a child process (``python -m bot.vault``), because a file system such as
Drive's can hang for minutes and a process, unlike a thread, can be left behind.
"""
