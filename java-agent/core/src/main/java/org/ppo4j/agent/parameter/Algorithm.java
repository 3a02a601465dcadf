package org.ppo4j.agent.parameter;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** PPO and its relatives. docs/algorithms.md says which part of the loop each exchanges. */
public enum Algorithm {
  /** Clipped surrogate (Schulman et al. 2017). */
  PPO,
  /** KL penalty with an adaptive weight (Schulman et al. 2017, section 4). */
  PPO_PENALTY,
  /** One step of the plain policy gradient on each batch (Mnih et al. 2016). */
  A2C,
  /** A step within a KL constraint (Schulman et al. 2015). */
  TRPO,
  /** PPO and, now and then, a phase that distils values into the actor (Cobbe et al. 2020). */
  PPG,
  /** PPO that acts with the policy of the update before while it learns (Espeholt et al. 2018). */
  APPO,
  /** Simple policy optimisation: a quadratic penalty instead of the clip (Xie et al. 2024). */
  SPO,
  /** Randomly shifted means in updates (Rahman and Xue 2022). */
  RPO,
  /** PPO on normalised Monte Carlo returns instead of generalised advantage estimates. */
  MONTE_CARLO,
  /** Returns relative to a group with the same start, and no critic (Shao et al. 2024). */
  GRPO;

  /** Returns the id on the command line and in files, such as {@code ppo-penalty}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the algorithm with an id.
   *
   * @throws IllegalArgumentException if there is none; the message names all
   */
  @JsonCreator
  public static Algorithm of(String id) {
    return Arrays.stream(values())
        .filter(algorithm -> algorithm.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no algorithm %s; there are %s"
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Algorithm::id)
                                .collect(Collectors.joining(", ")))));
  }
}
