#!/usr/bin/env python3
"""Makes the reference values that tests/it/encoder.rs checks our forward pass against.

    pip install torch transformers safetensors
    python tests/reference/encoder.py [MINILM]

Writes, beside itself:
tiny/                a BERT of two layers with random weights (Hugging Face layout), small enough to be kept here
tiny.json            for sentences of random ids: the mean over the tokens' last vectors, by transformers' BertModel
minilm.json          the same for all-MiniLM-L6-v2 in the folder MINILM, if given (the weights are not kept here)
"""

import json
import os
import sys

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

HERE = os.path.dirname(os.path.abspath(__file__))


def pooled(model, sentences):
    with torch.no_grad():
        return [model(torch.tensor([ids])).last_hidden_state[0].mean(0).tolist() for ids in sentences]


def sentences(vocab, lengths, seed):
    torch.manual_seed(seed)
    return [torch.randint(0, vocab, (n,)).tolist() for n in lengths]


def write(name, ids, vectors):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump([{"ids": i, "pooled": [round(x, 7) for x in v]} for i, v in zip(ids, vectors)], file)
        file.write("\n")


def tiny():
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=24, type_vocab_size=2, layer_norm_eps=1e-12,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (0.5 if parameter.dim() == 1 else 0.0))
    os.makedirs(os.path.join(HERE, "tiny"), exist_ok=True)
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if "position_ids" not in name}
    save_file(tensors, os.path.join(HERE, "tiny", "model.safetensors"))
    fields = [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
        "max_position_embeddings", "layer_norm_eps",
    ]
    with open(os.path.join(HERE, "tiny", "config.json"), "w") as file:
        json.dump({field: getattr(config, field) for field in fields}, file, indent=2)
        file.write("\n")
    ids = sentences(100, [1, 2, 5, 9, 17, 24, 3], 2)
    write("tiny.json", ids, pooled(model, ids))


def minilm(folder):
    model = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    ids = [[101] + s + [102] for s in sentences(30522, [1, 6, 14, 25, 40, 61, 118], 3)]
    write("minilm.json", ids, pooled(model, ids))


tiny()
if len(sys.argv) > 1:
    minilm(sys.argv[1])
