package org.ppo4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.live.Dashboard;
import org.ppo4j.live.Recording;
import org.ppo4j.tokens.run.TokenRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j dashboard}: serves the page with finished runs, or the explainer of PPO. */
@Command(
    name = "dashboard",
    customSynopsis = "./ppo4j dashboard [RUN...] [options]",
    description =
        "Serves a page on this machine: the curves of runs and their policies playing; without a"
            + " run, an explanation of PPO that replays a recorded one. Ctrl-C ends it.")
final class DashboardCommand implements Callable<Integer> {
  private static final long RECORDING_SEED = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      converter = RunNames.class,
      description = "Folders that train or tokens wrote.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port of the page. Default: 0, any free one.")
  private int port;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      hidden = true,
      description = "Write the recorded run of the explanation, and serve nothing.")
  private @Nullable Path record;

  @Override
  public Integer call() throws InterruptedException {
    if (record != null) {
      write(record);
      return 0;
    }
    try (Dashboard dashboard = DashboardOption.open(port, "--port", spec)) {
      for (Path run : runs) {
        CheckpointArgument.requireExists(run);
        show(dashboard, run);
      }
      PrintWriter err = spec.commandLine().getErr();
      DashboardOption.print(dashboard, err);
      new CountDownLatch(1).await(); // until Ctrl-C
      return 0;
    }
  }

  /** Shows a run of either kind. */
  static void show(Dashboard dashboard, Path run) {
    if (!TokenRun.isAt(run)) {
      dashboard.show(run);
      return;
    }
    TokenRun tokens = TokenRun.open(run);
    Path events =
        tokens
            .eventFile()
            .orElseThrow(
                () ->
                    new CommandException(
                        "the run folder %s has no event file, which the page shows"
                            .formatted(run)));
    String state = tokens.isFinished() ? "finished" : "unfinished";
    dashboard.show(TokensPage.about(tokens, tokens.lastCheckpoint()), state, events);
  }

  private static void write(Path file) {
    byte[] recording = Recording.of(RECORDING_SEED).getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFile.write(file, out -> out.write(recording));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
