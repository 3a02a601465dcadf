package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.evaluate.PeriodicEvaluation;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** Evaluations by the training's own environments. */
class EvaluationInPlaceTest {
  private static final int ENVS = 4;
  private static final int STEPS = 128;

  private final List<Evaluation> evaluations = new ArrayList<>();
  private final List<Episode> episodes = new ArrayList<>();
  private final List<float[]> parameters = new ArrayList<>();
  private final List<Double> cut = new ArrayList<>();
  private int resets;

  private void train(Algorithm algorithm, int every, PeriodicEvaluation evaluation) {
    VectorEnv env =
        new VectorWrapper(Envs.make("CartPole-v1", ENVS)) {
          @Override
          public void reset(long seed, StepBatch out) {
            resets++;
            super.reset(seed, out);
          }
        };
    try (env;
        Training training =
            Training.on(env)
                .algorithm(algorithm)
                .seed(2)
                .config(c -> c.totalTimesteps(4L * ENVS * STEPS).numSteps(STEPS))
                .checkpointing(new Checkpointing(0, 3, every, 3))
                .listener(evaluation)
                .build()) {
      training.add(
          new TrainingListener() {
            private @Nullable RunningTraining running;

            @Override
            public void started(RunningTraining started) {
              running = started;
            }

            @Override
            public void evaluated(Evaluation evaluated) {
              evaluations.add(evaluated);
            }

            @Override
            public void episode(Episode episode) {
              episodes.add(episode);
            }

            @Override
            public void iteration(Iteration iteration) {
              parameters.add(
                  Objects.requireNonNull(running)
                      .checkpoint()
                      .state()
                      .floats("network/parameters")
                      .clone());
              boolean has = iteration.metrics().has("charts/cut_episodes");
              cut.add(has ? iteration.metrics().get("charts/cut_episodes") : 0);
            }
          });
      training.run();
    }
  }

  @Test
  void episodesAreCutOffAfterTheRolloutAndNewOnesStart() {
    train(Algorithm.PPO, 2 * ENVS * STEPS, PeriodicEvaluation.inPlace());

    assertThat(evaluations).hasSize(2);
    assertThat(evaluations.getFirst().result().returns()).hasSize(3);
    assertThat(resets).as("start, evaluation, training, evaluation").isEqualTo(4);
    assertThat(cut.subList(0, 2)).containsOnly(0.0);
    assertThat(cut.get(2)).isBetween(1.0, (double) ENVS);
    assertThat(cut.get(3)).as("the last evaluation is after it").isEqualTo(cut.get(2));
    long evaluatedAt = evaluations.getFirst().globalStep();
    assertThat(episodes)
        .filteredOn(episode -> episode.globalStep() > evaluatedAt)
        .isNotEmpty()
        .allSatisfy(
            episode ->
                assertThat((long) episode.length() * ENVS)
                    .as("steps before the evaluation do not count")
                    .isLessThanOrEqualTo(episode.globalStep() - evaluatedAt));

    List<float[]> inPlace = List.copyOf(parameters);
    List<Evaluation> results = List.copyOf(evaluations);
    forget();
    train(Algorithm.PPO, 2 * ENVS * STEPS, PeriodicEvaluation.inPlace());
    assertThat(parameters.getLast()).as("the same again").isEqualTo(inPlace.getLast());

    forget();
    train(
        Algorithm.PPO,
        2 * ENVS * STEPS,
        new PeriodicEvaluation(n -> Envs.make("CartPole-v1", ENVS)));
    assertThat(parameters.get(1)).as("learnt before the cut").isEqualTo(inPlace.get(1));
    assertThat(parameters.get(2)).as("learnt after it").isNotEqualTo(inPlace.get(2));
    assertThat(evaluations.getFirst().result().returns())
        .as("the same episodes of the same policy")
        .isEqualTo(results.getFirst().result().returns());
    assertThat(cut).containsOnly(0.0);
  }

  private void forget() {
    evaluations.clear();
    episodes.clear();
    parameters.clear();
    cut.clear();
    resets = 0;
  }

  @Test
  void environmentsThatAreSteppedWhileItLearnsAreNotLent() {
    assertThatIllegalStateException()
        .isThrownBy(() -> train(Algorithm.APPO, ENVS * STEPS, PeriodicEvaluation.inPlace()))
        .withMessageContaining("while the networks learn");
  }
}
