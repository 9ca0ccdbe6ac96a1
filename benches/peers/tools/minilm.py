"""all-MiniLM-L6-v2 fine-tuned in PyTorch, and the same model in ONNX Runtime with 8-bit integers."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .base import Context, Predict, Tool

EPOCHS, BATCH, WARMUP = 3, 32, 0.1
#: tried one after the other; validation decides between them, and after which epoch
RATES = (1e-4,)


def classifier(encoder: Any) -> Any:
    """Mean of the token vectors, dropout while training, one logit per label."""
    import torch

    from encoder import pooled
    from rows import LABELS

    class Classifier(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pooled = pooled(encoder)
            self.dropout = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(encoder.config.hidden_size, len(LABELS))

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.head(self.dropout(self.pooled(input_ids, attention_mask)))

    return Classifier()


def load_classifier(model: Path, **options: Any) -> Any:
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModel

    module = classifier(AutoModel.from_config(AutoConfig.from_pretrained(str(model)), **options))
    module.load_state_dict(load_file(model / "model.safetensors"))
    return module.eval()


class MiniLm(Tool):
    name = "minilm-torch"
    title = "MiniLM fine-tuned, PyTorch (32-bit floats)"
    needs = ("torch", "transformers", "tokenizers", "safetensors")
    resumes = True
    threads_itself = True
    torch = True

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        from safetensors.torch import save_file

        tried: list[dict[str, Any]] = []
        for rate in RATES:
            for module, epoch, value in fine_tune(context, rate, model / f"checkpoint-{rate}.pt"):
                tried.append({"settings": f"learning rate {rate}, {epoch} epochs", "validation": value})
                if context.best(tried) == len(tried) - 1:
                    save_file(module.state_dict(), model / "model.safetensors")
        for path in model.glob("checkpoint-*"):
            path.unlink()
        for name in ("config.json", "tokenizer.json"):
            shutil.copyfile(context.base / name, model / name)
        common = f"AdamW, at most {EPOCHS} epochs, batch {BATCH}, linear decay after {WARMUP:.0%} warm-up"
        return {"kept": tried[context.best(tried)]["settings"], "tried": tried, "common": common}

    def load(self, model: Path, threads: int) -> Predict:
        import torch

        from encoder import load_tokenizer

        torch.set_num_threads(threads)
        return predict(load_classifier(model), load_tokenizer(str(model / "tokenizer.json")))


def predict(module: Any, tokenizer: Any) -> Predict:
    import numpy
    import torch

    from encoder import in_batches

    @torch.inference_mode()
    def run(ids: numpy.ndarray, mask: numpy.ndarray) -> numpy.ndarray:
        return torch.sigmoid(module(torch.from_numpy(ids), torch.from_numpy(mask))).numpy()

    return lambda texts: numpy.stack(in_batches(tokenizer, texts, run))


def fine_tune(context: Context, rate: float, checkpoint: Path) -> Iterator[tuple[Any, int, float]]:
    """Yields the model after each epoch, with its mean average precision on the validation rows.

    The state after each epoch is kept, since an epoch takes minutes, and a run that was stopped goes through the same states.
    """
    import torch
    from transformers import AutoModel, get_linear_schedule_with_warmup

    from encoder import load_tokenizer
    from quality import mean_average_precision

    torch.set_num_threads(2)
    torch.manual_seed(1)
    module = classifier(AutoModel.from_pretrained(str(context.base)))
    tokenizer = load_tokenizer(str(context.base / "tokenizer.json"))
    truth = torch.tensor([[bool(true) for true in row.truth] for row in context.train], dtype=torch.float32)
    known = torch.tensor([[true is not None for true in row.truth] for row in context.train], dtype=torch.float32)
    texts, held_out = [row.text for row in context.train], [row.text for row in context.validation]
    optimizer = torch.optim.AdamW(module.parameters(), lr=rate, weight_decay=0.01)
    steps = EPOCHS * -(-len(texts) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, int(WARMUP * steps), steps)
    states = {"module": module, "optimizer": optimizer, "schedule": schedule}
    after: list[dict[str, Any]] = torch.load(checkpoint, weights_only=False) if checkpoint.exists() else []
    for epoch in range(1, EPOCHS + 1):
        if epoch <= len(after):
            kept = after[epoch - 1]
            for name, state in states.items():
                state.load_state_dict(kept[name])
            torch.set_rng_state(kept["random"])
            yield module, epoch, kept["validation"]
            continue
        module.train()
        for at in batches(texts):
            found = tokenizer.encode_batch([texts[i] for i in at])
            logits = module(torch.tensor([e.ids for e in found]), torch.tensor([e.attention_mask for e in found]))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth[at], weight=known[at])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        module.eval()
        value = mean_average_precision(context.validation, predict(module, tokenizer)(held_out))
        kept = {name: copy.deepcopy(state.state_dict()) for name, state in states.items()}
        after.append(kept | {"random": torch.get_rng_state(), "validation": value})
        torch.save(after, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").rename(checkpoint)
        yield module, epoch, value


def batches(texts: list[str]) -> list[list[int]]:
    """Rows in random batches, of like length within a few dozen of them: less padding, half the time."""
    import torch

    found = []
    for part in torch.randperm(len(texts)).split(BATCH * 32):
        order = sorted(part.tolist(), key=lambda i: len(texts[i]))
        found += [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    return [found[i] for i in torch.randperm(len(found))]


class MiniLmInt8(Tool):
    name = "minilm-onnx"
    title = "MiniLM fine-tuned, ONNX Runtime (8-bit integers)"
    needs = ("onnxruntime", "tokenizers", "numpy")
    threads_itself = True
    after = (MiniLm.name,)

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        """Quantises what PyTorch trained; its time comes on top of that."""
        from encoder import export_int8

        trained = context.models / MiniLm.name
        export_int8(load_classifier(trained, attn_implementation="eager"), str(model / "model.onnx"))
        shutil.copyfile(trained / "tokenizer.json", model / "tokenizer.json")
        return {"kept": "dynamic quantisation, weights per channel"}

    def load(self, model: Path, threads: int) -> Predict:
        import numpy

        from encoder import in_batches, load_onnx, load_tokenizer

        tokenizer, run = load_tokenizer(str(model / "tokenizer.json")), load_onnx(str(model / "model.onnx"), threads)
        return lambda texts: 1 / (1 + numpy.exp(-numpy.stack(in_batches(tokenizer, texts, run))))
