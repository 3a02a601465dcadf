package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.RunFolder;

/** Listeners that are compiled here and named on the command line. */
class ListenerOptionTest {
  private static final String HEAD =
      """
      package my;
      import java.nio.file.*;
      import org.ppo4j.agent.event.*;
      import org.ppo4j.agent.state.*;
      """;

  /** Stops after two iterations, and then writes down what the run folder holds. */
  private static final String STOPPING =
      HEAD
          + """
          public final class Stopping implements TrainingListener, Stateful {
            private RunningTraining training;
            private long seen;
            @Override public void started(RunningTraining started) {
              training = started;
            }
            @Override public void iteration(Iteration iteration) {
              seen++;
              if (iteration.number() == 2) {
                training.stop();
              }
            }
            @Override public void finished(Finished finished) {
              System.setProperty("my.seen", seen + " " + finished.outcome());
            }
            @Override public void save(TrainingState state) {
              state.put("my/seen", new long[] {seen});
            }
            @Override public void restore(TrainingState state) {
              seen = state.has("my/seen") ? state.longs("my/seen")[0] : 0;
            }
          }
          """;

  private static final String THROWING =
      HEAD
          + """
          public final class Throwing implements TrainingListener {
            @Override public void iteration(Iteration iteration) {
              throw new IllegalStateException("no more");
            }
          }
          """;

  private static final String OTHERS =
      HEAD
          + """
          public final class Others {
            public static final class NotMade implements TrainingListener {
              public NotMade() { throw new IllegalStateException("not today"); }
            }
            public static final class Needs implements TrainingListener {
              public Needs(int number) {}
            }
            public static final class Throwing implements TrainingListener {}
            static final class Hidden implements TrainingListener {}
          }
          """;

  @TempDir private Path folder;
  private ClassLoader before;
  private URLClassLoader loader;

  @BeforeEach
  void compile() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    write("Stopping", STOPPING);
    write("Throwing", THROWING);
    write("Others", OTHERS);
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-cp",
                LaunchedProject.classPath(),
                "-d",
                classes + "",
                folder + "/Stopping.java",
                folder + "/Throwing.java",
                folder + "/Others.java");
    assertThat(compiled).isZero();
    Path service = classes.resolve("META-INF/services/org.ppo4j.agent.event.TrainingListener");
    Files.createDirectories(service.resolveSibling("."));
    Files.writeString(service, "my.Stopping\nmy.Throwing\nmy.Others$Throwing\nmy.Others$NotMade\n");
    before = Thread.currentThread().getContextClassLoader();
    loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
  }

  private void write(String name, String source) throws IOException {
    Files.writeString(folder.resolve(name + ".java"), source);
  }

  @AfterEach
  void restoreClassLoader() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
    System.clearProperty("my.seen");
  }

  private CommandRun train(String... listeners) {
    return CommandRun.shortTraining(
        folder.resolve("run"),
        List.of(listeners).stream().map(each -> "--listener=" + each).toArray(String[]::new));
  }

  @Test
  void aListenerOfTheUsersStopsATrainingAndIsContinued() {
    assertThat(train("Stopping")).isEqualTo(new CommandRun(0, "", ""));
    RunFolder run = RunFolder.open(folder.resolve("run"));
    assertThat(run.summary().outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(System.getProperty("my.seen")).isEqualTo("2 STOPPED");
    assertThat(Checkpoint.read(run.checkpoint(256)).state().longs("my/seen")).containsExactly(2);

    CommandRun resumed =
        CommandRun.of("resume", run.path() + "", "--quiet", "--listener", "my.Stopping");
    assertThat(resumed).isEqualTo(new CommandRun(0, "", ""));
    assertThat(System.getProperty("my.seen")).isEqualTo("4 FINISHED");
    assertThat(run.summary().outcome()).isEqualTo(Outcome.FINISHED);
  }

  /** Both have all events: the one that throws does not keep the other from its own. */
  @Test
  void aListenerThatThrowsIsNamedAndTheTrainingUpToThenIsSaved() {
    CommandRun run = train("my.Throwing", "my.Stopping");
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                1,
                "",
                "ppo4j: the listener my.Throwing failed: java.lang.IllegalStateException: no more"
                    + " (--debug shows where)\n"));
    RunFolder folder = RunFolder.open(this.folder.resolve("run"));
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(folder.checkpoints()).containsExactly(folder.checkpoint(128));
    assertThat(System.getProperty("my.seen")).isEqualTo("1 FAILED");
  }

  @Test
  void aMistypedNameIsRefusedWithNearOnes() {
    assertRefused("Stoping", "is not on the class path; did you mean Stopping?");
    assertRefused("my.Stoping", "is not on the class path; did you mean my.Stopping?");
    assertRefused(
        "org.example.Nothing",
        "is not on the class path; give the full name of a class in a jar or folder that"
            + " PPO4J_CLASSPATH names");
  }

  @Test
  void aClassThatCannotBeUsedIsRefused() {
    assertRefused("java.lang.String", "does not implement org.ppo4j.agent.event.TrainingListener");
    String rule = "must be a public class with a public constructor without parameters";
    assertRefused("my.Others$Needs", rule);
    assertRefused("my.Others$Hidden", rule);
    assertRefused(
        "Throwing",
        "is the name of several listeners; give one of my.Throwing, my.Others$Throwing");
    CommandRun run = train("NotMade");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "ppo4j: the listener NotMade cannot be made: java.lang.IllegalStateException: not"
                + " today\n");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private void assertRefused(String name, String why) {
    CommandRun run = train(name);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("ppo4j: --listener %s %s\n".formatted(name, why))
        .hasLineCount(2); // and where the help is
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
