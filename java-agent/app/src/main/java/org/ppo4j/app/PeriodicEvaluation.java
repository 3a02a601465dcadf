package org.ppo4j.app;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.VectorEnv;

/**
 * Evaluations during a training: the most probable actions, the normaliser frozen, environments and
 * a seed of their own, so that training is the same with them and without. Each starts from the
 * same seed: what differs between two of them is the policy.
 */
final class PeriodicEvaluation implements AutoCloseable {
  private final RunConfig run;
  private final IntFunction<VectorEnv> environments;
  private @Nullable VectorEnv env;

  /**
   * @param environments makes that many sub-environments; called at the first evaluation
   */
  PeriodicEvaluation(RunConfig run, IntFunction<VectorEnv> environments) {
    this.run = run;
    this.environments = environments;
  }

  /** Evaluates the policy in {@code state}. */
  EvaluationResult run(TrainingState state) {
    int episodes = run.checkpointing().evalEpisodes();
    if (env == null) {
      env = environments.apply(Math.min(episodes, run.hyperparameters().collect().numEnvs()));
    }
    try (TrainedPolicy policy =
        new TrainedPolicy(env.spec(), run.hyperparameters(), run.engine(), state)) {
      return Evaluator.run(
          env, policy, episodes, false, Seeds.derived(run.seed(), Seeds.EVALUATION));
    }
  }

  @Override
  public void close() {
    if (env != null) {
      env.close();
    }
  }
}
