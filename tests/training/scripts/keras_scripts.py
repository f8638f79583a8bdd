"""Scripts as people write them; each prints what its own Keras histories have.

A line of JSON: a name and a list with an entry a ``fit``, [epochs, history] of the object
that ``fit`` returned.
"""

HEAD = """
import json
import keras
import numpy as np
keras.utils.set_random_seed(3)
x = np.random.default_rng(0).random((48, 4)).astype("float32")
y = (x.sum(1, keepdims=True) > 2).astype("float32")
histories = []
def told(history):
    histories.append([history.epoch, history.history])
def say(name=""):
    print("HISTORIES", json.dumps([name, histories]))
    histories.clear()
def small():
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""

FORKED = """
import multiprocessing
def train(queue, epochs):
    model = small()
    history = model.fit(x, y, epochs=epochs, verbose=0)
    queue.put([history.epoch, history.history])
context = multiprocessing.get_context("fork")
for epochs in (2, 1):
    queue = context.Queue()
    child = context.Process(target=train, args=(queue, epochs))
    child.start()
    histories.append(queue.get())
    child.join()
say()
"""

SCRIPTS = {
    "sequential": """
model = small()
told(model.fit(x, y, epochs=3, validation_data=(x, y), verbose=0))
""",
    "functional": """
inputs = keras.Input((4,))
outputs = keras.layers.Dense(1)(keras.layers.Dense(3, "relu")(inputs))
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
              "mse", metrics=["mae", keras.metrics.MeanSquaredError(name="own name")])
told(model.fit(x, y, 16, 3, 2, None, 0.25))
""",
    "subclassed": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, inputs):
        return self.dense(inputs)
    def fit(self, *args, **kwargs):
        return super().fit(*args, **kwargs)
model = Net()
model.compile("sgd", "mse")
told(model.fit(x=x, y=y, epochs=2, callbacks=keras.callbacks.TerminateOnNaN()))
""",
    "own train_step": """
import tensorflow as tf
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.tracker = keras.metrics.Mean(name="my_loss")
    def call(self, inputs):
        return self.dense(inputs)
    @property
    def metrics(self):
        return [self.tracker]
    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(inputs, training=True) - targets) ** 2)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables),
                             self.trainable_variables)
        self.tracker.update_state(loss)
        return {"my_loss": self.tracker.result(), "twice": 2 * loss}
model = Net()
model.compile("sgd")
told(model.fit(x, y, epochs=2, verbose=0))
""",
    "several fits": """
for size in (8, 16):
    model = small()
    told(model.fit(x, y, epochs=2, batch_size=size, verbose=0))
told(model.fit(x, y, initial_epoch=4, epochs=6, verbose=0))
""",
    "generator": """
def batches():
    while True:
        for at in range(0, 48, 12):
            yield x[at:at + 12], y[at:at + 12]
model = small()
told(model.fit(batches(), steps_per_epoch=4, epochs=2, validation_data=batches(),
               validation_steps=2, verbose=0))
""",
    "tf.data": """
import tensorflow as tf
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(48, seed=1).batch(8).prefetch(1)
model = small()
model.compile("adam", "binary_crossentropy", metrics=["accuracy"], steps_per_execution=3)
told(model.fit(data, validation_data=data, epochs=2, validation_freq=2, verbose=0))
""",
    "PyDataset": """
class Data(keras.utils.PyDataset):
    def __len__(self):
        return 3
    def __getitem__(self, index):
        return x[index * 16:][:16], y[index * 16:][:16]
model = small()
told(model.fit(Data(workers=2), epochs=2, verbose=0))
""",
    "own callbacks": """
seen = []
class Mine(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["mine"] = 10.0 + epoch
        logs["a word"] = "no number"
        seen.append(sorted(logs))
    def on_train_batch_end(self, batch, logs=None):
        seen.append(batch)
callbacks = [Mine(), keras.callbacks.CSVLogger("own.csv"), keras.callbacks.ReduceLROnPlateau(
    monitor="loss", factor=0.5, patience=0, min_delta=10)]
model = small()
told(model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0))
assert len(callbacks) == 3 and len(seen) == 2 * 3
""",
    "early stopping": """
model = small()
stop = keras.callbacks.EarlyStopping("loss", min_delta=10, patience=1, restore_best_weights=True)
told(model.fit(x, y, epochs=9, callbacks=(stop,), verbose=0))
""",
    "a callback list of its own": """
model = small()
history = keras.callbacks.History()
listed = keras.callbacks.CallbackList([history], add_history=False, model=model)
model.fit(x, y, epochs=2, callbacks=listed, verbose=0)
assert listed.callbacks == [history]
told(history)
""",
    "a function under main": """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input
def train(epochs):
    model = Sequential([Input((4,)), Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(x, y, epochs=epochs, verbose=0)
if __name__ == "__main__":
    told(train(2))
""",
    "a model inside a callback": """
class Inner(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        small().fit(x, y, epochs=2, verbose=0)
        self.model.evaluate(x, y, verbose=0)
model = small()
told(model.fit(x, y, epochs=2, callbacks=[Inner()], verbose=0))
""",
    "interrupted by itself": """
class Leaves(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise StopIteration("enough")
model = small()
history = keras.callbacks.History()
try:
    model.fit(x, y, epochs=5, callbacks=[history, Leaves()], verbose=0)
except (StopIteration, RuntimeError):
    pass
history.epoch.pop()
history.history = {name: values[:1] for name, values in history.history.items()}
told(history)
told(model.fit(x, y, epochs=1, verbose=0))
""",
    "every file closed": """
import os
model = small()
os.closerange(3, 256)
mine = [os.open(os.devnull, os.O_WRONLY) for _ in range(20)]
told(model.fit(x, y, epochs=2, verbose=0))
""",
}

ARGUMENTS = """
try:
    small().fit(x, y, epoch=3)
except TypeError as error:
    assert "unexpected keyword argument 'epoch'" in str(error), error
"""

EVALUATED = """
model = small()
model.evaluate(x[:8], y[:8], verbose=0)
score = model.evaluate(x, y, verbose=0)
assert isinstance(score, list)
print("SCORE", json.dumps(score))
"""


def together() -> str:
    """All of them as one script."""
    parts = [f"{text}\nsay({name!r})\n" for name, text in SCRIPTS.items()]
    return HEAD + "".join(parts) + ARGUMENTS + EVALUATED
