package org.ppo4j.tokens.train;

import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;

/** A model and the optimiser of what it learns. */
final class Learner implements Stateful {
  private final String name;
  private final Transformer model;
  private final Optimizer optimizer;

  /** Creates the learner; {@code name} begins the names of its arrays in checkpoints. */
  Learner(String name, Transformer model, TrainConfig config) {
    this.name = name;
    this.model = model;
    optimizer = Optimizer.of(config.optimizer(), model.learned().length);
  }

  Transformer model() {
    return model;
  }

  /** Takes a step along the gradients and sets them to 0; returns their norm before clipping. */
  double update(double learningRate) {
    double norm = optimizer.begin(model.gradients(), learningRate);
    if (!Double.isFinite(norm)) {
      throw new ModelException(
          "the gradient's norm is %s; use a smaller learning rate".formatted(norm));
    }
    model.learn(optimizer);
    return norm;
  }

  @Override
  public void save(TrainingState state) {
    TrainingState part = new TrainingState();
    part.put("parameters", model.learned());
    optimizer.save(part);
    state.put(name + "/", part);
  }

  @Override
  public void restore(TrainingState state) {
    TrainingState part = state.below(name + "/");
    float[] learned = model.learned();
    System.arraycopy(part.floats("parameters", learned.length), 0, learned, 0, learned.length);
    optimizer.restore(part);
    model.parametersChanged();
  }
}
