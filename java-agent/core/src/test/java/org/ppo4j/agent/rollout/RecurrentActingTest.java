package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.network.Recurrence;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;

/**
 * What a rollout with networks that remember holds, computed again for each environment alone, step
 * by step, on the numbers that {@link ScriptedEnv} says.
 */
class RecurrentActingTest {
  private static final int STEPS = 7;
  private static final int N = ScriptedEnv.N;

  private final ActorCritic network = network();
  private final int size = network.shape().stateSize();
  private final Memory memory = new Memory(1, 1, size);
  private final float[] value = new float[1];

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void valuesGoByWhatTheEpisodeShowed(int interruptedStep) {
    ScriptedEnv env = new ScriptedEnv();
    env.interruptedStep = interruptedStep;
    Collector collector =
        new Collector(
            env,
            network,
            ActionDistribution.of(env.spec().actionSpace(), ActionConfig.DEFAULT, network.shape()),
            ActionConfig.DEFAULT,
            NormalizeConfig.of(Algorithm.PPO, Profile.DEFAULT, false),
            0.99,
            RandomSource.XO_SHI_RO_256_PP.create(1),
            null,
            0,
            () -> {});
    collector.reset(1);
    Rollout rollout = Rollout.builder(STEPS, N, 2, 1).stateSize(size).build();
    float[][] states = new float[N][size];
    for (int i = 0; i < 3; i++) {
      collector.collect(rollout, 0, episode -> {});
      for (int e = 0; e < N; e++) {
        assertThat(Arrays.copyOfRange(rollout.states, e * size, (e + 1) * size))
            .isEqualTo(states[e]);
        for (int t = 0; t < STEPS; t++) {
          int row = t * N + e;
          int k = i * STEPS + t;
          assertThat(rollout.values[row])
              .isEqualTo(
                  value(states[e], Arrays.copyOfRange(rollout.observations, 2 * row, 2 * row + 2)));
          float[] after = memory.next.clone();
          boolean isInterrupted = e == 1 && k + 1 == interruptedStep;
          boolean isDone = isDone(e, k + 1) || isInterrupted;
          assertThat(rollout.terminated[row] || rollout.truncated[row]).isEqualTo(isDone);
          if (rollout.truncated[row] && !rollout.terminated[row]) {
            float[] last = {100 * (e + 1) + k + 1, 0.5f};
            assertThat(rollout.finalValues[row]).isEqualTo(value(after, last));
          }
          states[e] = isDone ? new float[size] : after;
        }
        float[] next = {10 * e + (i + 1) * STEPS, 0.5f};
        assertThat(rollout.lastValues[e]).isEqualTo(value(states[e], next));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void minibatchesAreWholeSequences(int numMinibatches) {
    Rollout rollout = Rollout.builder(3, N, 2, 1).stateSize(size).build();
    for (int i = 0; i < rollout.observations.length; i++) {
      rollout.observations[i] = i;
      rollout.values[i / 2] = 100 + i / 2;
    }
    Arrays.fill(rollout.states, 0, size, 7);
    Arrays.fill(rollout.states, size, 2 * size, 8);
    rollout.truncated[0] = true; // environment 0 ends its first step
    rollout.terminated[3] = true; // environment 1 ends its second
    Minibatches minibatches = Minibatches.of(network.shape(), 3, N, numMinibatches);
    Minibatch batch = new Minibatch(minibatches.capacity(), 2, 1, 0, 0, minibatches.memory());
    int[] units = minibatches.units(rollout);
    assertThat(units).containsExactly(0, 1);
    assertThat(minibatches.unitsOfMinibatch(units.length)).isEqualTo(N / numMinibatches);
    if (numMinibatches == 1) {
      minibatches.gather(rollout, new int[] {1, 0}, 0, 2, batch);
      assertThat(batch.values).containsExactly(101, 100, 103, 102, 105, 104);
      assertThat(batch.memory.starts).containsExactly(false, false, false, true, true, false);
      assertThat(batch.memory.states[0]).isEqualTo(8);
      assertThat(batch.memory.states[size]).isEqualTo(7);
      assertThat(batch.memory.sequences).isEqualTo(2);
    } else {
      minibatches.gather(rollout, units, 1, 2, batch);
      assertThat(batch.values).containsExactly(101, 103, 105);
      assertThat(batch.observations).containsExactly(2, 3, 6, 7, 10, 11);
      assertThat(batch.memory.starts).containsExactly(false, false, true);
      assertThat(batch.memory.states[0]).isEqualTo(8);
      assertThat(batch.rows).isEqualTo(3);
    }
  }

  private float value(float[] states, float[] observation) {
    System.arraycopy(states, 0, memory.states, 0, size);
    network.memory(memory);
    network.forward(observation, 1, new float[2], value);
    return value[0];
  }

  private static boolean isDone(int e, int k) {
    return e == 0 ? k % 5 == 2 || k % 5 == 0 : k % 5 == 3;
  }

  private static ActorCritic network() {
    NetworkSpec spec =
        new NetworkSpec(2, List.of(4), Activation.TANH, 2, 0)
            .withRecurrence(new Recurrence(Recurrence.Kind.LSTM, 3, 1));
    ActorCritic network = ActorCritics.create(Engine.SIMD, spec);
    OrthogonalInit.initialize(network, 1, 0, RandomSource.XO_SHI_RO_256_PP.create(5));
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] *= 0.3f; // so that observations of 100 do not saturate it
    }
    network.parametersChanged();
    return network;
  }
}
