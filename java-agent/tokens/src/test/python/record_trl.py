"""Records what TRL's own functions compute, with autograd's gradients, on random numbers.

python record_trl.py FOLDER

FOLDER holds the wheels' contents of TRL 1.12.0, 1.16.0 and 0.28.0 as v1.12.0, v1.16.0, v0.28.0
(pip download --no-deps trl==VERSION; unzip). Functions and sections are taken from their source
text, since importing TRL needs its whole environment. Only numbers are recorded.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "core" / "src" / "test" / "python"))
import golden  # noqa: E402

golden.FOLDER = HERE.parent / "resources" / "golden"
SCRIPT = Path(__file__).name
FOLDER = Path(sys.argv[1])
GENERATOR = torch.Generator().manual_seed(2)


def source(version: str, path: str) -> str:
    """Returns the text of a file of a version of TRL."""
    return (FOLDER / f"v{version}" / "trl" / path).read_text()


def function(version: str, path: str, name: str, namespace: dict[str, Any]) -> Any:
    """Returns a function or method, compiled alone in `namespace`."""
    tree = ast.parse(source(version, path))
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name)
    node.decorator_list = []
    future = ast.parse("from __future__ import annotations").body
    module = ast.fix_missing_locations(ast.Module([*future, node], type_ignores=[]))
    exec(compile(module, path, "exec"), namespace)
    return namespace[name]


def section(version: str, path: str, first: str, last: str) -> str:
    """Returns the lines from the first that contains `first` to the one before `last`."""
    lines = source(version, path).splitlines()
    start = next(i for i, line in enumerate(lines) if first in line)
    end = next(i for i, line in enumerate(lines) if i > start and last in line)
    return textwrap.dedent("\n".join(lines[start:end]))


def normals(*shape: int, scale: float = 1.0) -> torch.Tensor:
    """Returns normal numbers that are exactly float32, in float64."""
    return golden.float32(torch.randn(*shape, generator=GENERATOR) * scale)


def ragged(values: torch.Tensor, lengths: list[int]) -> torch.Tensor:
    """Returns the first numbers of each row, one row after the other."""
    return torch.cat([row[:n] for row, n in zip(values, lengths, strict=True)])


def mask(lengths: list[int], width: int) -> torch.Tensor:
    """Returns 1 for the tokens of each row."""
    return (torch.arange(width)[None] < torch.tensor(lengths)[:, None]).double()


LENGTHS = [5, 1, 7, 3, 2, 7]
WIDTH = 7


def grpo() -> None:
    """Records GRPO's loss in all its forms, and the advantages of groups."""
    compute = function("1.16.0", "trainer/grpo_trainer.py", "_compute_loss", {"torch": torch})
    utils = {"torch": torch}
    nanstd = function("1.16.0", "trainer/utils.py", "nanstd", utils)
    cases = [
        {},
        {"loss_type": "grpo"},
        {"loss_type": "bnpo"},
        {"loss_type": "dr_grpo"},
        {"loss_type": "dapo", "beta": 0.1},
        {"loss_type": "grpo", "beta": 0.1, "use_bias_correction_kl": False},
        {"loss_type": "dapo", "importance_sampling_level": "sequence"},
        {"loss_type": "grpo", "importance_sampling_level": "sequence", "beta": 0.05},
        {"loss_type": "bnpo", "delta": 1.4, "epsilon_high": 0.28},
    ]
    for i, case in enumerate(cases):
        setting = {
            "loss_type": "dapo",
            "beta": 0.0,
            "epsilon_high": 0.2,
            "delta": None,
            "importance_sampling_level": "token",
            "use_bias_correction_kl": True,
            **case,
        }
        logps = normals(6, WIDTH, scale=0.5).requires_grad_()
        old, ref = normals(6, WIDTH, scale=0.5), normals(6, WIDTH, scale=0.5)
        advantages, items = normals(6), 40.0
        self = SimpleNamespace(
            _get_per_token_logps_and_entropies=lambda *a, x=logps, **k: (x, x.detach(), None),
            aux_loss_enabled=False,
            top_entropy_quantile=1.0,
            off_policy_mask_threshold=None,
            importance_sampling_level=setting["importance_sampling_level"],
            beta=setting["beta"],
            loss_type=setting["loss_type"],
            epsilon_low=0.2,
            epsilon_high=setting["epsilon_high"],
            use_vllm=False,
            max_completion_length=9,
            current_gradient_accumulation_steps=1,
            _entropy_bonus_enabled=False,
            args=SimpleNamespace(
                delta=setting["delta"],
                use_bias_correction_kl=setting["use_bias_correction_kl"],
                steps_per_generation=1,
            ),
            accelerator=SimpleNamespace(
                num_processes=1, reduce=lambda x, reduction: x, gather=lambda x: x
            ),
            model=SimpleNamespace(training=True),
            _metrics=defaultdict(lambda: defaultdict(list)),
        )
        compute.__globals__.update(
            nanmin=lambda x: x.min(), nanmax=lambda x: x.max(), defaultdict=defaultdict
        )
        ids = torch.zeros(6, WIDTH)
        inputs = {
            "prompt_ids": ids,
            "prompt_mask": ids,
            "completion_ids": ids,
            "completion_mask": mask(LENGTHS, WIDTH),
            "advantages": advantages,
            "old_per_token_logps": old,
            "ref_per_token_logps": ref,
            "num_items_in_batch": torch.tensor(items),
        }
        loss = compute(self, None, inputs)
        loss.backward()
        kl = self._metrics["train"]["kl"]
        settings = {
            **setting,
            "lengths": LENGTHS,
            "max_completion_length": 9,
            "items": items,
            "loss": loss.item(),
            "kl": kl[0] if kl else 0.0,
        }
        golden.write(
            f"grpo/{i}.golden",
            SCRIPT,
            2,
            settings,
            {
                "advantages": advantages,
                "logps": ragged(logps, LENGTHS),
                "old": ragged(old, LENGTHS),
                "reference": ragged(ref, LENGTHS),
                "gradients": ragged(logps.grad, LENGTHS),
            },
        )
    text = section(
        "1.16.0",
        "trainer/grpo_trainer.py",
        "mean_grouped_rewards = torch.nanmean(rewards.view",
        "is_std_zero =",
    )
    arrays = {"rewards": normals(12)}
    for scale in ("group", "batch", "none"):
        space = {
            "torch": torch,
            "nanstd": nanstd,
            "rewards": arrays["rewards"],
            "num_generations": 4,
            "self": SimpleNamespace(scale_rewards=scale),
        }
        exec(text, space)
        arrays[scale] = space["advantages"]
    golden.write("groups/grpo.golden", SCRIPT, 2, {"group": 4}, arrays)


def rloo() -> None:
    """Records RLOO's advantages and loss."""
    utils = {"torch": torch}
    nanstd = function("1.16.0", "trainer/utils.py", "nanstd", utils)
    text = section(
        "1.16.0",
        "trainer/rloo_trainer.py",
        "# Include the KL penalty in the reward",
        "is_std_zero =",
    )
    compute = function("1.16.0", "trainer/rloo_trainer.py", "_compute_loss", {"torch": torch})
    for normalize in (False, True):
        rewards = normals(6)
        old, ref = normals(6, WIDTH, scale=0.3), normals(6, WIDTH, scale=0.3)
        logps = (old + normals(6, WIDTH, scale=0.05)).requires_grad_()
        space = {
            "torch": torch,
            "nanstd": nanstd,
            "gather": lambda x: x,
            "rewards": rewards.clone(),
            "num_generations": 3,
            "old_per_token_logps": old,
            "ref_per_token_logps": ref,
            "completion_mask": mask(LENGTHS, WIDTH),
            "self": SimpleNamespace(beta=0.05, normalize_advantages=normalize),
        }
        exec(text, space)
        self = SimpleNamespace(
            _get_per_token_logps_and_entropies=lambda *a, x=logps, **k: (x, x.detach(), None),
            aux_loss_enabled=False,
            epsilon_low=0.2,
            epsilon_high=0.2,
            accelerator=SimpleNamespace(
                reduce=lambda x, reduction: x, gather=lambda x: x
            ),
            model=SimpleNamespace(training=True),
            _metrics=defaultdict(lambda: defaultdict(list)),
        )
        compute.__globals__.update(nanmin=lambda x: x.min(), nanmax=lambda x: x.max())
        ids = torch.zeros(6, WIDTH)
        inputs = {
            "prompt_ids": ids,
            "prompt_mask": ids,
            "completion_ids": ids,
            "completion_mask": mask(LENGTHS, WIDTH),
            "advantages": space["advantages"],
            "old_logps": (old * mask(LENGTHS, WIDTH)).sum(1),
        }
        loss = compute(self, None, inputs)
        loss.backward()
        golden.write(
            f"rloo/{'normalized' if normalize else 'plain'}.golden",
            SCRIPT,
            2,
            {"lengths": LENGTHS, "group": 3, "normalize": normalize, "loss": loss.item()},
            {
                "rewards": rewards,
                "advantages": space["advantages"],
                "logps": ragged(logps, LENGTHS),
                "old": ragged(old, LENGTHS),
                "reference": ragged(ref, LENGTHS),
                "gradients": ragged(logps.grad, LENGTHS),
            },
        )


def ppo() -> None:
    """Records PPO's rewards, advantages and loss."""
    path = "experimental/ppo/ppo_trainer.py"
    masked = {"torch": torch}
    for name in ("masked_mean", "masked_var", "masked_whiten"):
        function("1.12.0", path, name, masked)
    prepare = section("1.12.0", path, "response_idxs = torch.arange", "empty_cache()")
    learn = section(
        "1.12.0", path, "new_logprobs = torch.masked_fill(", "accelerator.backward(loss)"
    )
    for i, (estimator, whiten) in enumerate([("k1", False), ("k3", True)]):
        args = SimpleNamespace(
            kl_estimator=estimator,
            kl_coef=0.05,
            whiten_rewards=whiten,
            gamma=0.98,
            lam=0.95,
            cliprange=0.2,
            vf_coef=0.1,
            cliprange_value=0.2,
        )
        old, ref = normals(6, WIDTH, scale=0.5), normals(6, WIDTH, scale=0.5)
        old_values, scores = normals(6, WIDTH), normals(6)
        space = {
            **masked,
            "args": args,
            "INVALID_LOGPROB": 1.0,
            "responses": torch.zeros(6, WIDTH),
            "sequence_lengths": torch.tensor(LENGTHS) - 1,
            "logprobs": old,
            "ref_logprobs": ref,
            "values": old_values,
            "scores": scores,
        }
        exec(prepare, space)
        steps = [min(n + 1, WIDTH) for n in LENGTHS]
        logps = (old + normals(6, WIDTH, scale=0.3)).requires_grad_()
        values = (old_values + normals(6, WIDTH, scale=0.3)).requires_grad_()
        order = torch.arange(6)
        space.update(
            micro_batch_inds=order,
            new_logprobs=logps,
            vpred_temp=torch.cat([values, torch.zeros(6, 1)], 1)[:, :, None],
            context_length=1,
            mb_advantage=space["advantages"],
            mb_return=space["returns"],
            mb_values=space["values"],
            mb_logprobs=space["logprobs"],
        )
        exec(learn, space)
        space["loss"].backward()
        settings = {
            "lengths": LENGTHS,
            "response_length": WIDTH,
            "kl_estimator": estimator,
            "whiten_rewards": whiten,
            "policy_loss": space["pg_loss"].item(),
            "value_loss": space["vf_loss"].item(),
            "value_clip_fraction": space["vf_clipfrac"].item(),
        }
        golden.write(
            f"ppo/{i}.golden",
            SCRIPT,
            2,
            settings,
            {
                "old": ragged(old, LENGTHS),
                "reference": ragged(ref, LENGTHS),
                "old_values": ragged(old_values, steps),
                "scores": scores,
                "rewards": ragged(space["rewards"], steps),
                "returns": ragged(space["returns"], steps),
                "advantages": ragged(space["advantages"], LENGTHS),
                "logps": ragged(logps, LENGTHS),
                "values": ragged(values, steps),
                "logp_gradients": ragged(logps.grad, LENGTHS),
                "value_gradients": ragged(values.grad, steps),
            },
        )


def pairs() -> None:
    """Records DPO's losses and the reward model's."""
    kinds = SimpleNamespace(ALPHA_DIVERGENCE="alpha", JS_DIVERGENCE="js")
    loss = function(
        "0.28.0",
        "trainer/dpo_trainer.py",
        "dpo_loss",
        {"torch": torch, "F": F, "nn": nn, "FDivergenceType": kinds},
    )
    for kind, smoothing in [("sigmoid", 0.0), ("sigmoid", 0.1), ("hinge", 0.0), ("ipo", 0.0)]:
        chosen = normals(8, scale=10).requires_grad_()
        rejected, ref_chosen, ref_rejected = (normals(8, scale=10) for _ in range(3))
        self = SimpleNamespace(
            accelerator=SimpleNamespace(device="cpu"),
            reference_free=False,
            f_divergence_type="reverse_kl",
            beta=0.1,
            label_smoothing=smoothing,
        )
        losses = loss(self, chosen, rejected, ref_chosen, ref_rejected, kind)[0]
        losses.sum().backward()
        golden.write(
            f"dpo/{kind}-{smoothing}.golden",
            SCRIPT,
            2,
            {"kind": kind, "beta": 0.1, "smoothing": smoothing},
            {
                "chosen": chosen,
                "rejected": rejected,
                "ref_chosen": ref_chosen,
                "ref_rejected": ref_rejected,
                "losses": losses,
                "gradients": chosen.grad,
            },
        )
    text = section(
        "1.16.0",
        "trainer/reward_trainer.py",
        "loss = -nn.functional.logsigmoid(rewards_chosen - rewards_rejected).mean()",
        "if self.args.center_rewards",
    )
    chosen = normals(8).requires_grad_()
    space = {"nn": nn, "rewards_chosen": chosen, "rewards_rejected": normals(8)}
    exec(text, space)
    space["loss"].backward()
    golden.write(
        "reward/pairs.golden",
        SCRIPT,
        2,
        {"loss": space["loss"].item()},
        {"chosen": chosen, "rejected": space["rewards_rejected"], "gradients": chosen.grad},
    )


if __name__ == "__main__":
    grpo()
    rloo()
    ppo()
    pairs()
