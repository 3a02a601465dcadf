package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The auxiliary phase of PPG, with the names of CleanRL's {@code ppg_procgen.py}. */
public record PhasicConfig(
    @Hyperparameter(
            value = "updates of the policy before each auxiliary phase",
            in = "[1, inf)",
            of = Algorithm.PPG)
        int nIteration,
    @Hyperparameter(
            value = "epochs of an auxiliary phase over all its rollouts",
            in = "[1, inf)",
            of = Algorithm.PPG)
        int eAuxiliary,
    @Hyperparameter(
            value = "minibatches of an auxiliary epoch for each of its rollouts",
            in = "[1, inf)",
            of = Algorithm.PPG)
        int numAuxMinibatches,
    @Hyperparameter(
            value = "weight of the divergence from the policy before the auxiliary phase",
            in = "[0, 1000000]",
            of = Algorithm.PPG)
        double betaClone) {

  /** The defaults, those of Cobbe et al. (2020) and of CleanRL. */
  public static final PhasicConfig DEFAULT = new PhasicConfig(32, 6, 16, 1);

  public PhasicConfig {
    Ranges.require(PhasicConfig.class, nIteration, eAuxiliary, numAuxMinibatches, betaClone);
  }
}
