package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ppo4j.gymnasium.PythonFinder;
import org.ppo4j.tokens.run.RewardSource;
import org.ppo4j.tokens.run.TokenRun;
import org.ppo4j.tokens.run.TokenRunConfig;
import org.ppo4j.tokens.run.TokenTrainers;
import org.ppo4j.tokens.run.TokenTraining;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a training of a language model: prints its steps, stops at Ctrl-C. */
final class TokensSession {
  /** How many steps are printed. */
  private static final int LINES = 20;

  private TokensSession() {}

  /** Returns the interpreter for rewards in Python; without any, a name that is not used. */
  static Path python(List<RewardSource> rewards, PrintWriter err) {
    List<RewardSource> functions =
        rewards.stream().filter(each -> each.kind() == RewardSource.Kind.PYTHON).toList();
    if (functions.isEmpty()) {
      return Path.of("python3");
    }
    functions.forEach(RewardSource::requireFile);
    ProjectPython.setUp(err);
    return PythonFinder.find();
  }

  /**
   * Trains; returns the exit code.
   *
   * @param folder makes or opens the run folder, once models, data and rewards are read
   */
  static int run(
      TokenRunConfig config,
      Supplier<TokenRun> folder,
      int threads,
      boolean quiet,
      DashboardOption dashboard,
      CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out =
        quiet ? new PrintWriter(PrintWriter.nullWriter()) : spec.commandLine().getOut();
    try (DashboardOption.Page page = dashboard.open();
        TokenTraining training = TokenTrainers.of(config, threads, python(config.rewards(), err))) {
      TokenRun run = folder.get();
      print(out, "Results in %s".formatted(run.path()));
      int exitCode = run(run, training, TokensPage.of(page, run, training), out, err);
      page.awaitReaders();
      return exitCode;
    }
  }

  private static int run(
      TokenRun run, TokenTraining training, TokensPage page, PrintWriter out, PrintWriter err) {
    AtomicBoolean stopped = new AtomicBoolean();
    int every = Math.max(1, training.trainer().steps() / LINES);
    try (Interrupts interrupts = new Interrupts(new Stop(stopped, training, run), err)) {
      boolean isWhole =
          run.train(
              training,
              (step, steps, metrics) -> {
                page.step(step, metrics);
                if (step % every == 0 || step == steps) {
                  print(out, "step %d of %d: %s".formatted(step, steps, TokenRun.line(metrics)));
                }
                return stopped.get();
              });
      page.end(isWhole ? "finished" : "stopped");
      print(isWhole ? out : err, isWhole ? "Trained model in " + run.model() : stopped(run));
      return isWhole ? 0 : interrupts.exitCode();
    } catch (RuntimeException e) {
      page.end("failed");
      throw e;
    }
  }

  /** Returns what remains of a training that was stopped. */
  private static String stopped(TokenRun run) {
    int step = run.lastCheckpoint();
    return "Stopped %s; continue with %s"
        .formatted(
            step == 0 ? "before a step was done" : "after step " + step,
            Launcher.command("tokens", "resume", run.path().toString()));
  }

  private static void print(PrintWriter writer, String line) {
    writer.println(line);
    writer.flush();
  }

  /** Asks for an end after the current step, which a function in Python cannot hold up. */
  private record Stop(AtomicBoolean stopped, TokenTraining training, TokenRun run)
      implements Interrupts.Stoppable {
    @Override
    public void stop() {
      stopped.set(true);
    }

    /** Ends processes of Python; a step that waits for one is left out. */
    @Override
    public void cancel() {
      training.close();
    }

    /** Ends processes of Python; nothing can be saved within a step. */
    @Override
    public void rescue() {
      training.close();
    }

    @Override
    public String stopping() {
      return "Stopping after this step, or in half a second without it if a Python function scores"
          + " it; a second signal stops at once.";
    }

    /** Returns false: a step of a large model takes minutes, and would be lost. */
    @Override
    public boolean isAbandoned() {
      return false;
    }

    @Override
    public String abandoning() {
      int step = run.lastCheckpoint();
      return "ending without the steps since the last checkpoint, which %s; continue with %s"
          .formatted(
              step == 0 ? "does not exist yet" : "is of step " + step,
              Launcher.command("tokens", "resume", run.path().toString()));
    }
  }
}
