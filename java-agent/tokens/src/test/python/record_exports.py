"""Records what transformers and PEFT compute with the files that ppo4j writes.

python record_exports.py PPO4J

PPO4J is the launcher. A model is made and trained by `tokens sft` with adapters; transformers loads
the trained model, and PEFT the adapters on the model that the training started from. Only the
digests of the files and the logits are recorded; `ExportTest` writes the same files again.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "core" / "src" / "test" / "python"))
import golden  # noqa: E402

golden.FOLDER = HERE.parent / "resources" / "golden"
TOKENS = [1, 5, 3, 11, 2, 4, 12, 7]


def digest(file: Path) -> str:
    """Returns the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def record(launcher: str, architecture: str, folder: Path) -> None:
    """Makes and trains a model, and records what transformers and PEFT compute with it."""
    task, run = folder / "task", folder / "run"
    make = ["make", "addition", str(task), "--architecture", architecture]
    sizes = ["--hidden-size", "16", "--layers", "2", "--heads", "2"]
    sft = ["sft", "--model", str(task / "model"), "--data", str(task / "train.jsonl")]
    lora = ["--lora-r", "4", "--lora-alpha", "8", "--run-dir", str(run)]
    steps = ["--learning-rate", "0.01", "--batch-size", "8", "--max-steps", "3"]
    subprocess.run([launcher, "tokens", *make, *sizes], check=True)
    subprocess.run([launcher, "tokens", *sft, *lora, *steps], check=True)
    tokens = torch.tensor([TOKENS])
    merged = AutoModelForCausalLM.from_pretrained(run / "model").double().eval()
    base = AutoModelForCausalLM.from_pretrained(task / "model")
    plain = base.double().eval()(tokens).logits[0]
    adapted = PeftModel.from_pretrained(base, run / "adapter").double().eval()
    with torch.no_grad():
        arrays = {
            "tokens": torch.tensor(TOKENS).double(),
            "logits": merged(tokens).logits[0],
            "adapter_logits": adapted(tokens).logits[0],
            "base_logits": plain.detach(),
        }
    settings = {
        "model": digest(run / "model" / "model.safetensors"),
        "adapter": digest(run / "adapter" / "adapter_model.safetensors"),
        "transformers": transformers.__version__,
        "peft": peft.__version__,
    }
    golden.write(f"exports/{architecture}.golden", Path(__file__).name, 1, settings, arrays)


def main() -> None:
    """Records both layouts."""
    for architecture in ("gpt2", "llama"):
        with tempfile.TemporaryDirectory() as folder:
            record(sys.argv[1], architecture, Path(folder))


if __name__ == "__main__":
    main()
