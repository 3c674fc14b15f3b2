"""Making goldens: a case drawn, proven and put into arrays and a line of the manifest."""

from dataclasses import dataclass

import numpy as np

from . import digests
from .case import Case
from .digests import Arrays
from .entry import GROUPS, Entry
from .patterns import seed_of
from .proof import Proof, prove
from .recipe import recipe
from .sized import case_of


@dataclass(frozen=True)
class Made:
    """A freshly proven golden."""

    entry: Entry
    arrays: Arrays


def make(case_id: str) -> Made:
    """Prove one case. Raises Refused."""
    return make_of(case_of(case_id))


def make_of(case: Case) -> Made:
    """The same of a case that no list has."""
    proof = prove(case)
    arrays = {
        f"{group}/{name}": np.asarray(array, order="C")
        for group in GROUPS
        for name, array in getattr(proof, group).items()
    }
    return Made(_entry(case, proof, arrays), arrays)


def _entry(case: Case, proof: Proof, arrays: Arrays) -> Entry:
    inputs, whole = digests.digests(arrays)
    entry = Entry(
        id=case.id,
        shows=case.idea.shows,
        labels=proof.labels,
        features=sorted(case.features),
        dtypes=[dtype for dtype in case.dtypes if dtype not in proof.refused],
        refused=proof.refused,
        dims=case.dims,
        seed=seed_of(case),
        inputs=inputs,
        digest=whole,
        bits=proof.bits,
        corroborated=[proof.corroborated] if proof.corroborated else [],
        recipe=recipe(case),
        evidence="",
        provenance="",
    )
    return digests.sealed(entry)
