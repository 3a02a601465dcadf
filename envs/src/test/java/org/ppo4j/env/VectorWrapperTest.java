package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VectorWrapperTest {
  @Test
  void passesEveryCall() {
    assertThat(Arrays.stream(VectorEnv.class.getMethods()).filter(each -> !isStatic(each)))
        .allSatisfy(
            each ->
                assertThat(
                        VectorWrapper.class
                            .getMethod(each.getName(), each.getParameterTypes())
                            .getDeclaringClass())
                    .isEqualTo(VectorWrapper.class));
  }

  private static boolean isStatic(Method method) {
    return Modifier.isStatic(method.getModifiers());
  }

  @Test
  void givesWhatTheEnvironmentGives() {
    try (VectorEnv plain = Envs.make("CartPole-v1", 2);
        VectorEnv wrapped = new VectorWrapper(Envs.make("CartPole-v1", 2)) {}) {
      StepBatch one = StepBatch.of(plain);
      StepBatch other = StepBatch.of(wrapped);
      plain.reset(5, one);
      wrapped.reset(5, other);
      for (int step = 0; step < 50; step++) {
        plain.step(new double[] {step % 2, 1}, one);
        wrapped.step(new double[] {step % 2, 1}, other);
        assertThat(other.observations).isEqualTo(one.observations);
        assertThat(other.rewards).isEqualTo(one.rewards);
        assertThat(other.terminated).isEqualTo(one.terminated);
      }
      long[] seeds = {9, -1};
      plain.reset(seeds, one);
      wrapped.reset(seeds, other);
      assertThat(other.observations).isEqualTo(one.observations);
    }
  }
}
