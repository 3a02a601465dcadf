package org.ppo4j.app;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.live.Dashboard;
import org.ppo4j.live.LanguageRun;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether a training is shown on a page while it runs. */
final class DashboardOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--dashboard",
      description =
          "Serve a page on this machine that shows the training while it runs; its address is"
              + " printed. If the page is open at the end, the command waits until it is closed.")
  private boolean isWanted;

  @Option(
      names = "--dashboard-port",
      paramLabel = "N",
      description = "The port of the page. Default: 0, any free one.")
  private @Nullable Integer port;

  /** The page of a training; none if it was not asked for. */
  record Page(@Nullable Dashboard dashboard, PrintWriter err) implements AutoCloseable {
    private static final long LOOK_MILLIS = 200;
    private static final int LOOKS_OF_RELOAD = 10;

    /** Shows a training, which has not begun, and prints the address. */
    void show(Training training, RunFolder folder) {
      if (dashboard != null) {
        training.add(dashboard.listener(folder.path().toAbsolutePath().getFileName().toString()));
        print(dashboard, err);
      }
    }

    /**
     * Shows a training of a language model, which has not begun, and prints the address.
     *
     * @return what the training tells its steps; null if no page was asked for
     */
    @Nullable LanguageRun show(LanguageRun.About about, LanguageRun.@Nullable Clipping clipping) {
      if (dashboard == null) {
        return null;
      }
      LanguageRun run = dashboard.show(about, clipping);
      print(dashboard, err);
      return run;
    }

    /** Waits until no page is open; for a moment longer, as a page that is loaded again returns. */
    void awaitReaders() {
      if (dashboard == null || dashboard.pages() == 0) {
        return;
      }
      err.println("The dashboard is open until its page is closed, or Ctrl-C is pressed.");
      err.flush();
      try {
        for (int closed = 0; closed < LOOKS_OF_RELOAD; closed++) {
          if (dashboard.pages() > 0) {
            closed = 0;
          }
          Thread.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      if (dashboard != null) {
        dashboard.close();
      }
    }
  }

  /** Opens the page, if it was asked for. */
  Page open() {
    PrintWriter err = spec.commandLine().getErr();
    if (!isWanted) {
      if (port != null) {
        throw new ParameterException(
            spec.commandLine(), "--dashboard-port has no effect without --dashboard");
      }
      return new Page(null, err);
    }
    return new Page(open(port == null ? 0 : port, "--dashboard-port", spec), err);
  }

  /** Opens a page at the port that an option gives. */
  static Dashboard open(int port, String option, CommandSpec spec) {
    if (port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from 0 to 65535, 0 for a free port, but is %d".formatted(option, port));
    }
    return Dashboard.open(port);
  }

  /** Prints where the page is. */
  static void print(Dashboard dashboard, PrintWriter err) {
    err.println("Dashboard    " + dashboard.address());
    err.flush();
  }
}
