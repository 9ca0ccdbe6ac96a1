#!/usr/bin/env python3
"""predict.py TOOL MODEL SENTENCES THREADS: probabilities of the labels for each line of a file, to standard output.

A whole process, as somebody who has a file of sentences would run it: what is timed includes starting and loading.
"""

import os
import sys
from itertools import islice
from pathlib import Path

CHUNK = 4096


class WithoutTorch:
    """Hides PyTorch from libraries that load it wherever it is installed, as in an environment of their own."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main() -> None:
    tool, model, sentences, threads = sys.argv[1:]
    for name in ("OMP", "MKL", "OPENBLAS", "BLIS", "RAYON"):
        os.environ[f"{name}_NUM_THREADS"] = threads
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if int(threads) > 1 else "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from tools import TOOLS

    if not TOOLS[tool].torch:
        sys.meta_path.insert(0, WithoutTorch())
    predict = TOOLS[tool].load(Path(model), int(threads))
    with open(sentences, encoding="utf-8") as file:
        while lines := [line.rstrip("\n") for line in islice(file, CHUNK)]:
            rows = predict(lines).tolist()
            sys.stdout.write("".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in rows))


main()
