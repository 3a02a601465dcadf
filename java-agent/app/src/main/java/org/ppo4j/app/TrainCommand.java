package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.VectorEnv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j train}: trains an agent and leaves a run folder. */
@Command(
    name = "train",
    customSynopsis = "./ppo4j train [ENV] [options]",
    description = "Trains an agent and leaves a run folder.")
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
      description = "Seed of everything random. Default: 1.")
  private long seed = 1;

  @Mixin private EnvironmentOptions environments;

  @Mixin private PresetOption presets;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "Where results go. Default: runs/<env>__<profile>__<seed>__<time>.")
  private @Nullable Path runDir;

  @Mixin private StopOption stop;

  @Mixin private CheckpointOptions checkpoints;

  @Mixin private ThreadsOption threads;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    if (seed < 0) {
      throw new ParameterException(spec.commandLine(), "--seed must not be negative");
    }
    boolean quiet = output.quiet();
    env = task.known(env, spec.commandLine());
    Double stopAtReturn = stop.atReturn();
    RunConfig.Checkpointing checkpointing = checkpoints.checkpointing();
    GivenHyperparameters given = HyperparameterOptions.given(spec.commandLine().getParseResult());
    Preset preset = presets.of(env, task.profile);
    RunConfig.Backend resolved = task.backend.of(env);
    Map<String, Object> kwargs = EnvironmentOptions.values(task.envKwargs);
    try (Opened opened = open(resolved, kwargs, preset, given);
        ActorCritic network =
            ActorCritics.create(
                task.engine,
                PolicyNetwork.spec(opened.env().spec(), opened.config()),
                threads.threads())) {
      RunConfig run =
          new RunConfig(
              env,
              kwargs,
              resolved,
              task.engine.resolved(),
              seed,
              task.profile,
              preset == null ? null : preset.name(),
              opened.config(),
              stopAtReturn,
              checkpointing);
      Ppo ppo = new Ppo(opened.env(), opened.config(), network, seed);
      RunFolder folder = folder();
      PrintWriter out =
          quiet ? new PrintWriter(PrintWriter.nullWriter()) : spec.commandLine().getOut();
      String mujoco = opened.env().spec().versions().get("mujoco");
      if (mujoco != null && task.backend == EnvironmentOptions.Choice.AUTO && isNative(resolved)) {
        out.println(
            "%s: stepping natively on MuJoCo %s; --backend python steps it through Gymnasium"
                .formatted(env, mujoco));
      }
      if (preset != null) {
        out.println("Preset       " + presets.description(preset));
      }
      return new TrainingSession(
              run,
              opened.env().spec(),
              ppo,
              folder,
              numEnvs -> environments.open(resolved, env, kwargs, numEnvs),
              out)
          .start(quiet, spec.commandLine().getErr());
    }
  }

  private record Opened(VectorEnv env, PpoConfig config) implements AutoCloseable {
    @Override
    public void close() {
      env.close();
    }
  }

  /**
   * Makes the environment and completes the hyperparameters. Defaults depend on the action space,
   * and so does the number of sub-environments where it was not given: then the environment is made
   * with one, and once more if that was not right.
   */
  private Opened open(
      RunConfig.Backend resolved,
      Map<String, Object> kwargs,
      @Nullable Preset preset,
      GivenHyperparameters given) {
    Object fromPreset = preset == null ? 1 : preset.hyperparameters().getOrDefault("numEnvs", 1);
    int numEnvs = (Integer) given.valueOr("numEnvs", fromPreset);
    VectorEnv first = environments.open(resolved, env, kwargs, numEnvs);
    try {
      PpoConfig config = presets.config(env, task.profile, first.spec().actionSpace(), given);
      if (config.collect().numEnvs() == numEnvs) {
        return new Opened(first, config);
      }
      first.close();
      return new Opened(
          environments.open(resolved, env, kwargs, config.collect().numEnvs()), config);
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private static boolean isNative(RunConfig.Backend backend) {
    return backend == RunConfig.Backend.NATIVE;
  }

  private RunFolder folder() {
    if (runDir == null) {
      return RunFolder.createBeside(
          Path.of("runs", RunFolder.name(env, task.profile, seed, LocalDateTime.now())));
    }
    try {
      return RunFolder.create(runDir);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage() + " with --run-dir", e);
    }
  }
}
