package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.policy.PolicySession;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * ONNX Runtime acts on an exported policy that remembers as the trainer does, episode by episode.
 */
class OnnxRecurrentTest {
  private static final int ROWS = 3;
  private static final int STEPS = 450;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "ppo4j/PendulumNoVelocity-v1, 12, 0, 2, false",
    "ppo4j/PendulumNoVelocity-v1, 0, 16, 1, true",
    "ppo4j/CartPoleNoVelocity-v1, 8, 0, 1, true",
    "ppo4j/CartPoleNoVelocity-v1, 0, 5, 2, false"
  })
  void onnxRuntimeActsAsTheTrainer(String id, int lstm, int gru, int layers, boolean shared)
      throws IOException, OrtException {
    try (Training training = training(id, lstm, gru, layers, shared)) {
      training.run();
      Path file = folder.resolve("policy.onnx");
      try (TrainedPolicy policy = training.policy();
          VectorEnv env = Envs.make(id, ROWS);
          OrtEnvironment runtime = OrtEnvironment.getEnvironment()) {
        OnnxExport.write(file, policy);
        try (OrtSession model = runtime.createSession(file.toString())) {
          assertThat(model.getInputNames()).containsExactlyInAnyOrder("observation", "state");
          compare(runtime, model, policy, env);
        }
      }
    }
  }

  /** Returns a short training whose policy prefers some actions clearly. */
  static Training training(String id, int lstm, int gru, int layers, boolean shared) {
    return Training.on(id)
        .config(
            c ->
                c.lstm(lstm)
                    .gru(gru)
                    .lstmLayers(layers)
                    .sharedTrunk(shared)
                    .numEnvs(4)
                    .numSteps(32)
                    .numMinibatches(2)
                    .policyGain(1)
                    .learningRate(0.01)
                    .totalTimesteps(512))
        .build();
  }

  private static void compare(
      OrtEnvironment runtime, OrtSession model, TrainedPolicy policy, VectorEnv env)
      throws OrtException {
    PolicySession session = policy.session(ROWS);
    StepBatch batch = StepBatch.of(env);
    int size = batch.observationSize();
    double[] actions = new double[ROWS];
    float[][] state = new float[ROWS][policy.network().shape().stateSize() / separate(policy)];
    env.reset(5, batch);
    int ends = 0;
    for (int t = 0; t < STEPS; t++) {
      session.act(batch.observations, actions);
      FloatBuffer observation = FloatBuffer.allocate(ROWS * size);
      for (int i = 0; i < ROWS * size; i++) {
        observation.put(i, (float) batch.observations[i]);
      }
      try (OnnxTensor seen =
              OnnxTensor.createTensor(runtime, observation, new long[] {ROWS, size});
          OnnxTensor remembered = OnnxTensor.createTensor(runtime, state);
          OrtSession.Result result = model.run(Map.of("observation", seen, "state", remembered))) {
        Object action = result.get("action").orElseThrow().getValue();
        for (int i = 0; i < ROWS; i++) {
          double theirs =
              action instanceof long[] choices ? choices[i] : ((float[][]) action)[i][0];
          assertThat(theirs).as("step %d", t).isCloseTo(actions[i], within(1e-4));
        }
        state = (float[][]) result.get("next_state").orElseThrow().getValue();
      }
      env.step(actions, batch);
      session.step(batch);
      for (int i = 0; i < ROWS; i++) {
        if (batch.isDone(i)) {
          state[i] = new float[state[i].length];
          ends++;
        }
      }
    }
    assertThat(ends).isGreaterThanOrEqualTo(ROWS);
  }

  /** Returns 2 if the critic remembers apart from the actor. */
  private static int separate(TrainedPolicy policy) {
    return policy.network().shape() instanceof NetworkSpec spec && spec.sharedTrunk() ? 1 : 2;
  }
}
