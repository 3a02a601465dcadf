package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j train}: trains an agent and writes a run folder. */
@Command(
    name = "train",
    customSynopsis = "./ppo4j train [ENV] [options]",
    description = "Trains an agent and writes a run folder.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "ENV",
      defaultValue = "CartPole-v1",
      description =
          "The environment's id; module:Id imports the module first. Default: CartPole-v1.")
  private String env;

  @Mixin private TaskOptions task;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of all random numbers. Default: 1.")
  private long seed = 1;

  @Mixin private EnvironmentOptions environments;

  @Mixin private PresetOption presets;

  @Mixin private ActorOptions actors;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "The folder for results. Default: runs/<env>__<profile>__<seed>__<time>, with the"
              + " algorithm after the environment unless it is ppo.")
  private @Nullable Path runDir;

  @Option(
      names = "--auto-resume",
      paramLabel = "DIR",
      description =
          "Begin in this run folder, or continue what is there from its last checkpoint. The"
              + " options must be those it was begun with; a larger --total-timesteps is its new"
              + " end.")
  private @Nullable Path autoResume;

  @Option(
      names = "--reference",
      paramLabel = "RUN",
      converter = RunNames.class,
      description =
          "A run folder or checkpoint to start from and be held near: --kl-coef times the"
              + " divergence from its policy is taken from each reward. Its hyperparameters are the"
              + " defaults.")
  private @Nullable Path reference;

  @Mixin private StopOption stop;

  @Mixin private CheckpointOptions checkpoints;

  @Mixin private InPlaceOption inPlace;

  @Mixin private ThreadsOption threads;

  @Mixin private ListenerOption listeners;

  @Mixin private VideoOption videos;

  @Mixin private DashboardOption dashboard;

  @Mixin private TrackOption track;

  @Mixin private OutputOptions output;

  @Mixin private EndOptions end;

  @SuppressWarnings("unused") // ConfigFile reads it
  @Option(
      names = ConfigFile.OPTION,
      paramLabel = "FILE",
      description =
          "A file of these options in YAML or JSON, such as learning_rate: 1e-3, or a run's"
              + " config.json. It overrides presets and is overridden by options.")
  private @Nullable Path config;

  @Override
  public Integer call() {
    if (seed < 0) {
      throw new ParameterException(spec.commandLine(), "--seed must not be negative");
    }
    boolean quiet = output.quiet();
    videos.check();
    track.check();
    end.check();
    actors.check(environments);
    env = task.known(env, spec.commandLine());
    Double stopAtReturn = stop.atReturn();
    RunConfig.Checkpointing checkpointing = checkpoints.checkpointing();
    GivenHyperparameters given = HyperparameterOptions.given(spec.commandLine().getParseResult());
    TaskOptions.refuseOthers(task.algorithm, given, spec.commandLine());
    if (reference != null && spec.commandLine().getParseResult().hasMatchedOption("--preset")) {
      throw new ParameterException(
          spec.commandLine(),
          "hyperparameters that are not given are those of --reference, so --preset has no effect;"
              + " leave it out");
    }
    if (runDir != null && autoResume != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--run-dir and --auto-resume both name the run folder; give one of them");
    }
    AutoResume begun = autoResume == null ? null : new AutoResume(autoResume, spec);
    Checkpoint checkpoint = begun == null ? null : begun.checkpoint().orElse(null);
    if (begun != null && checkpoint != null) {
      Long last = begun.require(checkpoint.run(), env, task, seed, given, checkpointing);
      return new Continuation(RunFolder.open(begun.path()), checkpoint, last, stopAtReturn, spec)
          .run(
              environments,
              actors,
              threads,
              listeners,
              videos,
              inPlace,
              dashboard,
              track,
              output,
              end);
    }
    Preset preset = reference == null ? presets.of(env, task.profile, task.algorithm, given) : null;
    RunConfig.Backend resolved = task.backend.of(env);
    Map<String, Object> kwargs = task.kwargs(env, spec.commandLine());
    NetworkFactory network = task.network(spec.commandLine());
    TrainingBuilder builder =
        Training.on(env)
            .seed(seed)
            .algorithm(task.algorithm)
            .profile(task.profile)
            .preset(preset)
            .hyperparameters(
                config -> actors.change(given.applyTo(config), given.values().keySet()))
            .envKwargs(kwargs)
            .environments(
                resolved,
                (numEnvs, masks) ->
                    environments.open(
                        resolved, env, kwargs, numEnvs, new WorkerSeeds(seed, seed), masks))
            .engine(task.engine)
            .threads(threads.threads())
            .checkpointing(checkpointing);
    if (network != null) {
      builder.network(network);
    }
    if (reference != null) {
      builder.reference(CheckpointArgument.read(reference, spec.commandLine().getErr()));
    }
    if (stopAtReturn != null) {
      builder.stopAtReturn(stopAtReturn);
    }
    listeners.addTo(builder);
    actors.addTo(builder);
    try (Training training = build(builder, given, preset);
        TrackOption.Run tracked = track.start();
        DashboardOption.Page page = dashboard.open()) {
      boolean evaluatesInPlace = inPlace.of(training.config(), actors);
      RunFolder folder = begun == null ? folder() : begun.folder();
      PrintWriter out = end.out(quiet);
      if (preset != null) {
        out.println("Preset       " + presets.description(preset));
      }
      actors.print(training.config(), out);
      String mujoco = training.env().versions().get("mujoco");
      if (mujoco != null
          && task.backend == EnvironmentOptions.Choice.AUTO
          && resolved == RunConfig.Backend.NATIVE) {
        out.println(
            "%s: stepping natively on MuJoCo %s; --backend python steps it through Gymnasium"
                .formatted(env, mujoco));
      }
      videos.addTo(training, folder, environments);
      page.show(training, folder);
      tracked.add(training, folder, out, CommandLines.progress(spec));
      int exitCode =
          new TrainingSession(
                  training,
                  folder,
                  evaluatesInPlace
                      ? null
                      : numEnvs ->
                          environments.open(
                              training.config(), numEnvs, TrainingSession.evaluationSeeds(seed)),
                  quiet,
                  output.hints(),
                  end,
                  out,
                  spec.commandLine().getErr())
              .run();
      page.awaitReaders();
      return exitCode;
    }
  }

  /** Builds the training; hyperparameters that it refuses are errors of the command line. */
  private Training build(
      TrainingBuilder builder, GivenHyperparameters given, @Nullable Preset preset) {
    try {
      return builder.build();
    } catch (InvalidHyperparameterException e) {
      throw presets.refused(e, given, preset);
    }
  }

  private RunFolder folder() {
    if (runDir == null) {
      String name =
          RunFolder.name(
              env, task.algorithm, task.profile, seed, LocalDateTime.now(ZoneId.systemDefault()));
      return RunFolder.createBeside(Path.of("runs", name));
    }
    try {
      return RunFolder.create(runDir);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage() + " with --run-dir", e);
    }
  }
}
