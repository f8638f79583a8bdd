"""Installing Python packages beside the ones that are there.

``environment`` says which Python and which index; ``installers`` asks uv or pip,
through ``child``, what they would do and then has exactly that done;
``protected`` holds the plan against what must not change; ``explain`` turns the
installer's last words into a reason; ``distributions`` compares before and after.
"""
