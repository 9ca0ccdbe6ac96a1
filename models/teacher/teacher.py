#!/usr/bin/env python3
"""Fine-tunes a large transformer on labelled sentences and lets it label others softly.

    teacher.py train BASE TRAIN.jsonl VALIDATION.jsonl OUT [LAST]    an epoch of 10,000 rows: 17 minutes on two cores
    teacher.py label OUT SENTENCES.jsonl SOFT.jsonl                  about 40 sentences a second

BASE is a sentence encoder in the Hugging Face layout, such as all-mpnet-base-v2. Both commands go on where they were
interrupted. The rate falls to nothing over three epochs; training stops after epoch LAST. MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=4294967296 OMP_WAIT_POLICY=PASSIVE in the environment
make them faster. SOFT.jsonl holds the rows of SENTENCES.jsonl with the field `prob`, as `claimtag train` takes them.
"""

import json
import math
import random
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

LABELS = ["exclusivity", "investment", "competition", "infrastructure"]
EPOCHS, RATE, HEAD_RATE, BATCH, SEED, TOKENS = 3, 3e-5, 1e-3, 32, 1, 128
# bfloat16 halves the time on processors that have instructions for it; master weights stay in 32 bits
CAST = dict(device_type="cpu", dtype=torch.bfloat16)


class Dropout(torch.nn.Module):
    """A tenth of the values set to 0, by random bytes: PyTorch's own takes a quarter of the time of a step."""

    def forward(self, x):
        if not self.training:
            return x
        kept = torch.empty(x.shape, dtype=torch.uint8).random_(256) >= 26
        return x * kept * (256 / 230)


class Teacher(torch.nn.Module):
    """Mean of the last vectors, then one logit per label. The embeddings of words stay as they are."""

    def __init__(self, base):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False, attention_probs_dropout_prob=0.0)
        for module in list(self.encoder.modules()):
            for name, child in module.named_children():
                if isinstance(child, torch.nn.Dropout) and child.p > 0:
                    setattr(module, name, Dropout())
        self.encoder.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(self.encoder.config.hidden_size, len(LABELS))

    def forward(self, batch):
        mask = batch["attention_mask"].unsqueeze(-1)
        hidden = self.encoder(**batch).last_hidden_state.float()
        return self.head((hidden * mask).sum(1) / mask.sum(1))


def rows_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def encode(tokenizer, rows):
    texts = [row["text"] for row in rows]
    # a kernel is compiled for each new shape: eights keep them few
    return tokenizer(texts, truncation=True, max_length=TOKENS, padding=True, pad_to_multiple_of=8, return_tensors="pt")


def batches(rows, epoch):
    """Batches of sentences of about the same length, in random order."""
    order = list(range(len(rows)))
    random.Random(SEED * 1000 + epoch).shuffle(order)
    pools = [order[i : i + 40 * BATCH] for i in range(0, len(order), 40 * BATCH)]
    cut = []
    for pool in pools:
        pool.sort(key=lambda i: len(rows[i]["text"]))
        cut += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    random.Random(SEED * 1000 + epoch).shuffle(cut)
    return cut


def targets(rows):
    return torch.tensor([[float(label in row["labels"]) for label in LABELS] for row in rows])


def average_precision(scores, gold):
    """Per label."""
    found = []
    for score, truth in zip(scores.T.tolist(), gold.T.tolist()):
        hits, total = 0, 0.0
        for rank, (_, positive) in enumerate(sorted(zip(score, truth), reverse=True), 1):
            if positive:
                hits += 1
                total += hits / rank
        found.append(total / max(hits, 1))
    return found


@torch.no_grad()
def logits(model, tokenizer, rows):
    model.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["text"]))
    out = torch.zeros(len(rows), len(LABELS))
    for at in range(0, len(order), 64):
        part = order[at : at + 64]
        with torch.autocast(**CAST):
            out[part] = model(encode(tokenizer, [rows[i] for i in part])).float()
    return out


def train(base, train_path, validation_path, out, last=EPOCHS):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "base").write_text(str(base))
    torch.manual_seed(SEED)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = Teacher(base)
    rows, validation = rows_of(train_path), rows_of(validation_path)
    layers = [parameter for parameter in model.encoder.parameters() if parameter.requires_grad]
    groups = [{"params": layers, "lr": RATE}, {"params": list(model.head.parameters()), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = math.ceil(len(rows) / BATCH) * EPOCHS
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    first = 0
    if (out / "state.pt").exists():
        state = torch.load(out / "state.pt", weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["epoch"]
    for epoch in range(first, int(last)):
        model.train()
        losses, began = [], time.time()
        for step, batch in enumerate(batches(rows, epoch)):
            part = [rows[i] for i in batch]
            with torch.autocast(**CAST):
                scores = model(encode(tokenizer, part))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores.float(), targets(part))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if step % 20 == 19:
                print(f"epoch {epoch + 1} step {step + 1} loss {sum(losses[-20:]) / 20:.4f}, {BATCH * (step + 1) / (time.time() - began):.1f} rows/s", flush=True)
        found = average_precision(logits(model, tokenizer, validation), targets(validation))
        print(f"epoch {epoch + 1}: average precision {[round(ap, 3) for ap in found]}, mean {sum(found) / 4:.4f}", flush=True)
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "epoch": epoch + 1,
        }
        torch.save(state, out / "state.tmp")
        (out / "state.tmp").rename(out / "state.pt")


def whole_lines(path):
    """How many lines a file has, after cutting off one that was left unfinished."""
    if not path.exists():
        return 0
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    with open(path, "r+b") as file:
        file.truncate(end)
    return content.count(b"\n")


def label(out, sentences, soft):
    base = (Path(out) / "base").read_text()
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = Teacher(base)
    model.load_state_dict(torch.load(Path(out) / "state.pt", weights_only=True)["model"])
    rows = rows_of(sentences)
    done = whole_lines(Path(soft))
    with open(soft, "a", encoding="utf-8") as file:
        for at in range(done, len(rows), 1024):
            part = rows[at : at + 1024]
            for row, probs in zip(part, torch.sigmoid(logits(model, tokenizer, part)).tolist()):
                prob = {label: round(p, 5) for label, p in zip(LABELS, probs)}
                file.write(json.dumps({**row, "prob": prob}, ensure_ascii=False) + "\n")
            file.flush()
            print(f"{min(at + 1024, len(rows))} of {len(rows)}", flush=True)


if __name__ == "__main__":
    commands = {("train", 6): train, ("train", 7): train, ("label", 5): label}
    command = commands.get((sys.argv[1] if len(sys.argv) > 1 else "", len(sys.argv)))
    if command is None:
        sys.exit(__doc__)
    command(*sys.argv[2:])
