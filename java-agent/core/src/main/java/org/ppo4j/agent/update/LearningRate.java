package org.ppo4j.agent.update;

import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * The learning rate of each iteration. The adaptive one is divided by 1.5 after an update whose
 * divergence was above twice its target and multiplied by 1.5 after one below half of it, between
 * 1e-5 and 1e-2, as in rsl_rl's {@code ppo.py}.
 */
public final class LearningRate implements Stateful {
  private static final double FACTOR = 1.5;
  static final double LEAST = 1e-5;
  static final double MOST = 1e-2;

  private final OptimizerConfig config;
  private final long iterations;
  private double adapted;

  /** Creates the rates of a training of so many iterations. */
  public LearningRate(OptimizerConfig config, long iterations) {
    this.config = config;
    this.iterations = iterations;
    adapted = config.learningRate();
  }

  /** Returns the rate of an iteration, counted from 0. */
  public double at(long iteration) {
    double done = (double) iteration / iterations;
    return switch (config.lrSchedule()) {
      case CONSTANT -> config.learningRate();
      case LINEAR -> (1 - done) * config.learningRate();
      case COSINE -> (1 + Math.cos(Math.PI * done)) / 2 * config.learningRate();
      case ADAPTIVE -> adapted;
    };
  }

  /** Adapts the rate after an update. */
  public void update(double kl) {
    if (kl > 2 * config.lrTargetKl()) {
      adapted = Math.max(LEAST, adapted / FACTOR);
    } else if (kl > 0 && kl < config.lrTargetKl() / 2) {
      adapted = Math.min(MOST, adapted * FACTOR);
    }
  }

  @Override
  public void save(TrainingState state) {
    if (config.lrSchedule() == LrSchedule.ADAPTIVE) {
      state.put("learning_rate/adapted", new double[] {adapted});
    }
  }

  @Override
  public void restore(TrainingState state) {
    if (config.lrSchedule() == LrSchedule.ADAPTIVE) {
      adapted = state.doubles("learning_rate/adapted", 1)[0];
    }
  }
}
