package org.ppo4j.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.lab.curves.RunPlots;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j plot}: draws the curves of runs. */
@Command(
    name = "plot",
    customSynopsis = "./ppo4j plot RUN... [options]",
    description =
        "Draws return, length, losses and the other curves of runs, as curves.svg and curves.html,"
            + " with their points in curves.csv. Runs that differ in their seeds only are one curve"
            + " with its interval.")
final class PlotCommand implements Callable<Integer> {
  /** What the horizontal axis shows. */
  enum Axis {
    STEPS,
    TIME
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      converter = RunNames.class,
      description =
          "Run folders, or folders of TensorBoard event files as CleanRL and Stable-Baselines3"
              + " write them, or folders that contain such folders.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = "--x",
      paramLabel = "steps|time",
      description = "The horizontal axis: environment steps, or minutes. Default: steps.")
  private Axis x = Axis.STEPS;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for the files. Default: the first RUN.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    RunPlots plots = RunPlots.read(runs, x == Axis.TIME);
    for (Path file : plots.damaged()) {
      spec.commandLine()
          .getErr()
          .println(
              "Warning: %s does not end with a whole event; what follows is not drawn"
                  .formatted(file));
    }
    Path folder = out == null ? runs.getFirst() : out;
    for (Path file :
        List.of(
            write(folder.resolve("curves.svg"), plots.svg()),
            write(folder.resolve("curves.html"), plots.html()),
            write(folder.resolve("curves.csv"), plots.csv()))) {
      spec.commandLine().getOut().println("Written: " + file);
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
    return file;
  }
}
