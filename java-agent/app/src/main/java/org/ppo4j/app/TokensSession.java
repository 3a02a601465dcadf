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
   * @param folder makes or opens the run folder, once models and data are read
   */
  static int run(
      TokenRunConfig config,
      Supplier<TokenRun> folder,
      int threads,
      boolean quiet,
      CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out =
        quiet ? new PrintWriter(PrintWriter.nullWriter()) : spec.commandLine().getOut();
    TokenTraining training = TokenTrainers.of(config, threads, python(config.rewards(), err));
    TokenRun run = folder.get();
    out.println("Results in %s".formatted(run.path()));
    out.flush();
    AtomicBoolean stopped = new AtomicBoolean();
    int every = Math.max(1, training.trainer().steps() / LINES);
    try (Interrupts interrupts = new Interrupts(new Stop(stopped), err)) {
      boolean isWhole =
          run.train(
              training,
              (step, steps, metrics) -> {
                if (step % every == 0 || step == steps) {
                  out.println("step %d of %d: %s".formatted(step, steps, TokenRun.line(metrics)));
                  out.flush();
                }
                return stopped.get();
              });
      if (!isWhole) {
        String command = Launcher.command("tokens", "resume", run.path().toString());
        err.println("Stopped; continue with " + command);
        err.flush();
        return interrupts.exitCode();
      }
    }
    out.println("Trained model in %s".formatted(run.model()));
    out.flush();
    return 0;
  }

  /** Asks for an end after the current step. */
  private record Stop(AtomicBoolean stopped) implements Interrupts.Stoppable {
    @Override
    public void stop() {
      stopped.set(true);
    }

    @Override
    public void cancel() {
      stop();
    }

    /** Does nothing: checkpoints are written between steps only. */
    @Override
    public void rescue() {}
  }
}
