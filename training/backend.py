"""Keras on TensorFlow, set up for a job: quiet, repeatable, and able to say its versions.

Modules that use Keras import this one first: TensorFlow reads these variables
while it loads, and its own chatter is no reading for a phone.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what matters arrives as an exception
# A GPU is shared: with a script of the user's, and with the process that waits for a job. Without
# this TensorFlow takes nearly all of its memory at the first operation.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# Some machines' TensorFlow leaves oneDNN off; with it an epoch costs a CPU a fifth less.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextmanager
def _stderr_held_back() -> Iterator[None]:
    """Hold back what native code writes to standard error; show it if the block fails.

    TensorFlow prints several lines while it loads, before it knows its log level.
    """
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)


with _stderr_held_back():
    import keras
    import tensorflow as tf

OutOfMemory = tf.errors.ResourceExhaustedError


def begin_repeatable(seed: int) -> None:
    """Forget earlier models and make what follows depend on the seed alone.

    Layers get the same names each time, for a checkpoint knows variables by name.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def describe_versions() -> str:
    """Versions, on one line."""
    return f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
