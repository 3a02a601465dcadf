package org.ppo4j.agent.evaluate;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Seeds.Purpose;
import org.ppo4j.env.VectorEnv;

/**
 * Evaluates the policy during a training, every {@code evalEvery} steps and when the training ends
 * by itself: the most probable actions, the normalizer frozen, separate environments and a separate
 * seed, so that the training is the same with evaluations and without. Each evaluation starts from
 * the same seed: what differs between two of them is the policy.
 */
public final class PeriodicEvaluation implements TrainingListener {
  private final IntFunction<VectorEnv> environments;
  private @Nullable RunningTraining training;
  private @Nullable VectorEnv env;
  private long previousStep;

  /**
   * Evaluates on environments that {@code environments} makes.
   *
   * @param environments makes that many sub-environments; called at the first evaluation
   */
  public PeriodicEvaluation(IntFunction<VectorEnv> environments) {
    this.environments = environments;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    previousStep = started.globalStep();
  }

  @Override
  public void iteration(Iteration iteration) {
    if (training != null) {
      long every = training.config().checkpointing().evalEvery();
      if (every > 0
          && (training.isEnding()
              || Checkpointing.isDue(every, previousStep, iteration.globalStep()))) {
        training.report(new Evaluation(iteration.globalStep(), evaluate(training)));
      }
    }
    previousStep = iteration.globalStep();
  }

  @Override
  public void finished(Finished finished) {
    if (env != null) {
      env.close();
    }
  }

  private EvaluationResult evaluate(RunningTraining training) {
    RunConfig run = training.config();
    int episodes = run.checkpointing().evalEpisodes();
    if (env == null) {
      env = environments.apply(Math.min(episodes, run.hyperparameters().collect().numEnvs()));
    }
    try (TrainedPolicy policy = training.policy()) {
      return Evaluator.run(
          env, policy, episodes, false, Seeds.ofEnvironments(run.seed(), Purpose.EVALUATION));
    }
  }
}
