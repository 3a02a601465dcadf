package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** {@link CartPole} agrees with the recordings of {@code record_cartpole.py}. */
class CartPoleTest extends RecordedTask {

  CartPoleTest() {
    super("cartpole.txt");
  }

  @Override
  Dynamics dynamics(Map<String, Object> kwargs) {
    return new CartPole("true".equals(kwargs.get("sutton_barto_reward")));
  }

  /**
   * A falling pole multiplies a difference in the last bit of a sine by e every 13 steps. Balanced
   * episodes of hundreds of steps could therefore end differently if {@link Math#sin} rounds
   * differently.
   */
  @Override
  int predictableSteps() {
    return 100;
  }

  @Test
  void balancedEpisodeIsTruncatedOnlyAtTheLimit() {
    for (Map.Entry<String, Integer> limit :
        Map.of("CartPole-v0", 200, "CartPole-v1", 500).entrySet()) {
      try (VectorEnv env = Envs.make(limit.getKey(), 1)) {
        StepBatch batch = StepBatch.of(env);
        env.reset(11, batch);
        for (int step = 1; step < limit.getValue(); step++) {
          env.step(new double[] {balance(batch.observations)}, batch);
          assertThat(batch.isDone(0)).isFalse();
        }
        env.step(new double[] {balance(batch.observations)}, batch);
        assertThat(batch.truncated[0]).isTrue();
        assertThat(batch.terminated[0]).isFalse();
        assertThat(batch.episodeReturns[0]).isEqualTo((double) limit.getValue());
        assertThat(batch.episodeLengths[0]).isEqualTo(limit.getValue());
      }
    }
  }

  @Test
  void spacesAreGymnasiums() {
    CartPole cartPole = new CartPole(false);
    assertThat(cartPole.actionSpace()).isEqualTo(new Space.Discrete(2));
    double inf = Double.POSITIVE_INFINITY;
    // numpy: print(float(np.float32(4.8)), float(np.float32(24 * 2 * math.pi / 360)))
    double[] high = {4.800000190734863, inf, 0.41887903213500977, inf};
    double[] low = {-4.800000190734863, -inf, -0.41887903213500977, -inf};
    assertThat(cartPole.observationSpace())
        .isEqualTo(new Space.Box(low, high, new int[] {4}, DType.FLOAT32));
  }

  private static double balance(double[] o) {
    return 0.1 * o[0] + 0.3 * o[1] + 3 * o[2] + o[3] > 0 ? 1 : 0;
  }
}
