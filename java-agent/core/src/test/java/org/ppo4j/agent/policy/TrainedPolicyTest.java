package org.ppo4j.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Training;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

class TrainedPolicyTest {
  private static final int THREADS = 4;
  private static final int ACTS = 200_000;

  private final TrainedPolicy policy = untrained("CartPole-v1");

  private static TrainedPolicy untrained(String env) {
    try (Training training = Training.on(env).build()) {
      return training.policy();
    }
  }

  @AfterEach
  void close() {
    policy.close();
  }

  /** Each thread has its own observations, and finds the actions that one thread alone computes. */
  @Test
  void manyThreadsActAsOne() throws InterruptedException, ExecutionException {
    List<byte[]> alone = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      alone.add(actions(thread));
    }
    assertThat(count(alone.getFirst(), 1))
        .as("actions are not all the same")
        .isBetween(1, ACTS - 1);

    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<byte[]>> together = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        together.add(threads.submit(() -> actions(seed)));
      }
      for (int thread = 0; thread < THREADS; thread++) {
        assertThat(together.get(thread).get()).isEqualTo(alone.get(thread));
      }
    }
  }

  private byte[] actions(int seed) {
    Random random = new Random(seed);
    double[] observation = new double[4];
    byte[] actions = new byte[ACTS];
    for (int i = 0; i < ACTS; i++) {
      for (int j = 0; j < 4; j++) {
        observation[j] = random.nextGaussian();
      }
      actions[i] = (byte) policy.act(observation)[0];
    }
    return actions;
  }

  private static int count(byte[] actions, int wanted) {
    int count = 0;
    for (byte action : actions) {
      count += action == wanted ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesNumbersThatAreNotFinite(double number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.act(new double[] {0, 0, number, 0}))
        .withMessage("number 2 of observation 0 is %s, but must be finite".formatted(number));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.act(new double[] {0, 0, 0, 0, 0, number, 0, 0}, 2, new double[2]))
        .withMessage("number 1 of observation 1 is %s, but must be finite".formatted(number));
  }

  @Test
  void actsOnNoObservations() {
    policy.act(new double[0], 0, new double[0]);
    assertThat(policy.act(new double[4])[0]).isIn(0.0, 1.0);
  }

  @Test
  void refusesNumbersThatTheNetworkCannotTake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.act(new double[] {1e300, 1e300, 1e300, 1e300}))
        .withMessageStartingWith("observation 0 has numbers so large that output 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 8})
  void refusesWrongLengths(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.act(new double[length]))
        .withMessage("an observation has 4 numbers, but got %d".formatted(length));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 3, 1.5})
  void refusesWhatIsNotAValueOfADiscreteSpace(double observation) {
    try (Training training = Training.on(new Choices()).build();
        TrainedPolicy choices = training.policy()) {
      assertThat(choices.act(new double[] {2})).hasSize(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> choices.act(new double[] {observation}))
          .withMessageStartingWith("observation 0 is not a value of ");
    }
  }

  @Test
  void refusesUseAfterClose() {
    policy.close();
    policy.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.act(new double[4]))
        .withMessage("the policy is closed");
    assertThatIllegalStateException().isThrownBy(() -> policy.act(new double[4], 1, new double[1]));
  }

  @Test
  void outlivesItsTraining() {
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      assertThat(policy.act(batch.observations)[0]).isIn(0.0, 1.0);
    }
  }

  /** Never stepped; observations and actions are one of three choices. */
  private static final class Choices implements VectorEnv {
    @Override
    public EnvSpec spec() {
      return new EnvSpec(
          "Choices", new Space.Discrete(3), new Space.Discrete(3), 0, Map.of(), Map.of());
    }

    @Override
    public int numEnvs() {
      return 1;
    }

    @Override
    public AutoresetMode autoresetMode() {
      return AutoresetMode.SAME_STEP;
    }

    @Override
    public void reset(long seed, StepBatch out) {
      throw new AssertionError("not reset");
    }

    @Override
    public void step(double[] actions, StepBatch out) {
      throw new AssertionError("not stepped");
    }

    @Override
    public void close() {}
  }
}
