package org.ppo4j.tokens.model;

import java.util.List;

/**
 * Low-rank adapters, with PEFT's names and defaults.
 *
 * @param rank the adapters' rank
 * @param alpha what the adapters' outputs are multiplied by, times the rank
 * @param targets the last parts of the names of the linear layers, such as {@code c_attn}
 */
public record AdapterConfig(int rank, double alpha, List<String> targets) {

  /** Returns PEFT's defaults: rank 8, alpha 8; of GPT-2 {@code c_attn}, of Llama q and v. */
  public static AdapterConfig of(Architecture architecture) {
    return new AdapterConfig(
        8,
        8,
        switch (architecture) {
          case GPT2 -> List.of("c_attn");
          case LLAMA -> List.of("q_proj", "v_proj");
        });
  }

  /**
   * Checks the sizes.
   *
   * @throws ModelException if the rank or alpha is not positive
   */
  public AdapterConfig {
    if (rank < 1 || !(alpha > 0)) {
      throw new ModelException(
          "the adapters have rank %d and alpha %s, but both must be positive"
              .formatted(rank, alpha));
    }
    targets = List.copyOf(targets);
  }
}
