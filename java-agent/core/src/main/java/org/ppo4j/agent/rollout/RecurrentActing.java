package org.ppo4j.agent.rollout;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * Runs networks that remember. What they remember starts as zeros (detail 33 of the 37), is reset
 * where an episode ends (detail 34), is carried from one rollout to the next, and is kept as it was
 * at the rollout's start (detail 36). Values are computed at each step, with what is remembered
 * then.
 */
final class RecurrentActing implements Acting {
  private static final String MEMORY = "environment/memory";

  private final ActorCritic network;
  private final Memory memory;

  /** That of one environment, for the value of a final observation. */
  private final Memory single;

  private final float[] observation;
  private final float[] value = new float[1];
  private final float[] values;

  RecurrentActing(ActorCritic network, int numEnvs) {
    this.network = network;
    int size = network.shape().stateSize();
    memory = new Memory(numEnvs, numEnvs, size);
    single = new Memory(1, 1, size);
    observation = new float[network.rowSize()];
    values = new float[numEnvs];
  }

  @Override
  public void start() {
    memory.clear();
  }

  @Override
  public void begin(Rollout rollout) {
    System.arraycopy(memory.states, 0, rollout.states, 0, rollout.states.length);
  }

  @Override
  public void act(Rollout rollout, int t, float[] features, byte[] images, float[] outputs) {
    network.memory(memory);
    network.images(images);
    network.forward(features, values.length, outputs, values);
    System.arraycopy(values, 0, rollout.values, t * values.length, values.length);
  }

  @Override
  public float finalValue(int env, float[] features, byte[] image) {
    int size = single.states.length;
    System.arraycopy(memory.next, env * size, single.states, 0, size);
    System.arraycopy(features, env * observation.length, observation, 0, observation.length);
    network.memory(single);
    network.images(image);
    network.values(observation, 1, value);
    return value[0];
  }

  @Override
  public void step(StepBatch batch) {
    memory.advance();
    for (int env = 0; env < values.length; env++) {
      if (batch.isDone(env) || batch.interrupted[env]) {
        memory.clear(env);
      }
    }
  }

  @Override
  public void value(Rollout rollout, float[] features, byte[] images) {
    network.memory(memory);
    network.images(images);
    network.values(features, values.length, rollout.lastValues);
  }

  @Override
  public void save(TrainingState state) {
    state.put(MEMORY, memory.states);
  }

  @Override
  public void restore(TrainingState state) {
    float[] saved = state.floats(MEMORY, memory.states.length);
    FiniteChecks.requireParameters(saved, index -> "checkpoint's state of recurrent layers");
    System.arraycopy(saved, 0, memory.states, 0, saved.length);
  }
}
