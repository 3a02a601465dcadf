package org.ppo4j.agent;

import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.Optimizer;

/** An optimiser, before each of whose steps something is called. */
record ObservedOptimizer(Optimizer optimizer, Runnable beforeStep) implements Optimizer {

  @Override
  public double begin(float[] gradients, double learningRate) {
    beforeStep.run();
    return optimizer.begin(gradients, learningRate);
  }

  @Override
  public void step(float[] parameters, float[] gradients, int from, int to) {
    optimizer.step(parameters, gradients, from, to);
  }

  @Override
  public void save(TrainingState state) {
    optimizer.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    optimizer.restore(state);
  }
}
