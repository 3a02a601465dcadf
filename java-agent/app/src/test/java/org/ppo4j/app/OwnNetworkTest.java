package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.run.RunFolder;

/** The networks of {@code docs/networks.md}, brought to the launcher as the page says. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class OwnNetworkTest {
  private static final Path EXAMPLE = Path.of("../dl4j/src/test/java/org/ppo4j/dl4j/example");
  private static final String SERVICE = "META-INF/services/org.ppo4j.env.EnvProvider";
  private static final Pattern PROGRAM =
      Pattern.compile("```java\\n(import .*?public class (\\w+) .*?)```", Pattern.DOTALL);

  /** What the page's programs and an environment of pixels are compiled to. */
  @TempDir private static Path classes;

  @TempDir private Path temporary;
  private Path folder;
  private LaunchedProject project;

  @BeforeAll
  static void compile() throws IOException {
    Path service = classes.resolve(SERVICE);
    Files.createDirectories(service.resolveSibling("."));
    Files.writeString(service, "org.ppo4j.dl4j.example.Catches\n");
    List<String> args =
        new ArrayList<>(List.of("-cp", LaunchedProject.classPath(), "-d", classes.toString()));
    args.add(EXAMPLE.resolve("Catch.java").toString());
    args.add(EXAMPLE.resolve("Catches.java").toString());
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../docs/networks.md")));
    while (program.find()) {
      Path source = classes.resolve(program.group(2) + ".java");
      args.add(Files.writeString(source, program.group(1)).toString());
    }
    assertThat(tool("javac", args)).isZero();
  }

  private static int tool(String name, List<String> args) {
    return ToolProvider.findFirst(name)
        .orElseThrow()
        .run(System.out, System.err, args.toArray(String[]::new));
  }

  @BeforeEach
  void launch() throws IOException {
    folder = temporary.toRealPath();
    project = new LaunchedProject(folder);
  }

  @Test
  void aGraphIsTrainedEvaluatedResumedAndExported() throws IOException, InterruptedException {
    CommandRun train = train("CartPole-v1", "ResidualNetwork");
    CommandRun evaluate = run("evaluate", "run", "--episodes=2");
    CommandRun resume = run("resume", "run", "--total-timesteps=512");
    CommandRun export = run("export", "run", "--output=policy.zip");
    CommandRun without = project.run(Map.of(), "evaluate", "run", "--episodes=2");

    assertThat(train.exitCode()).as(train.err()).isZero();
    assertThat(train.out()).contains("Network      ResidualNetwork").doesNotContain("Engine ");
    assertThat(evaluate.out()).contains("CartPole-v1, policy of step 256");
    assertThat(resume.exitCode()).as(resume.err()).isZero();
    assertThat(RunFolder.open(folder.resolve("run")).summary().totalSteps()).isEqualTo(512);
    assertThat(export.out()).contains("Wrote the policy of step 512 of CartPole-v1");
    assertThat(folder.resolve("policy.zip")).exists();
    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.err())
        .isEqualTo(
            "ppo4j: the network's class ResidualNetwork is not on the class path; add its jar or"
                + " folder (for ./ppo4j in PPO4J_CLASSPATH)\n");
  }

  @Test
  void convolutionsOfAJarAreTrainedByCompare() throws IOException, InterruptedException {
    assertThat(tool("jar", List.of("-cf", folder + "/pixels.jar", "-C", classes + "", ".")))
        .isZero();
    CommandRun compare =
        project.run(
            Map.of("PPO4J_CLASSPATH", "pixels.jar"),
            "compare",
            "Catch-v0",
            "--network=PixelNetwork",
            "--seeds=1",
            "--steps=256",
            "--num-steps=32",
            "--eval-episodes=2",
            "--run-dir=study");

    assertThat(compare.exitCode()).as(compare.err()).isZero();
    assertThat(compare.out()).contains("--network=PixelNetwork");
    assertThat(folder.resolve("study/ppo4j/seed_1/config.json"))
        .content()
        .contains("\"PixelNetwork\"");
  }

  @Test
  void anActorCriticWithoutDl4jIsTrainedEvaluatedAndResumed()
      throws IOException, InterruptedException {
    CommandRun train = train("Pendulum-v1", "QuadraticNetwork", "--quiet");
    CommandRun evaluate = run("evaluate", "run", "--episodes=2");
    CommandRun resume = run("resume", "run", "--total-timesteps=512", "--quiet");
    CommandRun export = run("export", "run", "--output=policy.zip");

    assertThat(train).isEqualTo(new CommandRun(0, "", ""));
    assertThat(evaluate.out()).contains("Pendulum-v1, policy of step 256");
    assertThat(resume).isEqualTo(new CommandRun(0, "", ""));
    assertThat(RunFolder.open(folder.resolve("run")).summary().totalSteps()).isEqualTo(512);
    assertThat(export.exitCode()).isEqualTo(1);
    assertThat(export.err())
        .isEqualTo(
            "ppo4j: a network of QuadraticNetwork$Quadratic cannot be exported, because it is"
                + " neither an MLP nor a DL4J graph; its checkpoint runs with TrainedPolicy\n");
    for (String format : List.of("--policy", "--hub=hub")) {
      CommandRun refused = run("export", "run", format);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err())
          .isEqualTo(
              "ppo4j: a policy with parts of the class QuadraticNetwork cannot be written for"
                  + " ppo4j-policy, because it runs the engines' networks and distributions only;"
                  + " its checkpoint runs with TrainedPolicy\n");
    }
    assertThat(folder.resolve("policy.zip")).doesNotExist();
    assertThat(folder.resolve("run/policy.zip")).doesNotExist();
    assertThat(folder.resolve("hub")).doesNotExist();
  }

  @Test
  void thePageTrainsFromJava() throws IOException, InterruptedException {
    String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
    List<String> command = ChildJvm.java(2, classPath);
    command.add("TrainOwnNetwork");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = process.inputReader().lines().toList();

    assertThat(process.waitFor()).isZero();
    assertThat(lines).hasSize(2);
    assertThat(Double.parseDouble(lines.getFirst().replace("mean return ", ""))).isGreaterThan(50);
    assertThat(lines.getLast()).isEqualTo("action 1.0"); // towards where the pole leans
    assertThat(folder.resolve("residual-dl4j.zip")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network=com.example.MyNetwork | --network: the network's class com.example.MyNetwork is"
            + " not on the class path; add its jar or folder (for ./ppo4j in PPO4J_CLASSPATH)",
        "--network=java.lang.String | --network: java.lang.String does not implement"
            + " org.ppo4j.agent.network.NetworkFactory",
        "--network=org.ppo4j.dl4j.Dl4jNetwork | --network: org.ppo4j.dl4j.Dl4jNetwork is abstract;"
            + " give a class that extends or implements it",
        "--network=org.ppo4j.dl4j.Dl4jEngine --engine=dl4j | --engine is for MLPs, and --network"
            + " makes its own networks; leave one of them out",
      })
  void refusesWhatMakesNoNetworks(String options, String message) {
    for (String command : List.of("train", "compare")) {
      List<String> args = new ArrayList<>(List.of(command, "CartPole-v1"));
      args.addAll(List.of(options.split(" ")));
      CommandRun run = CommandRun.of(args.toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err().lines().findFirst()).hasValue("ppo4j: " + message);
    }
  }

  @Test
  void aNetworkThatDoesNotFitTheEnvironmentIsRefused() throws IOException, InterruptedException {
    CommandRun run = train("CartPole-v1", "PixelNetwork");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("ppo4j: PixelNetwork cannot make its networks: ");
  }

  private CommandRun train(String env, String network, String... more)
      throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of("train", env, "--network=" + network));
    args.addAll(List.of("--run-dir=run", "--num-steps=64", "--num-envs=1"));
    args.addAll(List.of("--total-timesteps=256", "--preset=none"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private CommandRun run(String... args) throws IOException, InterruptedException {
    return project.run(Map.of("PPO4J_CLASSPATH", classes.toString()), args);
  }
}
