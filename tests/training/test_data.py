"""The data: whole, in the example's form, and in an order that a seed decides."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data import MNIST, epoch_order, load_mnist
from training.protocol.failure import FailureCode, TaskError


def test_mnist_has_the_form_of_the_example() -> None:
    """60,000 and 10,000 pictures in [0, 1], with one-hot labels."""
    data = load_mnist()
    assert data.train.images.shape == (60_000, 28, 28, 1)
    assert data.test.images.shape == (10_000, 28, 28, 1)
    assert data.train.images.dtype == data.train.labels.dtype == np.float32
    assert (data.train.images.min(), data.train.images.max()) == (0, 1)
    assert np.array_equal(data.test.labels.sum(axis=1), np.ones(10_000))
    assert data.train.labels[0].argmax() == 5


def test_fewer_samples_are_the_first_ones() -> None:
    """samples=n takes the first n pictures, and of the test set as far as there are."""
    some, more = load_mnist(samples=300), load_mnist(samples=10_001)
    assert len(some.train) == len(some.test) == 300
    assert (len(more.train), len(more.test)) == (10_001, 10_000)
    assert np.array_equal(some.train.images, more.train.images[:300])


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "other arrays", "labels"])
def test_data_that_cannot_be_read_is_named(tmp_path: Path, damage: str) -> None:
    """A file that is not whole, or not MNIST, ends with a reason and never with a training."""
    file = tmp_path / "digits.npz"
    content = bytearray(MNIST.read_bytes())
    content[len(content) // 2] ^= 1
    pixels = np.zeros((2, 28, 28), np.uint8)
    if damage == "other arrays":
        np.savez(file, images=pixels)
    elif damage == "labels":
        labels = np.array([3, 10], np.uint8)
        np.savez(file, x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    elif damage != "missing":
        file.write_bytes({"empty": b"", "cut": content[:1_000_000], "flipped": content}[damage])

    with pytest.raises(TaskError) as raised:
        load_mnist(file)

    assert raised.value.code is FailureCode.DATA_UNREADABLE
    assert raised.value.details["file"] == "digits.npz"
    assert raised.value.details["error"]


@given(seed=st.integers(0, 2**31 - 1), epoch=st.integers(0, 10_000), samples=st.integers(1, 500))
def test_an_epoch_takes_each_sample_once(seed: int, epoch: int, samples: int) -> None:
    """The order is a permutation, the same whenever it is asked for."""
    order = epoch_order(seed, epoch, samples)
    assert sorted(order) == list(range(samples))
    assert np.array_equal(order, epoch_order(seed, epoch, samples))


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    """Another epoch or another seed is another order."""
    orders = [tuple(epoch_order(seed, epoch, 100)) for seed in range(5) for epoch in range(5)]
    assert len(set(orders)) == 25
