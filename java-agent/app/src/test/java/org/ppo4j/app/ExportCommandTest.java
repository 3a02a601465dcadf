package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;

class ExportCommandTest {

  @Test
  void exportedPolicyActsAsTheTrainedOne(@TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    Path model = folder.resolve("policy.zip");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();

    CommandRun export = CommandRun.of("export", run.toString(), "--output", model.toString());

    assertThat(export.err()).isEmpty();
    assertThat(export.out()).contains("Wrote the policy of step 512 of CartPole-v1");
    double[] observation = {0.1, -0.2, 0.03, 0.4};
    double[] action = new double[1];
    try (TrainedPolicy policy =
        TrainedPolicy.load(RunFolder.open(run).latestCheckpoint().orElseThrow())) {
      policy.act(observation, 1, action);
    }
    ComputationGraph graph = ComputationGraph.load(model.toFile(), false);
    float[] logits =
        graph.output(Nd4j.createFromArray(new float[][] {{0.1f, -0.2f, 0.03f, 0.4f}}))[0]
            .toFloatVector();
    assertThat(action[0]).isEqualTo(logits[1] > logits[0] ? 1 : 0);
  }

  @Test
  void overwritesNothing(@TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    Path model = Files.writeString(folder.resolve("policy.zip"), "mine");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();

    CommandRun export = CommandRun.of("export", run.toString(), "--output", model.toString());

    assertThat(export.exitCode()).isEqualTo(1);
    assertThat(export.err()).contains("policy.zip already exists");
    assertThat(model).hasContent("mine");
  }
}
