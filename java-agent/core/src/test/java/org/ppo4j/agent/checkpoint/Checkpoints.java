package org.ppo4j.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** Checkpoints to test with. */
final class Checkpoints {
  private Checkpoints() {}

  static Checkpoint example() {
    Space actions = Space.Box.of(-2, 2, 1, DType.FLOAT32);
    TrainingState state = new TrainingState();
    state.put("network/parameters", new float[] {1.5f, -0.0f, Float.MIN_VALUE, Float.NaN});
    state.put("normalizer/mean", new double[] {Math.PI, Double.NEGATIVE_INFINITY});
    state.put("random", new long[] {Long.MIN_VALUE, -1, 0, 1});
    state.put("env/0", new byte[] {-128, 127, 0});
    state.put("empty", new float[0]);
    return new Checkpoint(
        new RunConfig(
            Algorithm.PPO,
            "Pendulum-v1",
            Map.of("g", 9.81, "goals", List.of(1, 2), "name", "x", "hard", true),
            RunConfig.Backend.NATIVE,
            Engine.SIMD,
            null,
            List.of(),
            7,
            Profile.CLEANRL,
            null,
            PpoConfig.of(Profile.CLEANRL, actions)
                .with(c -> c.maxGradNorm(Double.POSITIVE_INFINITY)),
            null,
            new RunConfig.Checkpointing(10_000, 3, 20_000, 10)),
        Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 3, DType.FLOAT32),
        actions,
        NetworkDescription.of(new NetworkSpec(3, List.of(64, 64), Activation.TANH, 1, 1), null),
        Map.of("gymnasium", "1.4.0"),
        4096,
        Provenance.present(),
        state);
  }

  /** Requires that two checkpoints are the same in all they hold, the arrays' bits included. */
  static void assertSame(Checkpoint actual, Checkpoint expected) {
    assertThat(actual.withState(expected.state())).isEqualTo(expected);
    assertThat(actual.state().arrays().keySet()).isEqualTo(expected.state().arrays().keySet());
    expected
        .state()
        .arrays()
        .forEach((name, array) -> assertThat(actual.state().arrays().get(name)).isEqualTo(array));
  }
}
