"""What is inside a user's own process: the host of a script, and the watch over its Keras.

It runs beside the user's code, under another name (``coltrain_hooks``), and uses the
standard library alone: a script may bring a module or a folder named ``training``.
Nothing here may change what a script sees, and no error of ours may break it.
"""
