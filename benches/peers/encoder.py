#!/usr/bin/env python3
"""Times a MiniLM encoder of another library over sentences, one a line, on one thread.

    encoder.py sentence-transformers BASE SENTENCES
    encoder.py onnxruntime BASE SENTENCES        8-bit integers; BASE gets a file encoder.int8.onnx
    encoder.py onnxruntime-load BASE             makes that file only

Prints sentences per second: from text to one vector per sentence, the model loaded and warm. BASE is all-MiniLM-L6-v2 in
the Hugging Face layout.
"""

import os
import sys
import time

BATCH, TOKENS = 32, 128


def sentence_transformers(base):
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(base, device="cpu")
    model.max_seq_length = TOKENS
    return lambda texts: model.encode(texts, batch_size=BATCH)


def pooled(encoder):
    """The mean of the vectors that an encoder has for the tokens of each sentence, as a module."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids, attention_mask):
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).float()
            return (hidden * mask).sum(1) / mask.sum(1)

    return Pooled()


def export_int8(module, path):
    """Writes a module from tokens to a row per sentence as ONNX with 8-bit integers."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    ids = torch.ones(2, 16, dtype=torch.long)
    axes = {0: "sentences", 1: "tokens"}
    names = ["input_ids", "attention_mask"]
    whole = path + ".whole"
    torch.onnx.export(
        module.eval(), (ids, ids), whole, input_names=names, output_names=["out"],
        dynamic_axes={name: axes for name in names} | {"out": {0: "sentences"}}, dynamo=False,
    )
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)
    os.remove(whole)


def in_batches(tokenizer, texts, run):
    """Calls `run(ids, mask)` on sentences of like length together; what it returns for each, in the order of `texts`."""
    import numpy

    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    rows = [None] * len(texts)
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        found = tokenizer.encode_batch([texts[i] for i in batch])
        ids = numpy.array([e.ids for e in found], dtype=numpy.int64)
        mask = numpy.array([e.attention_mask for e in found], dtype=numpy.int64)
        for i, row in zip(batch, run(ids, mask)):
            rows[i] = row
    return rows


def load_tokenizer(path):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding()
    return tokenizer


def load_onnx(path, threads):
    """From ids and mask to the rows of the model."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


def onnxruntime(base):
    path = os.path.join(base, "encoder.int8.onnx")
    if not os.path.exists(path):
        from transformers import AutoModel

        export_int8(pooled(AutoModel.from_pretrained(base, attn_implementation="eager")), path)
    run = load_onnx(path, 1)
    tokenizer = load_tokenizer(os.path.join(base, "tokenizer.json"))
    return lambda texts: in_batches(tokenizer, texts, run)


def main():
    kinds = {"sentence-transformers": sentence_transformers, "onnxruntime": onnxruntime, "onnxruntime-load": onnxruntime}
    kind = kinds.get(sys.argv[1]) if len(sys.argv) > 2 else None
    if kind is None:
        sys.exit(__doc__)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    encode = kind(sys.argv[2])
    if sys.argv[1].endswith("-load"):
        return
    with open(sys.argv[3], encoding="utf-8") as file:
        texts = [line.strip() for line in file if line.strip()]
    encode(texts[:64])
    began = time.perf_counter()
    encode(texts)
    print(f"{len(texts) / (time.perf_counter() - began):.1f}")


if __name__ == "__main__":
    main()
