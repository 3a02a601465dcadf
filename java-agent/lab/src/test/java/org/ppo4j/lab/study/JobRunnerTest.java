package org.ppo4j.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.AppendedFile;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its jobs are shell commands")
class JobRunnerTest {
  @TempDir private Path parent;
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @Test
  void aFinishedJobIsNotRunAgain() throws IOException {
    Job job = job("one", "echo again >> \"$OUT/calls\"; echo done");

    run(2, job);
    run(2, job);

    assertThat(job.isDone()).isTrue();
    assertThat(Files.readAllLines(parent.resolve("calls"))).containsExactly("again");
    assertThat(job.log()).hasContent("done\n");
    assertThat(told).hasSize(3).last().isEqualTo("one has finished already");
  }

  @Test
  void aCrashIsKeptWithItsLastWordsAndTakesNoOtherJobAlong() {
    Job crashing = job("crashing", "echo; echo 'out of luck'; echo; exit 3");
    Job fine = job("two", "true");

    run(1, crashing, fine);

    assertThat(crashing.isDone()).isFalse();
    assertThat(JobResults.crash(crashing)).contains("ended with exit code 3: out of luck");
    assertThat(JobResults.ours(crashing).flaw()).isEqualTo("ended with exit code 3: out of luck");
    assertThat(JobResults.peer(crashing, Map.of()).flaw()).contains("out of luck");
    assertThat(fine.isDone()).isTrue();
  }

  @Test
  void aSignalIsNamed() {
    Job killed = job("one", "kill -9 $$");

    run(1, killed);

    assertThat(JobResults.crash(killed)).contains("was ended by signal 9, possibly out of memory");
  }

  @Test
  void anotherAttemptStartsFromAnEmptyFolderAndTheFirstIsRemembered() throws IOException {
    Job job = job("one", "test -e one/left && exit 9; touch one/left; test -e again");
    run(1, job);
    Files.createFile(parent.resolve("again"));

    run(1, job);

    assertThat(job.isDone()).isTrue();
    assertThat(JobResults.history(job))
        .containsExactly("one: an earlier attempt ended with exit code 1: it printed nothing.");
  }

  @Test
  void anUnfinishedJobGoesOnFromItsCheckpoint() throws IOException {
    Job job =
        job(
            "one",
            "mkdir one/checkpoints; touch one/checkpoints/step_000000000128.zip; exit 143",
            "test -e one/checkpoints/step_000000000128.zip");
    run(1, job);
    assertThat(JobResults.crash(job)).isEmpty(); // stopped is not crashed

    run(1, job);

    assertThat(job.isDone()).isTrue();
    assertThat(told).contains("one resumes from step_000000000128.zip");
    assertThat(JobResults.history(job)).containsExactly("one: resumed from step_000000000128.zip.");
  }

  @Test
  void noMoreRunAtATimeThanAsked() throws IOException {
    String once = "mkdir \"$OUT/alone\" && sleep 0.1 && rmdir \"$OUT/alone\"";
    Job[] jobs = Stream.of("a", "b", "c").map(name -> job(name, once)).toArray(Job[]::new);

    run(1, jobs);

    assertThat(jobs).allMatch(Job::isDone);
  }

  @Test
  void aFolderInUseIsNotEmptied() throws IOException, InterruptedException {
    Job job = job("one", "true");
    Path rows = Files.createDirectories(job.folder()).resolve("episodes.csv");
    Files.writeString(rows, "precious");
    Thread runner;
    try (FileChannel training = FileChannel.open(rows, StandardOpenOption.WRITE)) {
      assertThat(AppendedFile.isFree(training)).isTrue();
      runner = Thread.ofVirtual().start(() -> run(1, job));
      while (told.isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(told).containsExactly("one waits for a training in " + job.folder());
      assertThat(rows).hasContent("precious");
    }
    runner.join();
    assertThat(job.isDone()).isTrue();
    assertThat(rows).doesNotExist();
  }

  /** The end of the process that started a job, by any signal, ends the job by SIGTERM. */
  @Test
  @Timeout(60)
  void aJobEndsWithThisProcess() throws IOException, InterruptedException {
    String job =
        "trap 'echo stopped > \"$OUT/stopped\"; exit 1' TERM; touch \"$OUT/runs\"; while :; do sleep 0.1; done";
    Process parentOfJob =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                parent.toString(),
                job)
            .redirectErrorStream(true)
            .redirectOutput(parent.resolve("log").toFile())
            .start();
    while (!Files.exists(parent.resolve("runs"))) {
      assertThat(parentOfJob.isAlive()).isTrue();
      Thread.sleep(20);
    }
    parentOfJob.destroyForcibly().waitFor();

    while (!Files.exists(parent.resolve("stopped"))) {
      Thread.sleep(20);
    }
    assertThat(parent.resolve("one.done")).doesNotExist();
  }

  /** Runs a job in the folder {@code args[0]}, the shell command {@code args[1]}. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      Job job =
          new Job("one", folder.resolve("one"), folder, List.of("sh", "-c", args[1]), List.of());
      new JobRunner(1, Map.of("OUT", args[0]), _ -> {}).run(List.of(job));
    }
  }

  /** Makes a job of a shell command, run in {@code parent}; {@code OUT} is that folder. */
  private Job job(String name, String command, String... resumption) {
    List<String> resume = resumption.length == 0 ? List.of() : List.of("sh", "-c", resumption[0]);
    return new Job(name, parent.resolve(name), parent, List.of("sh", "-c", command), resume);
  }

  private void run(int atATime, Job... jobs) {
    new JobRunner(atATime, Map.of("OUT", parent.toString()), told::add).run(List.of(jobs));
  }
}
