package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.AlgorithmRules;
import org.ppo4j.agent.TrainingSizes;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.FileNames;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonException;
import org.ppo4j.gymnasium.WorkerSeeds;
import org.ppo4j.lab.compare.Report;
import org.ppo4j.lab.compare.RunFinder;
import org.ppo4j.lab.peer.PeerVenv;
import org.ppo4j.lab.study.Job;
import org.ppo4j.lab.study.JobRunner;
import org.ppo4j.lab.study.PeerTraining;
import org.ppo4j.lab.study.SeedEvaluation;
import org.ppo4j.lab.study.Study;
import org.ppo4j.lab.study.StudyFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code ./ppo4j compare}: trains several seeds and compares them statistically with other results.
 */
@Command(
    name = "compare",
    customSynopsis = "./ppo4j compare ENV [options]",
    description = {
      "Trains several seeds and compares them with published tables, curves, or peers trained"
          + " here.",
      "Called again, it keeps the seeds that have finished and resumes the others from their last"
          + " checkpoint. Also takes the options of train."
    })
final class CompareCommand implements Callable<Integer> {
  private static final Set<String> OF_REPORTS =
      Set.of("--against", "--runs", "--eval-episodes", "--run-dir", "--plots", "--json", "--debug");

  /** Of {@code --runs} with {@code --eval-episodes}, which makes environments. */
  private static final Set<String> OF_EVALUATIONS =
      Set.of(
          "--step-timeout",
          "--start-timeout",
          "--close-timeout",
          "--max-worker-restarts",
          "--env-output");

  /** Names in the folder that are not those of a side. */
  private static final Set<String> RESERVED = Set.of("plots", "cleanrl", "sb3");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ENV", description = "The environment's id.")
  private String env;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "The number of seeds, 1 to N. Default: 10.")
  private int seeds = 10;

  @Option(
      names = "--algorithms",
      split = ",",
      paramLabel = "ID[,ID...]",
      converter = TaskOptions.AlgorithmConverter.class,
      description =
          "Train each of these algorithms, and compare the others with the first; the options given"
              + " are those of all.")
  private List<Algorithm> algorithms = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME[=OPTIONS]",
      description =
          "Train with these hyperparameters, or this --algorithm, as well as those of all; may be"
              + " given several times, as in --variant usual --variant 'slow=--learning-rate 1e-4';"
              + " the others are compared with the first.")
  private List<String> variants = new ArrayList<>();

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
      names = "--runs",
      arity = "1..*",
      paramLabel = "PATH",
      converter = RunNames.class,
      description =
          "Do not train; report these run folders, or those below these folders, as ppo4j's side."
              + " With --eval-episodes, finished ones play that many deterministic episodes first.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "The folder for trainings and reports. Default: runs/compare/<env>__<profile>, or"
              + " runs/compare/<env>__report with --runs.")
  private @Nullable Path runDir;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many trainings run at the same time. Default: one for each core; with Python, one"
              + " for two cores.")
  private @Nullable Integer jobs;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Also write the plots to this folder, as SVG.")
  private @Nullable Path plots;

  @Option(
      names = "--json",
      description =
          "Print the comparison as JSON on standard output (docs/json.md), and all else on standard"
              + " error.")
  private boolean json;

  @Mixin private TaskOptions task;

  @Mixin private EnvironmentOptions environments;

  @Mixin private PresetOption presets;

  @Mixin private CheckpointOptions checkpoints;

  @SuppressWarnings("unused") // picocli calls it
  @Option(names = "--stop-at-return", hidden = true)
  private void stopAtReturn(String mean) {
    throw CommandLines.refused(
        spec,
        "--stop-at-return ends seeds at different steps, which cannot be compared; leave it out");
  }

  @Override
  public Integer call() {
    env = task.known(env, spec.commandLine());
    check();
    Study study = new Study(env, Launcher.repeating(spec));
    List<String> peers = new ArrayList<>();
    for (String each : against.isEmpty() ? List.of("published") : against) {
      switch (each) {
        case "published" -> study.againstPublished();
        case "cleanrl", "sb3" -> peers.add(each);
        default -> addPath(study, path(each));
      }
    }
    Path folder = folder().toAbsolutePath().normalize();
    if (!runs.isEmpty()) {
      if (playsRuns()) {
        evaluateRuns(study, checkpoints.checkpointing().evalEpisodes());
      }
      show(study.reportOf(runs), folder);
      return study.lacksSide() ? ExitCode.SOFTWARE : ExitCode.OK;
    }
    return train(study, peers, folder);
  }

  private Path path(String text) {
    try {
      return RunNames.resolve(Paths.parse(text), Path.of("runs"));
    } catch (TypeConversionException e) {
      throw CommandLines.refused(
          spec, "--against takes published, cleanrl, sb3 or a path: " + e.getMessage());
    }
  }

  private static void addPath(Study study, Path path) {
    try {
      study.againstPath(path);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          e.getMessage() + "; --against takes published, cleanrl, sb3 or a path", e);
    }
  }

  private int train(Study study, List<String> peers, Path folder) {
    Consumer<String> progress = CommandLines.progress(spec);
    int evalEpisodes = checkpoints.checkpointing().evalEpisodes();
    List<Variant> compared = sides();
    compared.forEach(
        each -> TaskOptions.refuseOthers(each.algorithm(), each.given(), spec.commandLine()));
    int atATime = jobs == null ? usualJobs() : jobs;
    List<Side> sides = compared.stream().map(each -> side(each, folder, atATime)).toList();
    List<Job> ours = sides.stream().flatMap(side -> side.jobs.stream()).toList();
    boolean reportsOnly = peers.isEmpty() && ours.stream().allMatch(Job::isDone);
    @Nullable PeerTraining others = reportsOnly ? null : prepare(compared, evalEpisodes);
    List<String> claimed = trainingOptions(given());
    claimed.addAll(variantArguments());
    try (StudyFolder _ = StudyFolder.claim(folder, claimed)) {
      JobRunner runner = new JobRunner(atATime, Map.of("OMP_NUM_THREADS", "1"), progress);
      runner.run(ours);
      ours.stream()
          .filter(Job::isDone)
          .forEach(job -> evaluate(study, job.name(), job.folder(), evalEpisodes));
      if (others != null) {
        Path venvs = PeerVenv.folder(Launcher.home());
        peers.stream()
            .distinct()
            .forEach(peer -> others.run(peer, study, venvs, folder, runner, progress));
      }
      study.describe("ppo4j was trained with %s.".formatted(ShellCommand.of(claimed)));
      for (Variant each : compared) {
        @Nullable Preset preset = presets.of(env, task.profile, each.algorithm(), each.given());
        if (preset != null) {
          study.describe(
              "The preset of %s is %s.".formatted(each.name(), presets.description(preset)));
        }
      }
      study.describe(
          "Trainings ran %d at a time, which affects their wall-clock times."
              .formatted(Math.min(atATime, seeds)));
      describeEvaluation(study, evalEpisodes);
      sides.stream().skip(1).forEach(side -> study.againstOurs(side.name, side.jobs));
      show(study.report(sides.getFirst().name, sides.getFirst().jobs), folder);
      return study.lacksSide() || !ours.stream().allMatch(Job::isDone)
          ? ExitCode.SOFTWARE
          : ExitCode.OK;
    }
  }

  private boolean playsRuns() {
    return spec.commandLine().getParseResult().hasMatchedOption("--eval-episodes");
  }

  /** Evaluates the run folders that are reported. */
  private void evaluateRuns(Study study, int episodes) {
    List<Path> finished = RunFinder.finished(runs, env);
    if (finished.isEmpty()) {
      throw CommandLines.refused(
          spec,
          "--eval-episodes plays the policies of run folders whose training has finished, and"
              + " --runs gives none; leave it out");
    }
    finished.forEach(run -> evaluate(study, run.toString(), run, episodes));
    describeEvaluation(study, episodes);
  }

  /** Evaluates one training; the report says so if that fails. */
  private void evaluate(Study study, String name, Path run, int episodes) {
    try {
      new SeedEvaluation(
              config -> environments.open(config, 1, new WorkerSeeds(0, config.seed())),
              CommandLines.progress(spec))
          .run(name, run, episodes);
    } catch (RuntimeException e) {
      if (!Errors.isForUsers(e)) {
        throw e;
      }
      String reason = e instanceof PythonException python ? python.summary() : e.getMessage();
      study.missing("The policy of %s was not evaluated: %s.".formatted(name, reason));
    }
  }

  private static void describeEvaluation(Study study, int episodes) {
    study.describe("Policies of ppo4j played %d deterministic episodes each.".formatted(episodes));
  }

  private void check() {
    task.network(spec.commandLine());
    task.kwargs(env, spec.commandLine());
    if (!algorithms.isEmpty() && !variants.isEmpty()) {
      throw CommandLines.refused(
          spec,
          "--algorithms and --variant both name the sides of the comparison; give one of them");
    }
    if (!algorithms.isEmpty()
        && spec.commandLine().getParseResult().hasMatchedOption("--algorithm")) {
      throw CommandLines.refused(
          spec, "--algorithm names one algorithm and --algorithms several; give one of them");
    }
    if (seeds < 1 || (jobs != null && jobs < 1)) {
      throw CommandLines.refused(spec, (seeds < 1 ? "--seeds" : "--jobs") + " must be at least 1");
    }
    if (!runs.isEmpty()) {
      for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
        if (!OF_REPORTS.contains(option.longestName())
            && !(playsRuns() && OF_EVALUATIONS.contains(option.longestName()))) {
          throw CommandLines.refused(
              spec,
              "--runs reports existing trainings, so %s has no effect; leave it out"
                  .formatted(option.longestName()));
        }
      }
      if (against.contains("cleanrl") || against.contains("sb3")) {
        throw CommandLines.refused(
            spec, "--runs does not train; give the results of a peer with --against PATH");
      }
    }
  }

  /** Returns the hyperparameters given on the command line. */
  private GivenHyperparameters given() {
    GivenHyperparameters given = HyperparameterOptions.given(spec.commandLine().getParseResult());
    if (steps == null) {
      return given;
    }
    Map<String, Object> values = new LinkedHashMap<>(given.values());
    if (values.put("totalTimesteps", steps) != null) {
      throw CommandLines.refused(
          spec, "--steps and --total-timesteps are the same; give one of them");
    }
    return new GivenHyperparameters(values, given.minibatchSize());
  }

  private Path folder() {
    String kind = runs.isEmpty() ? kind() : "report";
    String name = "%s__%s".formatted(FileNames.of(env), kind);
    return runDir == null ? Path.of("runs", "compare", name) : runDir;
  }

  private String kind() {
    return algorithms.isEmpty() && variants.isEmpty()
        ? RunFolder.kind(task.algorithm, task.profile)
        : sides().stream().map(Variant::name).collect(Collectors.joining("-"))
            + "__"
            + task.profile.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the arguments of {@code train} that are the same for every seed. */
  private List<String> trainingOptions(GivenHyperparameters given) {
    List<String> options = new ArrayList<>(List.of(env));
    options.add("--profile=" + task.profile.name().toLowerCase(Locale.ROOT));
    options.add("--backend=" + task.backend.name().toLowerCase(Locale.ROOT));
    options.addAll(task.networkArguments());
    options.add(presets.argument());
    options.addAll(task.environmentArguments());
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      Object value = given.values().get(entry.name());
      if (value != null) {
        options.add(OptionNames.option(entry.name()) + "=" + text(value));
      }
    }
    if (given.minibatchSize() != null) {
      options.add(GivenHyperparameters.MINIBATCH_SIZE + "=" + given.minibatchSize());
    }
    return options;
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(Object::toString).toList())
        : value instanceof Enum<?> constant ? OptionNames.value(constant) : value.toString();
  }

  /**
   * Sets up Python before several trainings need it at the same time, and refuses the options that
   * every training would refuse.
   */
  private PeerTraining prepare(List<Variant> compared, int evalEpisodes) {
    try (VectorEnv made =
        environments.open(
            task.backend.of(env),
            env,
            task.kwargs(env, spec.commandLine()),
            1,
            new WorkerSeeds(0, 0),
            masks(compared))) {
      Space actions = made.spec().actionSpace();
      for (Variant each : compared) {
        PpoConfig defaults = PpoConfig.of(each.algorithm(), task.profile, made.spec());
        PpoConfig config = config(each, actions);
        AlgorithmRules.require(each.algorithm(), config, defaults, made.spec());
        TrainingSizes.require(
            made.spec(), each.algorithm(), config, task.network(spec.commandLine()));
      }
      return new PeerTraining(
          env,
          !task.environmentArguments().isEmpty(),
          actions.hasBox(),
          seeds,
          config(compared.getFirst(), actions).totalTimesteps(),
          evalEpisodes);
    }
  }

  /** Returns where masks are that a side demands; nowhere if none has masks. */
  private ActionMasks masks(List<Variant> compared) {
    List<ActionMasks> masks =
        compared.stream().map(each -> each.given().actionMasks(task.profile)).toList();
    boolean hasNone = masks.stream().allMatch(each -> each == ActionMasks.NONE);
    return masks.stream()
        .filter(ActionMasks::isDemand)
        .findFirst()
        .orElse(hasNone ? ActionMasks.NONE : ActionMasks.AUTO);
  }

  private PpoConfig config(Variant variant, Space actions) {
    return presets.config(env, task.profile, variant.algorithm(), actions, variant.given());
  }

  private int usualJobs() {
    int cores = Runtime.getRuntime().availableProcessors();
    return task.backend.of(env) == RunConfig.Backend.NATIVE ? cores : Math.max(1, cores / 2);
  }

  /** Returns what to train; all others are compared with the first. */
  private List<Variant> sides() {
    GivenHyperparameters given = given();
    List<Variant> sides = new ArrayList<>();
    for (String argument : variants) {
      sides.add(Variant.parse(argument, task.algorithm, given, spec.commandLine()));
    }
    for (Algorithm algorithm : algorithms) {
      sides.add(new Variant(algorithm.id(), algorithm, given));
    }
    if (sides.isEmpty()) {
      sides.add(new Variant("ppo4j", task.algorithm, given));
    }
    Set<String> names = new HashSet<>(RESERVED);
    for (Variant each : sides) {
      if (!names.add(each.name().toLowerCase(Locale.ROOT))) {
        throw CommandLines.refused(
            spec, "the name %s is taken; give each side its own".formatted(each.name()));
      }
    }
    return sides;
  }

  /** Returns the options that tell the sides apart. */
  private List<String> variantArguments() {
    return variants.isEmpty()
        ? sides().stream().map(each -> option(each.algorithm())).toList()
        : variants.stream().map(argument -> "--variant=" + argument).toList();
  }

  private static String option(Algorithm algorithm) {
    return "--algorithm=" + algorithm.id();
  }

  /**
   * The trainings of one side.
   *
   * @param name its name in the report
   */
  private record Side(String name, List<Job> jobs) {}

  private Side side(Variant variant, Path folder, int atATime) {
    String name = variant.name();
    Path here = Path.of("").toAbsolutePath();
    int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / Math.min(atATime, seeds));
    List<Job> all = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      Path run = folder.resolve(name).resolve("seed_" + seed);
      List<String> start = new ArrayList<>(List.of("train"));
      start.addAll(trainingOptions(variant.given()));
      start.add(option(variant.algorithm()));
      start.addAll(List.of("--seed=" + seed, "--run-dir=" + run, "--quiet"));
      start.addAll(checkpoints.arguments());
      start.addAll(environments.arguments());
      List<String> resume = new ArrayList<>(List.of("resume", run.toString(), "--quiet"));
      resume.addAll(environments.arguments());
      all.add(
          new Job(
              algorithms.isEmpty() && variants.isEmpty()
                  ? "seed " + seed
                  : "%s seed %d".formatted(name, seed),
              run,
              here,
              ChildJvm.command(start, cores),
              ChildJvm.command(resume, cores)));
    }
    return new Side(name, all);
  }

  private void show(Report report, Path folder) {
    report.write(folder);
    PrintWriter out = JsonOutput.text(spec, json);
    out.println(report.text());
    out.println("The whole report, with plots: %s".formatted(folder.resolve("report.html")));
    out.println("As Markdown: %s".formatted(folder.resolve("report.md")));
    out.println("For programs: %s".formatted(folder.resolve("comparison.json")));
    out.flush();
    if (plots != null) {
      report.writeSvg(plots);
    }
    if (json) {
      ObjectNode object = JsonOutput.object("ppo4j-compare-1");
      object.put("folder", folder.toString());
      object.set("comparison", report.json());
      JsonOutput.print(spec, object);
    }
  }
}
