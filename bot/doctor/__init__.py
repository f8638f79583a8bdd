"""Would a bot work here? ``python -m bot doctor`` looks.

It makes the work folder and changes nothing else. ``checks`` has the table of
checks; what each one found becomes words in ``bot/messages/doctor.py``. Whether
TensorFlow computes on the GPU is not asked here: a training measures that in its own
process, and says so.
"""
