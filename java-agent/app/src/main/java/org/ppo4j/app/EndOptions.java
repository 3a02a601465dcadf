package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a training ends and what it reports then, for programs that call it. */
final class EndOptions {
  /** The exit code if a return that was required is not reached. */
  static final int TOO_LOW = 3;

  private static final double MAX_SECONDS = 1e9;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--max-seconds",
      paramLabel = "S",
      description =
          "End after S seconds, with a checkpoint from which resume continues. Default: no limit.")
  private @Nullable Double maxSeconds;

  @Option(
      names = "--require-return",
      paramLabel = "R",
      description =
          "Exit with code 3 unless the mean return of the last 100 training episodes is at least R"
              + " at the end.")
  private @Nullable Double requireReturn;

  @Option(
      names = "--json",
      description =
          "Print the outcome as JSON on standard output (docs/json.md), and all else on standard"
              + " error.")
  private boolean json;

  /** Refuses values that are not valid. */
  void check() {
    if (maxSeconds != null && !(maxSeconds > 0 && maxSeconds <= MAX_SECONDS)) {
      throw CommandLines.refused(
          spec, "--max-seconds must be positive and at most 1e9, but is " + maxSeconds);
    }
    if (requireReturn != null && !Double.isFinite(requireReturn)) {
      throw CommandLines.refused(
          spec, "--require-return must be a finite number, but is " + requireReturn);
    }
  }

  /** Returns how long the training may take; null for no limit. */
  @Nullable Duration limit() {
    return maxSeconds == null ? null : Duration.ofNanos((long) (maxSeconds * 1e9));
  }

  /** Returns the writer for the description of the training. */
  PrintWriter out(boolean quiet) {
    return quiet ? new PrintWriter(PrintWriter.nullWriter()) : JsonOutput.text(spec, json);
  }

  /**
   * Reports the end of a training and returns the exit code.
   *
   * @param folder its run folder, with a summary
   * @param exitCode the exit code if a signal ended it; 0 if none did
   */
  int ended(RunFolder folder, int exitCode) {
    if (!json && requireReturn == null) {
      return exitCode;
    }
    RunSummary summary = folder.summary();
    Double mean = summary.last100MeanReturn();
    boolean isReached = requireReturn == null || (mean != null && mean >= requireReturn);
    if (!isReached) {
      spec.commandLine()
          .getErr()
          .println(
              "ppo4j: the mean return of the last 100 training episodes is %s, less than the %s of --require-return"
                  .formatted(
                      mean == null ? "unknown" : String.format(Locale.ROOT, "%.2f", mean),
                      requireReturn));
    }
    int code = exitCode == 0 && !isReached ? TOO_LOW : exitCode;
    if (json) {
      ObjectNode object = JsonOutput.object("ppo4j-train-1");
      object.put("run", folder.path().toString());
      object.put("exit_code", code);
      object.put("required_return", requireReturn);
      object.setAll((ObjectNode) Json.MAPPER.valueToTree(summary));
      JsonOutput.print(spec, object);
    }
    return code;
  }
}
