"""Models to begin from: copy one into a data folder, change it, and name it with ``model=``."""
