#!/usr/bin/env bash
# Trains the default model from data/claims: about half a minute on two cores. Run from anywhere; the result is the same
# bytes each time.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo run --locked --release -- train data/claims/train.jsonl \
    --labels exclusivity,investment,competition,infrastructure --seed 1 --out models/default
cargo run --locked --release -- eval data/claims/test.jsonl
