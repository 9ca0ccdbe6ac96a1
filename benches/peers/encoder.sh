#!/usr/bin/env bash
# The encoder tier beside sentence-transformers (PyTorch, 32-bit floats) and ONNX Runtime (8-bit integers) on the same
# sentences, one thread each, in turn; prints sentences per second of each round, medians and ratios.
#
#     benches/peers/encoder.sh BASE ARTICLES [ROUNDS]
#
# BASE is all-MiniLM-L6-v2 in the Hugging Face layout, ARTICLES a file or folder that claimtag reads: 5,000 of its sentences
# are taken, evenly spread. Needs Python with the packages sentence-transformers, onnxruntime, onnx and onnxscript. The
# peers are timed from text to vectors with their model loaded; claimtag as a whole process, from a file to rows with
# labels, loading included.
set -euo pipefail
base=$1 articles=$2 rounds=${3:-5}
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
cargo build --release --locked
claimtag=$PWD/target/release/claimtag
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$claimtag" tag --all --quiet --tier linear --to jsonl "$articles" |
    python3 -c '
import json, sys
texts = [" ".join(json.loads(line)["text"].split()) for line in sys.stdin]
step = max(len(texts) // 5000, 1)
print("\n".join(text for text in texts[::step][:5000] if 5 <= len(text.split()) <= 60))
' >"$folder/sentences.txt"
python3 "$here/encoder.py" onnxruntime-load "$base"

# what claimtag makes of the file: its splitter may see a sentence or two more than there are lines
count=$("$claimtag" tag --all --quiet --tier linear --to jsonl "$folder/sentences.txt" | wc -l)
claimtag_rate() {
    local began ended
    began=$(date +%s.%N)
    "$claimtag" tag --all --quiet --tier "$1" --to jsonl "$folder/sentences.txt" >/dev/null
    ended=$(date +%s.%N)
    python3 -c "print(f'{$count / ($ended - $began):.1f}')"
}
for ((round = 1; round <= rounds; round++)); do
    encoder=$(claimtag_rate encoder)
    onnx=$(python3 "$here/encoder.py" onnxruntime "$base" "$folder/sentences.txt")
    torch=$(python3 "$here/encoder.py" sentence-transformers "$base" "$folder/sentences.txt" 2>/dev/null)
    echo "$encoder $onnx $torch" | tee -a "$folder/rates"
done
python3 - "$folder/rates" <<'PY'
import statistics, sys
rows = [[float(x) for x in line.split()] for line in open(sys.argv[1])]
encoder, onnx, torch = ([row[i] for row in rows] for i in range(3))
ratio = lambda other: statistics.median(a / b for a, b in zip(encoder, other))
print(f"claimtag encoder tier {statistics.median(encoder):.0f} sentences/s")
print(f"ONNX Runtime int8     {statistics.median(onnx):.0f}, ratio {ratio(onnx):.2f}")
print(f"sentence-transformers {statistics.median(torch):.0f}, ratio {ratio(torch):.2f}")
PY
