package org.ppo4j.agent.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Seeds.Purpose;
import org.ppo4j.env.VectorEnv;

/**
 * Evaluates the policy regularly during a training, and at its end unless it was stopped. The
 * policy takes its most probable actions, with the normaliser frozen, in separate environments with
 * a separate seed, so that the training is the same with and without evaluations. Each evaluation
 * starts from the same seed: two of them differ by the policy only.
 *
 * <p>All listeners of the training receive the evaluations.
 */
public final class PeriodicEvaluation implements TrainingListener {
  /** Makes separate environments; null to use those of the training. */
  private final @Nullable IntFunction<VectorEnv> environments;

  private final @Nullable Schedule schedule;
  private @Nullable RunningTraining training;
  private @Nullable VectorEnv env;
  private long previousStep;
  private boolean cutReported;

  /**
   * Evaluates as the training's {@linkplain RunConfig#checkpointing configuration} says, which by
   * default is never.
   *
   * @param environments makes that many sub-environments; called at the first evaluation; what it
   *     makes is closed when the training is finished
   */
  public PeriodicEvaluation(IntFunction<VectorEnv> environments) {
    this(environments, null);
  }

  private PeriodicEvaluation(
      @Nullable IntFunction<VectorEnv> environments, @Nullable Schedule schedule) {
    this.environments = environments;
    this.schedule = schedule;
  }

  /**
   * Returns evaluations by the training's own environments, where there cannot be others, as the
   * training's configuration says. Their episodes are cut off ({@link RunningTraining#borrow}), so
   * the training is another one than without evaluations, but the same for the same seed. Resumed
   * from a checkpoint of the same iteration, it takes another course too: the episodes continue
   * where the environments are resumable.
   */
  public static PeriodicEvaluation inPlace() {
    return new PeriodicEvaluation(null, null);
  }

  /**
   * Evaluates regularly, whatever the training's configuration says.
   *
   * @param every environment steps between evaluations, at least 1
   * @param episodes episodes of an evaluation, at least 1
   * @param environments as above
   */
  public PeriodicEvaluation(long every, int episodes, IntFunction<VectorEnv> environments) {
    if (every < 1 || episodes < 1) {
      throw new IllegalArgumentException(
          "an evaluation needs at least 1 episode and 1 step since the one before, but got %d and %d"
              .formatted(episodes, every));
    }
    this.environments = environments;
    schedule = new Schedule(every, episodes);
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    previousStep = started.globalStep();
  }

  @Override
  public void iteration(Iteration iteration) {
    if (training != null) {
      Schedule used = schedule(training.config().checkpointing());
      if (used.every > 0
          && (training.isEnding()
              || Checkpointing.isDue(used.every, previousStep, iteration.globalStep()))) {
        Optional<EvaluationResult> result = evaluate(training, used.episodes);
        if (result.isPresent()) {
          report(training, new Evaluation(iteration.globalStep(), result.get()));
        }
      }
    }
    previousStep = iteration.globalStep();
  }

  @Override
  public void finished(Finished finished) {
    training = null;
    if (env != null) {
      env.close();
      env = null;
    }
  }

  private record Schedule(long every, int episodes) {}

  private Schedule schedule(Checkpointing configured) {
    return schedule != null
        ? schedule
        : new Schedule(configured.evalEvery(), configured.evalEpisodes());
  }

  private void report(RunningTraining training, Evaluation evaluation) {
    EvaluationResult result = evaluation.result();
    if (result.cut() > 0 && !cutReported) {
      cutReported = true;
      training.report(
          new Hint(
              Sign.EPISODES_CUT,
              evaluation.globalStep(),
              "%d of %d episodes of the evaluation had not ended after %d steps in all: limit episodes by an argument of the environment, such as max_episode_steps"
                  .formatted(result.cut(), result.returns().length, Evaluator.MAX_STEPS),
              List.of()));
    }
    training.report(evaluation);
  }

  /** Returns the result; empty if the training is stopped. */
  private Optional<EvaluationResult> evaluate(RunningTraining training, int episodes) {
    RunConfig run = training.config();
    if (environments == null) {
      return training.borrow(borrowed -> evaluate(training, episodes, borrowed));
    }
    if (env == null) {
      env = environments.apply(Math.min(episodes, run.hyperparameters().collect().numEnvs()));
    }
    return evaluate(training, episodes, env);
  }

  private static Optional<EvaluationResult> evaluate(
      RunningTraining training, int episodes, VectorEnv env) {
    try (TrainedPolicy policy = training.policy()) {
      return Evaluator.run(
          env,
          policy,
          episodes,
          false,
          Seeds.ofEnvironments(training.config().seed(), Purpose.EVALUATION),
          Evaluator.MAX_STEPS,
          training::isStopping);
    }
  }
}
