package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;
import org.ppo4j.policy.Policy;

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
  void aModelWithoutItsMasksIsSaid(@TempDir Path folder) {
    Path run = folder.resolve("run");
    CommandRun.of(
        "train",
        "ppo4j/TMaze-v0",
        "--env-kwargs=masks=true",
        "--num-steps=32",
        "--total-timesteps=512",
        "--quiet",
        "--run-dir=" + run);

    CommandRun model = CommandRun.of("export", run.toString());

    assertThat(model.exitCode()).isZero();
    assertThat(model.err()).startsWith("The DL4J model has no input for masks of actions: replace");
    assertThat(CommandRun.of("export", run.toString(), "--onnx").err()).isEmpty();
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

  @Test
  void replacesWhenForced(@TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();
    Path model = Files.writeString(run.resolve("policy.onnx"), "old");

    assertThat(CommandRun.of("export", run.toString(), "--onnx").exitCode()).isEqualTo(1);
    assertThat(CommandRun.of("export", run.toString(), "--onnx", "--force").exitCode()).isZero();

    assertThat(Files.readAllBytes(model)).hasSizeGreaterThan(1000);
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().contains("tmp"));
    }
  }

  @Test
  void aPolicyFileActsAndDoesNotResume(@TempDir Path folder) {
    Path run = folder.resolve("run");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();
    Path checkpoint = RunFolder.open(run).latestCheckpoint().orElseThrow();

    CommandRun export = CommandRun.of("export", run.toString(), "--policy");

    Path file = run.resolve("policy.zip");
    assertThat(export.out()).contains("to " + file);
    assertThat(file.toFile().length()).isLessThan(checkpoint.toFile().length() / 2);
    double[] observation = {0.1, -0.2, 0.03, 0.4};
    try (TrainedPolicy trained = TrainedPolicy.load(checkpoint);
        Policy policy = Policy.load(file)) {
      assertThat(policy.act(observation)).containsExactly(trained.act(observation));
    }
    CommandRun evaluate = CommandRun.of("evaluate", file.toString());
    assertThat(evaluate.exitCode()).isEqualTo(1);
    assertThat(evaluate.err())
        .contains(
            "contains only a policy, not the training that made it; load it with org.ppo4j.policy");
  }

  @Test
  void theCardOfAPolicyThatRemembersSaysHowToActInASession(@TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    Path hub = folder.resolve("hub");
    CommandRun train =
        CommandRun.of(
            "train",
            "ppo4j/CartPoleNoVelocity-v1",
            "--lstm=8",
            "--num-steps=32",
            "--total-timesteps=256",
            "--quiet",
            "--run-dir",
            run.toString());
    assertThat(train.exitCode()).isZero();

    assertThat(
            CommandRun.of("export", run.toString(), "--hub", hub.toString(), "--episodes=2")
                .exitCode())
        .isZero();

    assertThat(hub.resolve("README.md"))
        .content()
        .contains(
            """
            Policy policy = Policy.load(Path.of("policy.zip"));
            Session session = policy.session(); // remembers an episode
            double[] action = session.act(observation);
            session.reset(); // where an episode ends
            ```
            """,
            "observations of `Box([-4.8 -0.41887903], [4.8 0.41887903], (2,), float32)`, and what",
            "state = numpy.zeros((1, 16), numpy.float32)", // the LSTM's of the actor alone
            "observations = numpy.asarray(observation, \"float32\")[None]",
            "\"state\": state})");
    try (Policy policy = Policy.load(hub.resolve("policy.zip"))) {
      assertThat(policy.session().act(new double[] {0.1, 0.02})).hasSize(1);
    }
    CommandRun dl4j = CommandRun.of("export", run.toString());
    assertThat(dl4j.exitCode()).isZero();
    assertThat(dl4j.err()).contains("The DL4J model remembers an episode: give rnnTimeStep its");
    CommandRun evaluate = CommandRun.of("evaluate", run.toString(), "--episodes=2");
    assertThat(evaluate.exitCode()).isZero();
  }

  @Test
  void aFolderForAHubHasTheModelOfConvolutionsToo(@TempDir Path folder) {
    Path run = folder.resolve("run");
    Path hub = folder.resolve("hub");
    CommandRun train =
        CommandRun.of(
            "train",
            SmallImage.register(),
            "--cnn=4x3s1",
            "--num-steps=8",
            "--total-timesteps=64",
            "--run-dir",
            run.toString());
    assertThat(train.exitCode()).as(train.err()).isZero();

    assertThat(
            CommandRun.of("export", run.toString(), "--hub", hub.toString(), "--episodes=1")
                .exitCode())
        .isZero();

    assertThat(hub.resolve("policy.onnx")).isNotEmptyFile();
    assertThat(hub.resolve("README.md")).content().contains("- onnx\n", "policy.onnx");
  }

  /** A choice and a number for the actor, and a second number that the critic alone sees. */
  private static final class Parts extends ArrayDynamics {
    Parts() {
      super(
          new Space.Tuple(List.of(new Space.Discrete(3), Space.Box.of(-5, 5, 2, DType.FLOAT64))),
          new Space.Tuple(List.of(new Space.Discrete(2), Space.Box.of(-1, 1, 1, DType.FLOAT64))));
    }

    @Override
    public int criticOnly() {
      return 1;
    }

    @Override
    public boolean masksActions() {
      return true;
    }

    @Override
    public void actionMask(byte[] mask, int offset) {
      mask[offset] = 1;
    }

    @Override
    public void reset(NumpyRandom random) {
      state[1] = random.nextDouble();
    }

    @Override
    public double step(double[] actions, int offset) {
      return 1;
    }
  }

  @Test
  void theCardSaysWhatTheModelTakesOfObservationsWithParts(@TempDir Path folder) {
    String id = "test/Parts-v0";
    Envs.register(id, 8, kwargs -> new Parts());
    String run = folder.resolve("run").toString();
    Path hub = folder.resolve("hub");
    CommandRun train =
        CommandRun.of(
            "train",
            id,
            "--num-envs=4",
            "--num-steps=16",
            "--total-timesteps=64",
            "--quiet",
            "--run-dir",
            run);
    assertThat(train.exitCode()).as(train.err()).isZero();

    CommandRun export = CommandRun.of("export", run, "--hub", hub.toString(), "--episodes=1");

    assertThat(export.exitCode()).as(export.err()).isZero();
    assertThat(hub.resolve("README.md"))
        .content()
        .contains(
            "a batch of observations of `Tuple(Discrete(3), Box(-5.0, 5.0, (1,), float64))`, the"
                + " numbers of the parts one after the other, masks of 2 flags, true for valid"
                + " values:",
            """
            observations = numpy.asarray(observation, "float64")[None]
            *actions, policy = session.run(None, {"observation": observations, "action_mask": numpy.asarray(valid, bool)[None]})
            """);
  }

  @Test
  void aFolderForAHub(@TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    Path hub = folder.resolve("hub");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();

    CommandRun export =
        CommandRun.of("export", run.toString(), "--hub", hub.toString(), "--episodes", "3");

    assertThat(export.err()).isEmpty();
    assertThat(export.out()).contains("hf upload OWNER/NAME " + hub);
    try (Stream<Path> files = Files.list(hub)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "README.md", "config.json", "policy.onnx", "policy.zip", "results.json");
    }
    JsonNode results = Json.MAPPER.readTree(hub.resolve("results.json").toFile());
    assertThat(results.get("n_eval_episodes").asInt()).isEqualTo(3);
    String reward =
        String.format(
            Locale.ROOT,
            "%.2f +/- %.2f",
            results.get("mean_reward").asDouble(),
            results.get("std_reward").asDouble());
    assertThat(hub.resolve("README.md"))
        .content()
        .startsWith("---\nlibrary_name: ppo4j\n")
        .contains("- onnx\nmodel-index:\n- name: \"PPO\"\n", "value: \"" + reward + "\"");
    assertThat(CommandRun.of("export", run.toString(), "--hub", hub.toString()).err())
        .contains("is not empty; choose another one with --hub, or replace its files with --force");
  }
}
