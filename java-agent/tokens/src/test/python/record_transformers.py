"""Records logits, gradients and greedy continuations of tiny random models of transformers.

python record_transformers.py

Writes the models to ../resources/models and the numbers to ../resources/golden/transformers. The
weights are float32; transformers computes in float64.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import torch
import transformers
from transformers import (
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedModel,
)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "core" / "src" / "test" / "python"))
import golden  # noqa: E402

golden.FOLDER = HERE.parent / "resources" / "golden"
MODELS = HERE.parent / "resources" / "models"
LENGTHS = [1, 7, 20]


def models() -> dict[str, PreTrainedModel]:
    """Returns the models by name: both layouts, tied or not, with both heads, of odd sizes."""
    special = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}
    gpt2 = {"vocab_size": 37, "n_positions": 24, "n_embd": 12, "n_layer": 2, "n_head": 3, **special}
    llama = {
        "vocab_size": 41,
        "hidden_size": 20,
        "intermediate_size": 28,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 6,
        "max_position_embeddings": 32,
        **special,
    }
    return {
        "gpt2": GPT2LMHeadModel(GPT2Config(**gpt2)),
        "gpt2-score": GPT2ForSequenceClassification(GPT2Config(num_labels=1, n_inner=20, **gpt2)),
        "llama": LlamaForCausalLM(LlamaConfig(rope_theta=500.0, **llama)),
        "llama-tied": LlamaForCausalLM(LlamaConfig(tie_word_embeddings=True, **llama)),
        "llama-score": LlamaForSequenceClassification(LlamaConfig(num_labels=1, **llama)),
    }


def record(name: str, model: PreTrainedModel, generator: torch.Generator) -> None:
    """Saves a model with random weights, and its outputs, gradients and continuations."""
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(noise * 0.3 + (1.0 if parameter.ndim == 1 else 0.0))
    folder = MODELS / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = model.double().eval()
    is_score = name.endswith("score")
    vocabulary = model.config.vocab_size
    tokens = [torch.randint(1, vocabulary, (n,), generator=generator) for n in LENGTHS]
    arrays = {}
    loss = torch.zeros((), dtype=torch.float64)
    outputs, weights = [], []
    for sequence in tokens:
        hidden = model.base_model(sequence[None]).last_hidden_state[0]
        out = model.score(hidden) if is_score else model(sequence[None]).logits[0]
        weight = torch.randn(out.shape, generator=generator).double()
        loss = loss + (out * weight).sum()
        outputs.append(out)
        weights.append(weight)
    loss.backward()
    arrays["tokens"] = torch.cat(tokens).double()
    arrays["outputs"] = torch.cat(outputs)
    arrays["output_gradients"] = torch.cat(weights).float()
    for parameter_name, parameter in model.named_parameters():
        arrays["d " + parameter_name] = parameter.grad
    if not is_score:
        for i, sequence in enumerate(tokens):
            with torch.no_grad():
                prompt = sequence[:4]
                for _ in range(12):
                    logits = model(prompt[None]).logits[0, -1]
                    prompt = torch.cat([prompt, logits.argmax()[None]])
            arrays[f"greedy {i}"] = prompt.double()
    settings = {"lengths": LENGTHS, "transformers": transformers.__version__}
    golden.write(f"transformers/{name}.golden", Path(__file__).name, 1, settings, arrays)


def main() -> None:
    """Records all models."""
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(1)
    for name, model in models().items():
        record(name, model, generator)


if __name__ == "__main__":
    main()
