"""A recorded NVML: a module that answers as nvidia-ml-py does on a machine with a GPU."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pynvml

# As nvidia-ml-py answers for a Tesla T4 with 15,360 MiB.
ANSWERS = {
    "nvmlInit": None,
    "nvmlDeviceGetCount": 1,
    "nvmlDeviceGetHandleByIndex": object(),
    "nvmlDeviceGetName": "Tesla T4",
    "nvmlDeviceGetMemoryInfo": SimpleNamespace(
        total=16106127360, free=13812563968, used=2293563392
    ),
    "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=87, memory=41),
    "nvmlDeviceGetTemperature": 64,
    "nvmlSystemGetDriverVersion": "580.82.07",
}


def recorded_nvml(count: int = 1, **failures: int) -> ModuleType:
    """Build a module that answers from the record; a question can be made to fail."""
    nvml = ModuleType("recorded_nvml")
    nvml.NVMLError = pynvml.NVMLError
    nvml.NVML_TEMPERATURE_GPU = pynvml.NVML_TEMPERATURE_GPU

    def answering(question: str, value: object) -> Callable[..., object]:
        def answer(*_: object) -> object:
            if question in failures:
                raise pynvml.NVMLError(failures[question])
            return value

        return answer

    for question, value in {**ANSWERS, "nvmlDeviceGetCount": count}.items():
        setattr(nvml, question, answering(question, value))
    return nvml
