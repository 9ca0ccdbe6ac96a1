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

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

BATCH, TOKENS = 32, 128


def sentence_transformers(base):
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(base, device="cpu")
    model.max_seq_length = TOKENS
    return lambda texts: model.encode(texts, batch_size=BATCH)


def make_onnx(base, path):
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = AutoModel.from_pretrained(base, attn_implementation="eager")

        def forward(self, input_ids, attention_mask):
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).float()
            return (hidden * mask).sum(1) / mask.sum(1)

    ids = torch.ones(2, 16, dtype=torch.long)
    axes = {0: "sentences", 1: "tokens"}
    names = ["input_ids", "attention_mask"]
    whole = path + ".whole"
    torch.onnx.export(
        Pooled().eval(), (ids, ids), whole, input_names=names, output_names=["pooled"],
        dynamic_axes={name: axes for name in names} | {"pooled": {0: "sentences"}}, dynamo=False,
    )
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)
    os.remove(whole)


def onnxruntime(base):
    import numpy
    import onnxruntime as ort
    from tokenizers import Tokenizer

    path = os.path.join(base, "encoder.int8.onnx")
    if not os.path.exists(path):
        make_onnx(base, path)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(os.path.join(base, "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding()

    def encode(texts):
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for at in range(0, len(order), BATCH):
            found = tokenizer.encode_batch([texts[i] for i in order[at : at + BATCH]])
            ids = numpy.array([e.ids for e in found], dtype=numpy.int64)
            mask = numpy.array([e.attention_mask for e in found], dtype=numpy.int64)
            session.run(None, {"input_ids": ids, "attention_mask": mask})

    return encode


def main():
    kinds = {"sentence-transformers": sentence_transformers, "onnxruntime": onnxruntime, "onnxruntime-load": onnxruntime}
    kind = kinds.get(sys.argv[1]) if len(sys.argv) > 2 else None
    if kind is None:
        sys.exit(__doc__)
    encode = kind(sys.argv[2])
    if sys.argv[1].endswith("-load"):
        return
    with open(sys.argv[3], encoding="utf-8") as file:
        texts = [line.strip() for line in file if line.strip()]
    encode(texts[:64])
    began = time.perf_counter()
    encode(texts)
    print(f"{len(texts) / (time.perf_counter() - began):.1f}")


main()
