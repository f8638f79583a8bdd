"""The network and its optimizers."""

import pytest

from training.convnet import build_convnet, compile_convnet
from training.protocol.spec import Optimizer, TrainSpec

pytestmark = pytest.mark.keras


def test_the_network_is_the_one_of_the_example() -> None:
    """Layer for layer the Keras MNIST example, with its 1,199,882 parameters."""
    model = build_convnet((28, 28, 1), 10)
    layers = [(type(layer).__name__, layer.output.shape[1:]) for layer in model.layers]
    assert layers == [
        ("Conv2D", (26, 26, 32)),
        ("Conv2D", (24, 24, 64)),
        ("MaxPooling2D", (12, 12, 64)),
        ("Dropout", (12, 12, 64)),
        ("Flatten", (9216,)),
        ("Dense", (128,)),
        ("Dropout", (128,)),
        ("Dense", (10,)),
    ]
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.25, 0.5]
    activations = [layer.activation.__name__ for layer in model.layers if layer.weights]
    assert activations == ["relu", "relu", "relu", "softmax"]
    assert model.count_params() == 1_199_882


@pytest.mark.parametrize("optimizer", list(Optimizer))
def test_every_optimizer_of_the_spec_is_there(optimizer: Optimizer) -> None:
    """Its name in a command is its Keras name; the default learning rate is the usual one."""
    spec = TrainSpec(optimizer=optimizer)
    model = build_convnet((6, 6, 1), 10)
    compile_convnet(model, spec.optimizer, spec.effective_learning_rate)
    assert type(model.optimizer).__name__.lower() == optimizer.value
    usual = 1.0 if optimizer is Optimizer.ADADELTA else type(model.optimizer)().learning_rate
    assert float(model.optimizer.learning_rate) == float(usual)
    assert model.loss == "categorical_crossentropy"


def test_pictures_that_are_too_small_are_refused() -> None:
    """Two convolutions and a pooling need 6 pixels."""
    assert build_convnet((6, 7, 3), 10).output_shape == (None, 10)
    with pytest.raises(ValueError, match="5 x 28"):
        build_convnet((5, 28, 1), 10)
