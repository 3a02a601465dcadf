package org.ppo4j.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Hyperparameters;
import org.ppo4j.agent.checkpoint.RunConfig;
import org.ppo4j.agent.compare.Job;
import org.ppo4j.agent.compare.JobRunner;
import org.ppo4j.agent.compare.Report;
import org.ppo4j.agent.compare.Study;
import org.ppo4j.agent.compare.peer.Peer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j compare}: trains seeds and sets them beside other results, with statistics. */
@Command(
    name = "compare",
    customSynopsis = "./ppo4j compare ENV [options]",
    description = {
      "Trains several seeds and sets them beside published tables, curves, or peers trained here.",
      "Called again, it keeps the seeds that are finished. Hyperparameters are handed to train."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ENV", description = "The environment's id.")
  private String env;

  @Option(names = "--seeds", paramLabel = "N", description = "How many seeds: 1 to N. Default: 10.")
  private int seeds = 10;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Environment steps of a training; another name for --total-timesteps.")
  private @Nullable Long steps;

  @Option(
      names = "--against",
      paramLabel = "published|cleanrl|sb3|PATH",
      description =
          "CleanRL's published tables, CleanRL 1.2.0 or Stable-Baselines3 trained here, or a folder"
              + " of CleanRL's runs, of ppo4j's, or of CSV curves; may be given several times."
              + " Default: published.")
  private List<String> against = new ArrayList<>();

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "Where trainings and reports go. Default: runs/compare/<env>__<profile>.")
  private @Nullable Path runDir;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many trainings at a time. Default: one a core; with Python, one for two cores.")
  private @Nullable Integer jobs;

  @Option(
      names = "--eval-episodes",
      paramLabel = "N",
      description = "Deterministic episodes of each trained policy. Default: 10.")
  private int evalEpisodes = 10;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Write the plots into this folder too, as SVG and PNG.")
  private @Nullable Path plots;

  @Mixin private TaskOptions task;

  @Mixin private EnvironmentOptions environments;

  @Override
  public Integer call() {
    check();
    List<String> training = trainingOptions();
    Path folder = folder().toAbsolutePath().normalize();
    Study study = new Study(env, repeatingCommand());
    StudyFolder.claim(folder, training);
    List<String> peers = new ArrayList<>();
    for (String each : against.isEmpty() ? List.of("published") : against) {
      switch (each) {
        case "published" -> study.againstPublished();
        case "cleanrl", "sb3" -> peers.add(each);
        default -> study.againstPath(Path.of(each));
      }
    }
    prepare();
    int atATime = jobs == null ? usualJobs() : jobs;
    List<Job> ours = ourJobs(folder.resolve("ppo4j"), training);
    runner(atATime).run(ours);
    new SeedEvaluation(environments, spec.commandLine().getErr()).run(ours, evalEpisodes);
    peers.stream()
        .distinct()
        .map(name -> Peer.valueOf(name.toUpperCase(Locale.ROOT)))
        .forEach(peer -> trainPeer(peer, study, folder, ours, atATime));
    study.tell("Trainings ran %d at a time, which their wall-clock shows.".formatted(atATime));
    show(study.report(ours), folder);
    return 0;
  }

  private void check() {
    if (seeds < 1 || evalEpisodes < 1 || (jobs != null && jobs < 1)) {
      String option = seeds < 1 ? "--seeds" : evalEpisodes < 1 ? "--eval-episodes" : "--jobs";
      throw new ParameterException(spec.commandLine(), option + " must be at least 1");
    }
    if (steps != null && given().containsKey("totalTimesteps")) {
      throw new ParameterException(
          spec.commandLine(), "--steps and --total-timesteps are the same; give one of them");
    }
  }

  private Map<String, Object> given() {
    return HyperparameterOptions.given(spec.commandLine().getParseResult());
  }

  private Path folder() {
    String name =
        "%s__%s"
            .formatted(
                env.replaceAll("[^A-Za-z0-9._-]", "_"),
                task.profile.name().toLowerCase(Locale.ROOT));
    return runDir == null ? Path.of("runs", "compare", name) : runDir;
  }

  /** Returns what every seed is trained with, as arguments of {@code train}. */
  private List<String> trainingOptions() {
    List<String> options = new ArrayList<>(List.of(env));
    options.add("--profile=" + task.profile.name().toLowerCase(Locale.ROOT));
    options.add("--backend=" + task.backend.name().toLowerCase(Locale.ROOT));
    options.add("--engine=" + task.engine.name().toLowerCase(Locale.ROOT));
    task.envKwargs.forEach(
        (name, value) -> options.add("--env-kwargs=%s=%s".formatted(name, value)));
    if (steps != null) {
      options.add("--total-timesteps=" + steps);
    }
    given().forEach((name, value) -> options.add(Hyperparameters.option(name) + "=" + text(value)));
    return options;
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(Object::toString).toList())
        : value instanceof Enum<?> constant
            ? constant.name().toLowerCase(Locale.ROOT)
            : value.toString();
  }

  private String repeatingCommand() {
    CommandLine root = spec.commandLine();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return "./ppo4j " + String.join(" ", root.getParseResult().originalArgs());
  }

  /** Makes Python ready once, before several trainings want it at the same time. */
  private void prepare() {
    environments
        .open(task.backend.of(env), env, EnvironmentOptions.values(task.envKwargs), 1)
        .close();
  }

  private int usualJobs() {
    int cores = Runtime.getRuntime().availableProcessors();
    return task.backend.of(env) == RunConfig.Backend.NATIVE ? cores : Math.max(1, cores / 2);
  }

  private JobRunner runner(int atATime) {
    PrintWriter err = spec.commandLine().getErr();
    return new JobRunner(
        atATime,
        Map.of("OMP_NUM_THREADS", "1"),
        line -> {
          err.println(line);
          err.flush();
        });
  }

  private List<Job> ourJobs(Path folder, List<String> training) {
    Path here = Path.of("").toAbsolutePath();
    List<Job> all = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      Path run = folder.resolve("seed_" + seed);
      List<String> arguments = new ArrayList<>(List.of("train"));
      arguments.addAll(training);
      arguments.addAll(List.of("--seed=" + seed, "--quiet", "--run-dir=" + run));
      arguments.addAll(environments.arguments());
      all.add(new Job("seed " + seed, run, here, ChildJvm.command(arguments)));
    }
    return all;
  }

  private void trainPeer(Peer peer, Study study, Path folder, List<Job> ours, int atATime) {
    PeerTraining.of(peer, ours, task.envKwargs, evalEpisodes)
        .run(
            study,
            folder.resolve(peer.name().toLowerCase(Locale.ROOT)),
            seeds,
            runner(atATime),
            this::tell);
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private void show(Report report, Path folder) {
    report.write(folder);
    PrintWriter out = spec.commandLine().getOut();
    out.println(report.text());
    out.println("The whole report, with plots: %s".formatted(folder.resolve("report.html")));
    out.println("As Markdown: %s".formatted(folder.resolve("report.md")));
    out.flush();
    if (plots != null) {
      report.writeSvg(plots);
      report.writePng(plots);
    }
  }
}
