package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.run.RunFolder;

/**
 * The Java of {@code docs/java.md}, {@code docs/extending.md} and {@code docs/examples/hello}.
 * Every block of Java in the pages is compiled: one with a class as it is, one without, a fragment,
 * in a method of a class around it. Those with {@code main} are run.
 */
class DocumentedProgramsTest {
  private static final Path DOCS = Path.of("../../docs");
  private static final Pattern BLOCK =
      Pattern.compile("^```java[^\\n]*\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CLASS =
      Pattern.compile("^(?:public )?(?:final )?(?:class|record) (\\w+)", Pattern.MULTILINE);

  @TempDir private static Path classes;
  @TempDir private Path folder;

  @BeforeAll
  static void compile(@TempDir Path sources) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-cp", LaunchedProject.classPath(), "-d", classes.toString()));
    int fragments = 0;
    List<String> blocks =
        BLOCK
            .matcher(
                Files.readString(DOCS.resolve("java.md"))
                    + Files.readString(DOCS.resolve("extending.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(10);
    for (String block : blocks) {
      Matcher type = CLASS.matcher(block);
      boolean isComplete = type.find();
      String name = isComplete ? type.group(1) : "Fragment" + ++fragments;
      String source = isComplete ? block : inClass(name, block);
      arguments.add(Files.writeString(sources.resolve(name + ".java"), source).toString());
    }
    arguments.add(DOCS.resolve("examples/hello/src/main/java/org/ppo4j/example/Hello.java") + "");
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    assertThat(compiled).isZero();
  }

  @Test
  void programsRunInTheirOrder() throws IOException, InterruptedException {
    assertThat(run("Train")).isEmpty();
    assertThat(run("Act")).first().asString().matches("push to the (left|right)");
    assertThat(number("mean return ([\\d.]+) of 20 episodes", run("Evaluate"))).isGreaterThan(400);
    assertThat(run("Listen"))
        .hasSizeGreaterThan(20)
        .last()
        .asString()
        .matches("STOPPED at step \\d+");
    assertThat(number("summary: ([\\d.]+)", run("Record"))).isGreaterThan(50);
    RunFolder recorded = RunFolder.open(folder.resolve("runs/first"));
    assertThat(recorded.bestCheckpoint()).exists();
    assertThat(Files.readAllLines(recorded.evaluations())).hasSize(6);
    assertThat(run("OwnEnvironment")).containsExactly("SOLVED");
  }

  @Test
  void ownPartsLearn() throws IOException, InterruptedException {
    assertThat(run("LeakyClip")).containsExactly("SOLVED");
    assertThat(run("OneStep")).containsExactly("SOLVED");
    assertThat(run("SignDescent")).containsExactly("SOLVED");
    assertThat(run("OneLogit")).containsExactly("SOLVED");
  }

  @Test
  void helloTrainsAndActs() throws IOException, InterruptedException {
    assertThat(run("org.ppo4j.example.Hello"))
        .satisfiesExactly(
            line -> assertThat(line).matches("SOLVED after [\\d,]+ steps"),
            line ->
                assertThat(line).matches("\\[0\\.01, 0\\.02, -0\\.03, 0\\.04] -> \\[[01]\\.0]"));
  }

  @Test
  void theTestOfAUserPasses() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Class<?> type = loader.loadClass("CartPoleTest");
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Method test = type.getDeclaredMethod("isSolved");
      assertThat(test.isAnnotationPresent(Test.class)).isTrue();
      test.setAccessible(true);
      test.invoke(constructor.newInstance());
    }
  }

  @Test
  @Tag("python")
  void trainsInPython() throws IOException, InterruptedException {
    assertThat(run("TrainInPython")).isEmpty();
    assertThat(folder.resolve("lander.zip")).exists();
  }

  /** Runs a program in the folder of this test and returns what it prints. */
  private List<String> run(String name) throws IOException, InterruptedException {
    String classPath = classes + File.pathSeparator + LaunchedProject.classPath();
    List<String> command = ChildJvm.java(2, classPath);
    command.add(name);
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(() -> name + ": " + read(err)).isZero();
    return lines;
  }

  /** Returns a class that has the fragment, and what a reader fills in himself. */
  private static String inClass(String name, String fragment) {
    return """
        import java.io.File;
        import java.nio.file.Path;
        import org.deeplearning4j.nn.graph.ComputationGraph;
        import org.nd4j.linalg.api.ndarray.INDArray;
        import org.ppo4j.agent.Training;
        import org.ppo4j.env.VectorEnv;

        abstract class %s {
          INDArray observations;

          abstract VectorEnv myEnv(int numEnvs);

          abstract void waitForTheUser(Runnable stop);

          void fragment() throws Exception {
        %s
          }
        }
        """
        .formatted(name, fragment);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static double number(String pattern, List<String> lines) {
    return lines.stream()
        .flatMap(line -> Pattern.compile(pattern).matcher(line).results())
        .map((MatchResult match) -> Double.parseDouble(match.group(1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s is not in %s".formatted(pattern, lines)));
  }
}
