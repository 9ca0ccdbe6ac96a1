#!/usr/bin/env bash
# Makes the default model: about an hour and a half on two cores, for the most part the teacher and the fine-tuning. Each step
# goes on where it was interrupted, and is left out where its result is there.
#
#     models/train.sh BUILD MINILM MPNET CORPUS GOLD
#
# BUILD   a folder for what is made on the way
# MINILM  all-MiniLM-L6-v2 in the Hugging Face layout, the student's base
# MPNET   all-mpnet-base-v2 in the Hugging Face layout, the teacher's base
# CORPUS  articles that claimtag reads: a folder or a JSONL file
# GOLD    labelled sentences that the model will be judged by: articles that hold one are not learnt from
#
# The teacher needs Python with the packages torch and transformers; what ships is trained by claimtag alone. Steps 1, 4 and 5
# give the same bytes each time for the same soft labels; the teacher's differ a little between machines.
set -euo pipefail
build=$1 minilm=$2 mpnet=$3 corpus=$4 gold=$5
cd "$(dirname "$0")/.."
cargo build --release --locked
claimtag=target/release/claimtag
rows=data/claims/train.jsonl
mkdir -p "$build"
export OMP_WAIT_POLICY=PASSIVE MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=4294967296

# 1. the base, its vocabulary trimmed to what the corpus uses
[ -d "$build/base" ] || "$claimtag" trim "$minilm" "$corpus" --pieces 20000 --out "$build/base"

# 2. the teacher, fine-tuned on our rows
python3 models/teacher/teacher.py train "$mpnet" "$rows" data/claims/validation.jsonl "$build/teacher" 2

# 3. sentences that a small model finds telling, and what the teacher says of them
if [ ! -f "$build/sentences.jsonl" ]; then
    "$claimtag" tag --all --quiet --tier linear --to jsonl "$corpus" |
        python3 models/teacher/sample.py 60000 --exclude "$gold" >"$build/sentences.tmp"
    head -n 26624 "$build/sentences.tmp" >"$build/sentences.jsonl"
fi
python3 models/teacher/teacher.py label "$build/teacher" "$build/sentences.jsonl" "$build/soft.jsonl"

# 4. the student, on hard and soft labels
[ -d "$build/student" ] || "$claimtag" train "$rows" "$build/soft.jsonl" --seed 1 \
    --labels exclusivity,investment,competition,infrastructure --c 10 --folds 3 \
    --encoder finetune --base "$build/base" --epochs 3 --learning-rate 8e-5 --out "$build/student"

# 5. the linear tier, taught by the student
"$claimtag" distill "$build/student" "$corpus" --data "$rows" "$build/soft.jsonl" --exclude "$gold" --out models/default
for set in data/claims/test.jsonl "$gold"; do
    cargo run --release --locked -- eval "$set"
done
