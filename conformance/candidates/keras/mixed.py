"""Keras's mixed precision: layers whose variables are float32 and that compute in a coarser format."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from rnnspec.golden.precision import Precision

POLICIES = {"bf16": "mixed_bfloat16", "f16": "mixed_float16"}  # by what products take in


@contextmanager
def mixed(precision: Precision) -> Iterator[None]:
    """Within which layers are of Keras's policy for a precision, where arrays are wider than what products take in."""
    before = keras.config.dtype_policy()
    if precision.arrays != precision.inputs and precision.inputs in POLICIES:
        keras.config.set_dtype_policy(POLICIES[precision.inputs])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def policy_set() -> str:
    """The name of the policy of now."""
    return str(keras.config.dtype_policy().name)


def policy(array: Any) -> str:
    """That of layers which are given such an array: a mixed one where its variables are such, else the dtype alone."""
    dtype, now = str(keras.backend.standardize_dtype(array.dtype)), keras.config.dtype_policy()
    return policy_set() if policy_set() in POLICIES.values() and now.variable_dtype == dtype else dtype
