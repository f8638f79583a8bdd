"""Questions about a model that was trained: what a picture shows, where it errs.

Each is answered by a process of its own (``python -m training.inspection``) on the
CPU: it may take a gigabyte or hang without harm, and leaves a GPU to the training.
"""
