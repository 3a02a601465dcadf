package org.ppo4j.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.AlgorithmRules;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.Finding;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.TunedPreset;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.FileNames;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import org.ppo4j.lab.tune.OptunaPython;
import org.ppo4j.lab.tune.OptunaStudy;
import org.ppo4j.lab.tune.OptunaStudy.Sampler;
import org.ppo4j.lab.tune.Ranking;
import org.ppo4j.lab.tune.Search;
import org.ppo4j.lab.tune.SearchSpace;
import org.ppo4j.lab.tune.StudyTrial;
import org.ppo4j.lab.tune.TuneReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tune}: searches for hyperparameters and writes them as a preset. */
@Command(
    name = "tune",
    customSynopsis = "./ppo4j tune ENV [options]",
    description = {
      "Searches for hyperparameters with Optuna and writes the best as a preset for train"
          + " --preset.",
      "Called again, it continues the study. Also takes the options of train; hyperparameters that"
          + " are given hold in all trials."
    })
final class TuneCommand implements Callable<Integer> {
  /** Seeds below are those of reported results, which must not be searched with. */
  private static final long FIRST_SEED = 1000;

  private static final String STEPS = "totalTimesteps";

  private static final double MAX_TIMEOUT = 1e9; // seconds, which nanoseconds can count

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ENV", description = "The environment's id.")
  private String env;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "The trials of the study, those of earlier calls included. Default: 100.")
  private int trials = 100;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many trials run at the same time, at most one for each core. Default: one for each"
              + " core; with Python, one for two cores.")
  private @Nullable Integer jobs;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Environment steps of each seed; another name for --total-timesteps.")
  private @Nullable Long steps;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description =
          "What is searched, as YAML (docs/tuning.md). Default: a space for discrete or continuous"
              + " actions.")
  private @Nullable Path spaceFile;

  @Option(
      names = "--study",
      paramLabel = "FILE",
      description = "The study, an SQLite file of Optuna. Default: study.db in the run folder.")
  private @Nullable Path studyFile;

  @Option(
      names = "--sampler",
      paramLabel = "tpe|cmaes|random",
      description = "What draws hyperparameters. Default: tpe.")
  private Sampler sampler = Sampler.TPE;

  @Option(
      names = "--seeds-per-trial",
      paramLabel = "N",
      description = "Trainings of a trial; its figure is the mean of the worse half. Default: 2.")
  private int seedsPerTrial = 2;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The first seed of each trial and the seed of the sampler, 1000 or more, since those"
              + " below are for results. Default: 1000.")
  private long seed = FIRST_SEED;

  @Option(
      names = "--pruner",
      paramLabel = "halving|none",
      description = "What ends bad trials early: successive halving, or nothing. Default: halving.")
  private Pruner pruner = Pruner.HALVING;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Begin no trial after this time. Default: no limit.")
  private @Nullable Double timeout;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "The folder for the study, the report and the preset. Default:"
              + " runs/tune/<env>__<profile>.")
  private @Nullable Path runDir;

  @Mixin private TaskOptions task;

  @Mixin private EnvironmentOptions environments;

  @Mixin private ActorOptions actors;

  @Mixin private PresetOption presets;

  /** The values of the option {@code --pruner}. */
  enum Pruner {
    HALVING,
    NONE
  }

  /** What all trials have in common. */
  private record Task(
      SearchSpace space,
      PpoConfig base,
      PpoConfig defaults,
      long steps,
      Set<String> given,
      @Nullable Preset preset) {
    PpoConfig config(Map<String, JsonNode> parameters) {
      Map<String, Object> values =
          new LinkedHashMap<>(space.hyperparameters(parameters, base, defaults));
      values.put(STEPS, steps);
      return Hyperparameters.with(base, values);
    }
  }

  @Override
  public Integer call() {
    env = task.known(env, spec.commandLine());
    check();
    Task searched = searched();
    Search.Plan plan =
        new Search.Plan(
            trials,
            jobs == null ? usualJobs() : jobs,
            LongStream.range(seed, seed + seedsPerTrial).boxed().toList(),
            searched.steps,
            timeout == null ? null : Duration.ofMillis((long) (1000 * timeout)));
    Path folder = folder();
    Path file = studyFile == null ? folder.resolve("study.db") : studyFile;
    Consumer<String> progress = CommandLines.progress(spec);
    Path python = OptunaPython.TOOL.find(Launcher.home(), progress);
    OptunaStudy.Request request =
        new OptunaStudy.Request(
            file,
            definition(searched, plan),
            searched.space,
            sampler,
            seed,
            pruner == Pruner.NONE ? null : plan.firstRung(),
            searched.space.parameters(searched.base));
    try (OptunaStudy study = OptunaStudy.open(python, request)) {
      create(folder);
      start(study, searched, plan);
      Search search =
          new Search(
              study,
              plan,
              (parameters, trialSeed, listener) ->
                  training(searched, parameters, trialSeed, listener),
              progress);
      int exitCode;
      try (Interrupts interrupts = new Interrupts(new Stop(search), spec.commandLine().getErr())) {
        search.run();
        exitCode = interrupts.exitCode();
      }
      return end(study, searched, plan, folder, exitCode);
    }
  }

  private void check() {
    actors.check(environments);
    if (trials < 1) {
      throw CommandLines.refused(spec, "--trials must be at least 1, but is " + trials);
    }
    if (seedsPerTrial < 1) {
      throw CommandLines.refused(
          spec, "--seeds-per-trial must be at least 1, but is " + seedsPerTrial);
    }
    if (seed < FIRST_SEED) {
      throw CommandLines.refused(
          spec,
          "--seed must be at least %d, because lower seeds are those of reported results, but is %d"
              .formatted(FIRST_SEED, seed));
    }
    if (seed > Long.MAX_VALUE - seedsPerTrial) {
      throw CommandLines.refused(
          spec, "--seed %d leaves no %d seeds above it; give less".formatted(seed, seedsPerTrial));
    }
    if (timeout != null && !(timeout > 0 && timeout <= MAX_TIMEOUT)) {
      throw CommandLines.refused(
          spec,
          "--timeout must be positive and at most %.0e, but is %s".formatted(MAX_TIMEOUT, timeout));
    }
    task.network(spec.commandLine());
    int cores = Runtime.getRuntime().availableProcessors();
    if (jobs != null && (jobs < 1 || jobs > cores)) {
      throw CommandLines.refused(
          spec,
          "--jobs must be from 1 to %d, the cores of this machine, but is %d"
              .formatted(cores, jobs));
    }
  }

  private int usualJobs() {
    int cores = Runtime.getRuntime().availableProcessors();
    return task.backend.of(env) == RunConfig.Backend.NATIVE ? cores : Math.max(1, cores / 2);
  }

  /** Returns what is searched; makes one environment to know its actions. */
  private Task searched() {
    GivenHyperparameters all = HyperparameterOptions.given(spec.commandLine().getParseResult());
    Map<String, Object> values = new LinkedHashMap<>(all.values());
    if (steps != null && values.put(STEPS, steps) != null) {
      throw CommandLines.refused(
          spec, "--steps and --total-timesteps are the same; give one of them");
    }
    Set<String> names = new LinkedHashSet<>(values.keySet());
    // Not in the base: its rollout may be longer than a training, where the space has shorter ones.
    @Nullable Object wanted = values.remove(STEPS);
    GivenHyperparameters given = new GivenHyperparameters(values, null);
    TaskOptions.refuseOthers(task.algorithm, all, spec.commandLine());
    Preset preset = presets.of(env, task.profile, task.algorithm, given);
    EnvSpec made;
    try (VectorEnv one = open(1, seed, given.actionMasks(task.profile))) {
      made = one.spec();
    }
    Space actions = made.actionSpace();
    PpoConfig base = presets.config(env, task.profile, task.algorithm, actions, given);
    SearchSpace space =
        spaceFile == null
            ? SearchSpace.of(actions, task.algorithm)
            : SearchSpace.read(spaceFile, task.algorithm);
    if (all.minibatchSize() != null) {
      names.add("numMinibatches");
    }
    space = space.without(names);
    if (all.minibatchSize() != null) {
      space = space.withMinibatchSize(all.minibatchSize());
    }
    long total = wanted == null ? base.totalTimesteps() : (long) wanted;
    if (total < 1) {
      throw CommandLines.refused(
          spec, "--steps and --total-timesteps must be at least 1, but are " + total);
    }
    space.require(base, total);
    PpoConfig defaults = PpoConfig.of(task.algorithm, task.profile, actions);
    try {
      space.require(base, config -> AlgorithmRules.require(task.algorithm, config, defaults, made));
    } catch (InvalidHyperparameterException e) {
      throw presets.refused(e, given, preset);
    }
    return new Task(space, base, defaults, total, names, preset);
  }

  private VectorEnv open(int numEnvs, long trialSeed, ActionMasks masks) {
    return environments.open(
        task.backend.of(env),
        env,
        task.kwargs(env, spec.commandLine()),
        numEnvs,
        new WorkerSeeds(trialSeed, trialSeed),
        masks);
  }

  private Training training(
      Task searched, Map<String, JsonNode> parameters, long trialSeed, TrainingListener listener) {
    PpoConfig config = actors.change(searched.config(parameters), searched.given);
    TrainingBuilder builder =
        Training.on(env)
            .seed(trialSeed)
            .algorithm(task.algorithm)
            .profile(task.profile)
            .preset(searched.preset)
            .hyperparameters(_ -> config)
            .envKwargs(task.kwargs(env, spec.commandLine()))
            .environments(task.backend.of(env), (numEnvs, masks) -> open(numEnvs, trialSeed, masks))
            .engine(task.engine)
            .threads(1)
            .listener(listener);
    NetworkFactory network = task.network(spec.commandLine());
    if (network != null) {
      builder.network(network);
    }
    actors.addTo(builder, config.collect().numEnvs());
    return builder.build();
  }

  /** Returns what a study keeps: another one cannot continue it. */
  private Map<String, Object> definition(Task searched, Search.Plan plan) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("task", env);
    definition.put("arguments", task.kwargs(env, spec.commandLine()));
    definition.put("backend", task.backend.of(env).name().toLowerCase(Locale.ROOT));
    definition.put("algorithm", task.algorithm.id());
    NetworkFactory network = task.network(spec.commandLine());
    if (network != null) {
      definition.put("network", network.getClass().getName());
    }
    definition.put("steps", plan.steps());
    definition.put("seeds", plan.seeds());
    definition.put("space", searched.space.texts());
    definition.put("hyperparameters", searched.base);
    definition.put("fixed", searched.space.fixed());
    definition.put("ranking", Ranking.PROTOCOL);
    return definition;
  }

  private Path folder() {
    String name =
        "%s__%s".formatted(FileNames.of(env), RunFolder.kind(task.algorithm, task.profile));
    return runDir == null ? Path.of("runs", "tune", name) : runDir;
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the folder " + folder, e);
    }
  }

  private void start(OptunaStudy study, Task searched, Search.Plan plan) {
    PrintWriter out = spec.commandLine().getOut();
    if (searched.preset != null) {
      out.println("Preset       " + presets.description(searched.preset));
    }
    out.printf(
        Locale.ROOT,
        "Search       %s, %s, %d dimensions, %s%n",
        env,
        task.algorithm.id(),
        searched.space.dimensions().size(),
        sampler.name().toLowerCase(Locale.ROOT));
    out.printf(
        Locale.ROOT,
        "Trials       %d, %d at a time, each %,d steps with the seeds %s%n",
        trials,
        plan.jobs(),
        plan.steps(),
        plan.seeds());
    out.printf("Study        %s%n", study.file());
    out.flush();
  }

  private int end(
      OptunaStudy study, Task searched, Search.Plan plan, Path folder, int interrupted) {
    List<StudyTrial> all = study.trials();
    PrintWriter out = spec.commandLine().getOut();
    if (interrupted != 0) {
      out.printf("Interrupted; the same command continues the study %s.%n", study.file());
      out.flush();
    }
    StudyTrial best = OptunaStudy.best(all).orElse(null);
    if (best == null) {
      if (interrupted != 0) {
        return interrupted;
      }
      throw new CommandException(noneComplete(study, all));
    }
    Path report = folder.resolve("report.html");
    Path preset = folder.resolve("preset.json");
    preset(searched, plan, best).write(preset);
    new TuneReport(
            "Search for hyperparameters of %s on %s".formatted(task.algorithm.id(), env),
            about(plan, all),
            searched.space,
            all,
            study.importance())
        .write(report);
    out.printf(Locale.ROOT, "Best         %,.2f, trial %d%n", best.lastFigure(), best.number());
    out.printf("Report       %s%n", report);
    out.printf("Preset       %s; train with%n  %s%n", preset, trainCommand(preset));
    out.flush();
    return interrupted;
  }

  /** Returns the command that trains as the trials did, with the preset's hyperparameters. */
  private String trainCommand(Path preset) {
    List<String> arguments = new ArrayList<>(List.of("train", env));
    if (task.algorithm != Algorithm.PPO) {
      arguments.add("--algorithm=" + task.algorithm.id());
    }
    if (task.profile != Profile.DEFAULT) {
      arguments.add("--profile=" + task.profile.name().toLowerCase(Locale.ROOT));
    }
    arguments.addAll(task.givenArguments());
    arguments.addAll(task.environmentArguments());
    arguments.addAll(List.of("--preset", preset.toString()));
    return Launcher.command(arguments.toArray(String[]::new));
  }

  private static String noneComplete(OptunaStudy study, List<StudyTrial> all) {
    long pruned = all.stream().filter(each -> each.state() == StudyTrial.State.PRUNED).count();
    String reason =
        all.reversed().stream()
            .flatMap(each -> each.reason().stream())
            .findFirst()
            .map(text -> ", the last because it " + text)
            .orElse("");
    String remedy =
        pruned == 0
            ? "correct that, or give another --space"
            : "give more --trials or another --space";
    return "no trial of the study %s is complete, so there is no preset: %d were pruned and %d failed%s; %s"
        .formatted(study.file(), pruned, all.size() - pruned, reason, remedy);
  }

  private TunedPreset preset(Task searched, Search.Plan plan, StudyTrial best) {
    PpoConfig found = actors.change(searched.config(best.params()), searched.given);
    Set<String> names = new LinkedHashSet<>(searched.given);
    names.addAll(List.of(STEPS, "numEnvs", "numSteps", "numMinibatches"));
    names.addAll(
        searched.space.hyperparameters(best.params(), searched.base, searched.defaults).keySet());
    if (searched.preset != null) {
      names.addAll(searched.preset.hyperparameters().keySet());
    }
    if (found.normalize().normalizerPerRollout()) {
      names.add(ActorOptions.PER_ROLLOUT);
    }
    names.removeIf(
        name -> !Hyperparameters.named(name).orElseThrow().algorithms().contains(task.algorithm));
    return TunedPreset.of(
        env,
        task.algorithm,
        found,
        List.copyOf(names),
        new Finding(
            Launcher.repeating(spec),
            plan.seeds(),
            best.lastFigure(),
            Ranking.PROTOCOL,
            plan.seeds()));
  }

  private List<String> about(Search.Plan plan, List<StudyTrial> all) {
    List<String> about = new ArrayList<>();
    about.add("Command: %s".formatted(Launcher.repeating(spec)));
    about.add(
        String.format(
            Locale.ROOT,
            "Each trial trains %,d steps with the seeds %s.",
            plan.steps(),
            plan.seeds()));
    about.add("A trial's figure: %s.".formatted(Ranking.PROTOCOL));
    all.stream()
        .collect(Collectors.groupingBy(TuneCommand::ending, TreeMap::new, Collectors.counting()))
        .forEach((ending, count) -> about.add("Trials %s: %d.".formatted(ending, count)));
    return about;
  }

  private static String ending(StudyTrial trial) {
    return switch (trial.state()) {
      case COMPLETE -> "complete";
      case PRUNED -> "pruned";
      case FAIL -> trial.reason().isPresent() ? "failed" : "interrupted and tried again";
      case RUNNING -> "running";
    };
  }

  /** Stops the search on Ctrl-C; the study has every trial that has ended. */
  private record Stop(Search search) implements Interrupts.Stoppable {
    @Override
    public void stop() {
      search.stop();
    }

    @Override
    public void cancel() {
      search.cancel();
    }

    @Override
    public void rescue() {
      // The study is a database, which has what it was told.
    }
  }
}
