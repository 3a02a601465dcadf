package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.policy.PolicySession;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** DL4J acts on an exported policy with LSTM layers as the trainer does, episode by episode. */
class Dl4jRecurrentTest {
  private static final int STEPS = 450;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "ppo4j/PendulumNoVelocity-v1, 12, 2, false",
    "ppo4j/CartPoleNoVelocity-v1, 8, 1, true",
  })
  void rnnTimeStepActsAsTheTrainer(String id, int lstm, int layers, boolean shared)
      throws IOException {
    try (Training training = OnnxRecurrentTest.training(id, lstm, 0, layers, shared)) {
      training.run();
      Path file = folder.resolve("policy.zip");
      try (TrainedPolicy policy = training.policy();
          VectorEnv env = Envs.make(id, 1)) {
        PolicyExport.write(file, policy);
        try (FileSystem zip = FileSystems.newFileSystem(file)) {
          byte[] notes = Files.readAllBytes(zip.getPath(PolicyExport.NOTES));
          assertThat(Json.MAPPER.readTree(notes).path("remembers").asBoolean()).isTrue();
        }
        ComputationGraph graph = ComputationGraph.load(file.toFile(), false);
        compare(graph, policy, env);
        graph.close();
      }
    }
  }

  private static void compare(ComputationGraph graph, TrainedPolicy policy, VectorEnv env) {
    PolicySession session = policy.session(1);
    StepBatch batch = StepBatch.of(env);
    double[] actions = new double[1];
    env.reset(5, batch);
    int ends = 0;
    for (int t = 0; t < STEPS; t++) {
      session.act(batch.observations, actions);
      float[] observation = new float[batch.observationSize()];
      for (int i = 0; i < observation.length; i++) {
        observation[i] = (float) batch.observations[i];
      }
      INDArray outputs = graph.rnnTimeStep(Nd4j.create(new float[][] {observation}))[0];
      double theirs =
          outputs.columns() > 1
              ? outputs.argMax(1).getInt(0)
              : Math.clamp(outputs.getDouble(0), -2.0, 2.0);
      assertThat(theirs).as("step %d", t).isCloseTo(actions[0], within(1e-4));
      env.step(actions, batch);
      session.step(batch);
      if (batch.isDone(0)) {
        graph.rnnClearPreviousState();
        ends++;
      }
    }
    assertThat(ends).isGreaterThan(1);
  }
}
