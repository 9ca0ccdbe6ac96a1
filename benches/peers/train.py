#!/usr/bin/env python3
"""train.py TOOL BASE MODELS NOTES: trains a tool's model into MODELS/TOOL and writes what was tried and kept to NOTES."""

import json
import os
import sys
from pathlib import Path

THREADS = 2


def main() -> None:
    for name in ("OMP", "MKL", "OPENBLAS", "BLIS", "RAYON"):
        os.environ[f"{name}_NUM_THREADS"] = str(THREADS)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    from tools import TOOLS
    from tools.base import Context

    tool, base, models, notes = sys.argv[1], *map(Path, sys.argv[2:])
    model = models / tool
    model.mkdir(parents=True, exist_ok=True)
    kept = TOOLS[tool].train(Context(base, models), model)
    notes.write_text(json.dumps(kept), encoding="utf-8")


main()
