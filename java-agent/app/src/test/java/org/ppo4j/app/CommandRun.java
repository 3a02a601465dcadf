package org.ppo4j.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The result of a command that ran in this JVM. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = RootCommand.commandLine(args);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = RootCommand.execute(line, args);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** Trains native CartPole-v1 for 4 updates of 128 steps into {@code runDir}. */
  static CommandRun shortTraining(Path runDir, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "--quiet", "--run-dir", runDir.toString(), "--num-steps", "32"));
    args.addAll(List.of("--total-timesteps", "512"));
    args.addAll(List.of(more));
    return of(args.toArray(String[]::new));
  }
}
