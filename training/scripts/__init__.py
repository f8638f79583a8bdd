"""Running a program of the user's own: its process, its output, its reports, its files.

None of this imports what the user wrote; ``training.hooks`` is what runs beside it.
"""
