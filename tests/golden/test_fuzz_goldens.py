"""Random damage to goldens and to their manifest: it is noticed, or it changes nothing; another seed is other damage."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from planted.hostile import contents
from rnnspec.golden import FOLDER, GoldenError, cases, load, manifest, store

SEED = int(os.environ.get("RNNSPEC_FUZZ_SEED", "0"))
FILES, EDITS, BITS, BATCH = 3000, 1400, 900, 50
ENTRIES = list(cases())
KINDS = ["a byte", "a cut", "bytes more", "zeros", "two bytes swapped", "another golden"]


def batches(what: str, count: int) -> dict[str, str]:
    """Seeds, each of so many tries."""
    return {f"{what}-{k}": f"{SEED} {what} {k}" for k in range(count // BATCH)}


def damaged(raw: bytearray, kind: str, rng: random.Random) -> bytes:
    k = rng.randrange(len(raw))
    match kind:
        case "a bit":
            raw[k] ^= 1 << rng.randrange(8)
        case "a byte":
            raw[k] = rng.randrange(256)
        case "a cut":
            del raw[k:]
        case "bytes more":
            raw[k:k] = rng.randbytes(rng.randrange(1, 9))
        case "zeros":
            raw[k : k + 16] = bytes(16)
        case "two bytes swapped":
            other = rng.randrange(len(raw))
            raw[k], raw[other] = raw[other], raw[k]
        case "another golden":
            return store.path_of(FOLDER, rng.choice(ENTRIES).id).read_bytes()
    return bytes(raw)


def refused_or_the_same(folder: Path, kind: str, rng: random.Random) -> None:
    entry = rng.choice(ENTRIES)
    path = store.path_of(folder, entry.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(damaged(bytearray(store.path_of(FOLDER, entry.id).read_bytes()), kind, rng))
    try:
        held = contents(store.read(folder, entry))
    except GoldenError:
        return
    assert held == contents(load(entry.id)), (entry.id, kind)


@pytest.mark.sampled("seed", batches("file", BATCH), batches("file", FILES))
def test_a_damaged_golden_is_refused_or_holds_the_same(seed: str, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for _ in range(BATCH):
        refused_or_the_same(tmp_path, rng.choice(KINDS), rng)


@pytest.mark.sampled("seed", batches("bit", BATCH), batches("bit", BITS))
def test_a_golden_with_one_bit_flipped_is_refused_or_holds_the_same(seed: str, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for _ in range(BATCH):
        refused_or_the_same(tmp_path, "a bit", rng)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every leaf of a manifest, and every list as such."""
    if isinstance(data, dict):
        return [place for key, value in data.items() for place in places(value, (*path, key))]
    if isinstance(data, list):
        return [path, *(place for k, value in enumerate(data) for place in places(value, (*path, k)))]
    return [path]


def edited(value: Any, rng: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + rng.choice([-2, -1, 1, 2, 64])
        case str():
            k = rng.randrange(len(value) + 1)
            return rng.choice(
                [f"{value[:k]}{rng.choice('abc019-')}{value[k + 1 :]}", value[:k] + value[k + 1 :], f"{value}x"]
            )
        case list():
            return rng.choice([value[1:], value[:1] + value, value[::-1], [*value, "tiny"]])
        case _:
            return "x" if value is None else None


@pytest.mark.sampled("seed", batches("edit", BATCH), batches("edit", EDITS))
def test_an_edit_of_the_manifest_is_noticed(seed: str, tmp_path: Path) -> None:
    rng = random.Random(seed)
    held = json.loads((FOLDER / manifest.NAME).read_text(encoding="utf-8"))
    everywhere, done = places(held), 0
    while done < BATCH:
        *way, last = rng.choice(everywhere)
        inner = held
        for key in way:
            inner = inner[key]
        before, inner[last] = inner[last], edited(inner[last], rng)
        if inner[last] != before:
            (tmp_path / manifest.NAME).write_text(json.dumps(held), encoding="utf-8")
            with pytest.raises(GoldenError, match=manifest.NAME):
                manifest.read(tmp_path)
            done += 1
        inner[last] = before  # a copy of all of it would cost more than what reads it
