package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link NativeVectorEnv} fulfils the contract and its additional promises. */
class NativeVectorEnvTest extends VectorEnvContract {
  private static final String COUNTING = "ContractCounting-v0";
  private static final String ECHO = "ContractEcho-v0";

  @BeforeAll
  static void register() {
    if (!Envs.isNative(COUNTING)) {
      Envs.register(COUNTING, 0, CountingDynamics::new);
      Envs.register(ECHO, 0, EchoDynamics::new);
    }
  }

  @Override
  protected VectorEnv make(
      Subject subject, int numEnvs, Map<String, Object> kwargs, AutoresetMode mode) {
    return switch (subject) {
      case COUNTING -> {
        Map<String, Object> arguments = new HashMap<>(kwargs);
        Object truncateAt = arguments.remove("truncate_at");
        if (truncateAt != null) {
          arguments.put("max_episode_steps", truncateAt);
        }
        yield Envs.make(COUNTING, numEnvs, arguments, mode);
      }
      case ECHO -> Envs.make(ECHO, numEnvs, kwargs, mode);
      case CART_POLE -> Envs.make("CartPole-v1", numEnvs, kwargs, mode);
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {300, -1, 2.7, Double.NaN, Double.POSITIVE_INFINITY})
  void integersThatTheDtypeCannotHoldAreRefused(double number) {
    double[] shown = {255};
    try (VectorEnv env =
        new NativeVectorEnv(Bytes.SPEC, Bytes.twice(shown), AutoresetMode.SAME_STEP)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[2], batch);
      shown[0] = number;
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[2], batch))
          .withMessage(
              "X: sub-environment 0 gave an observation with %s at index 0, but its space is Box(0, 255, (1,), uint8); fix the environment",
              number);
      assertThatIllegalStateException().isThrownBy(() -> env.step(new double[2], batch));
    }
  }

  @Test
  void integersAreRefusedInSingleResetsToo() {
    double[] shown = {255};
    try (VectorEnv env =
        new NativeVectorEnv(Bytes.SPEC, Bytes.twice(shown), AutoresetMode.SAME_STEP)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      shown[0] = 2.7;
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.reset(new long[] {5, -1}, batch))
          .withMessageStartingWith("X: sub-environment 0 gave an observation with 2.7 at index 0");
    }
  }

  @Test
  @Timeout(20)
  void closeWaitsForTheStepOfAnotherThread() throws InterruptedException {
    CountDownLatch stepping = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    Bytes body = new Bytes(new double[1]);
    Ensemble slow =
        new Ensemble() {
          @Override
          public List<Bytes> members() {
            return List.of(body);
          }

          @Override
          public void advance(double[] actions, boolean[] resting) {
            stepping.countDown();
            try {
              mayEnd.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            calls.add("stepped");
          }

          @Override
          public void close() {
            calls.add("closed");
          }
        };
    VectorEnv env = new NativeVectorEnv(Bytes.SPEC, slow, AutoresetMode.SAME_STEP);
    StepBatch batch = StepBatch.of(env);
    env.reset(1, batch);
    Thread stepper = Thread.ofPlatform().start(() -> env.step(new double[1], batch));
    stepping.await();
    Thread closer = Thread.ofPlatform().start(env::close);
    closer.join(100);
    assertThat(closer.isAlive()).isTrue();
    mayEnd.countDown();
    stepper.join();
    closer.join();
    env.close();

    assertThat(calls).containsExactly("stepped", "closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> env.step(new double[1], batch))
        .withMessage("X is closed; make a new one");
  }

  /** Shows a number that the test can change. */
  private static final class Bytes extends ArrayDynamics {
    static final EnvSpec SPEC =
        new EnvSpec(
            "X",
            Space.Box.of(0, 255, 1, DType.UINT8),
            new Space.Discrete(2),
            0,
            Map.of(),
            Map.of());

    private final double[] shown;

    Bytes(double[] shown) {
      super(SPEC.observationSpace(), SPEC.actionSpace(), 1);
      this.shown = shown;
    }

    static Ensemble twice(double[] shown) {
      return Ensemble.of(List.of(new Bytes(shown), new Bytes(shown)));
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = shown[0];
    }

    @Override
    public double step(double[] actions, int offset) {
      state[0] = shown[0];
      return 0;
    }
  }

  /**
   * Counts bytes with the JDK's counter. It is called by reflection, since the module under test
   * does not read {@code jdk.management}.
   */
  @Test
  void stepsAllocateNothing() throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Method allocated =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes");
    try (VectorEnv env = Envs.make("CartPole-v1", 8)) {
      StepBatch batch = StepBatch.of(env);
      double[] actions = new double[8];
      env.reset(1, batch);
      steps(env, actions, batch, 10);
      long before = (long) allocated.invoke(threads);
      steps(env, actions, batch, 10_000);
      long bytes = (long) allocated.invoke(threads) - before;
      assertThat(bytes).as("bytes of 10,000 steps, including the counting").isLessThan(10_000);
    }
  }

  private static void steps(VectorEnv env, double[] actions, StepBatch batch, int count) {
    for (int t = 0; t < count; t++) {
      env.step(actions, batch);
    }
  }

  @Test
  void messagesNameWhatWasExpected() {
    try (VectorEnv env = Envs.make("CartPole-v1", 2)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> env.step(new double[3], batch))
          .withMessage(
              "CartPole-v1 needs 2 action values (1 for each of 2 sub-environments), but got 3");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> env.step(new double[] {0, 2}, batch))
          .withMessage(
              "CartPole-v1: the action [2.0] of sub-environment 1 is not in the action space"
                  + " Discrete(2)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> env.reset(-1, batch))
          .withMessageStartingWith("CartPole-v1: the seed must be from 0 to 9223372036854775806");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("CartPole-v1", 0))
        .withMessage("CartPole-v1 needs at least 1 sub-environment, but numEnvs is 0");
  }

  @Test
  void dynamicsAreNotShared() {
    CountingDynamics one = new CountingDynamics(new Kwargs("X", Map.of()));
    EnvSpec spec =
        new EnvSpec("X", one.observationSpace(), one.actionSpace(), 0, Map.of(), Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new NativeVectorEnv(spec, Ensemble.of(List.of(one, one)), AutoresetMode.SAME_STEP))
        .withMessageContaining("a new Dynamics on every call");
  }

  @Test
  void everyDynamicsIsClosedOnce() {
    List<Closing> closing = List.of(new Closing(false), new Closing(true), new Closing(true));
    VectorEnv env =
        new NativeVectorEnv(
            closing.getFirst().spec(), Ensemble.of(closing), AutoresetMode.SAME_STEP);
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(env::close)
        .withMessageContaining("sub-environment 1 failed in close")
        .withMessageContaining("the hinge is stuck")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    env.close();
    assertThat(closing).extracting(one -> one.closed).containsExactly(1, 1, 1);
  }

  @Test
  void dynamicsAreClosedIfMakingFails() {
    List<Closing> made = new ArrayList<>();
    Envs.register(
        "Closing-v0",
        0,
        kwargs -> {
          if (made.size() == kwargs.integer("max", 10)) {
            throw new IllegalStateException("no more");
          }
          made.add(new Closing(false));
          return made.getLast();
        });
    assertThatIllegalStateException()
        .isThrownBy(() -> Envs.make("Closing-v0", 3, Map.of("max", 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Closing-v0", 1, Map.of("unknown", 2)));
    assertThat(made).extracting(one -> one.closed).containsExactly(1, 1, 1);
  }

  /** Counts how often it is closed; a stuck one throws an exception when it is closed. */
  private static final class Closing extends ArrayDynamics {
    private final boolean stuck;
    private int closed;

    Closing(boolean stuck) {
      super(Space.Box.of(0, 1, 1, DType.FLOAT64), new Space.Discrete(2), 1);
      this.stuck = stuck;
    }

    EnvSpec spec() {
      return new EnvSpec("X", observationSpace(), actionSpace(), 0, Map.of(), Map.of());
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = 0;
    }

    @Override
    public double step(double[] actions, int offset) {
      return 0;
    }

    @Override
    public void close() {
      closed++;
      if (stuck) {
        throw new IllegalStateException("the hinge is stuck");
      }
    }
  }
}
