package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.model.Transformer;

/** What all trainers do: the learning rate of each step, the parts of a batch, and the state. */
abstract class Training implements TokenTrainer {
  final TrainConfig config;
  final Learner learner;
  private final int steps;
  private final List<Stateful> states = new ArrayList<>();

  /**
   * Creates the training of {@code model}.
   *
   * @param batch the number of examples that {@link #parts} divides
   */
  Training(TrainConfig config, Transformer model, int steps, int batch) {
    if (batch % config.gradientAccumulationSteps() != 0) {
      throw new InvalidHyperparameterException(
          "gradientAccumulationSteps is %d, but must divide the batch of %d"
              .formatted(config.gradientAccumulationSteps(), batch),
          "gradientAccumulationSteps");
    }
    this.config = config;
    this.steps = steps;
    learner = kept(new Learner("policy", model, config));
  }

  /** Makes {@code state} a part of the training's state; returns it. */
  final <S extends Stateful> S kept(S state) {
    states.add(state);
    return state;
  }

  @Override
  public final int steps() {
    return steps;
  }

  @Override
  public final Transformer model() {
    return learner.model();
  }

  @Override
  public final Map<String, Double> step(int step) {
    double rate = config.rate(step, steps);
    Map<String, Double> metrics = learn(rate);
    metrics.put("learning_rate", rate);
    return metrics;
  }

  /** Takes a step with a learning rate; returns its metrics. */
  abstract Map<String, Double> learn(double rate);

  /** Returns the number of parts of a batch. */
  final int parts() {
    return config.gradientAccumulationSteps();
  }

  /** Returns the parts of a batch, whose gradients are added up. */
  final int[][] parts(int[] places) {
    int[][] parts = new int[parts()][];
    int size = places.length / parts.length;
    Arrays.setAll(parts, i -> Arrays.copyOfRange(places, i * size, (i + 1) * size));
    return parts;
  }

  /** Adds a share to the metric {@code name}. */
  static void add(Map<String, Double> metrics, String name, double share) {
    metrics.merge(name, share, Double::sum);
  }

  @Override
  public final void save(TrainingState state) {
    states.forEach(each -> each.save(state));
  }

  @Override
  public final void restore(TrainingState state) {
    states.forEach(each -> each.restore(state));
  }
}
