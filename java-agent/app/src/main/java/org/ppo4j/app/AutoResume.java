package org.ppo4j.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.run.RunFolder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The option {@code --auto-resume DIR}: a training that begins in a folder, or continues what is
 * there, with the same command.
 */
final class AutoResume {
  private static final String TOTAL_TIMESTEPS = "totalTimesteps";

  private final Path path;
  private final CommandSpec spec;
  private final ParseResult given;

  AutoResume(Path path, CommandSpec spec) {
    this.path = path;
    this.spec = spec;
    given = spec.commandLine().getParseResult();
  }

  Path path() {
    return path;
  }

  /**
   * Returns the last whole checkpoint in the folder; empty if there is no checkpoint.
   *
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if none of those that exist is whole
   */
  Optional<Checkpoint> checkpoint() {
    return isRunFolder() && !RunFolder.open(path).checkpoints().isEmpty()
        ? Optional.of(CheckpointArgument.read(path, spec.commandLine().getErr()))
        : Optional.empty();
  }

  /** Returns the folder for a training that begins; what an unfinished start left is replaced. */
  RunFolder folder() {
    if (isRunFolder()) {
      spec.commandLine()
          .getErr()
          .println("%s has no checkpoint; its training starts again".formatted(path));
      return RunFolder.open(path);
    }
    try {
      return RunFolder.create(path);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage() + " with --auto-resume", e);
    }
  }

  private boolean isRunFolder() {
    return Files.isDirectory(path.resolve("checkpoints"));
  }

  /**
   * Returns the number of steps that the command line gives as the end of the training in {@code
   * run}; null if it gives none.
   *
   * @param env the environment's id, with its version
   * @param task what the command line says about the task
   * @param seed the seed on the command line
   * @param hyperparameters the hyperparameters on the command line
   * @param checkpointing the checkpoints and evaluations of the command line
   * @throws ParameterException if an option contradicts {@code run}
   */
  @Nullable Long require(
      RunConfig run,
      String env,
      TaskOptions task,
      long seed,
      GivenHyperparameters hyperparameters,
      RunConfig.Checkpointing checkpointing) {
    if (given.hasMatchedPositional(0)) {
      require("ENV", env, run.env());
    }
    compare("--seed", seed, run.seed());
    compare("--algorithm", task.algorithm.id(), run.algorithm().id());
    compare("--profile", OptionNames.value(task.profile), OptionNames.value(run.profile()));
    if (task.backend != EnvironmentOptions.Choice.AUTO) {
      require("--backend", OptionNames.value(task.backend), OptionNames.value(run.backend()));
    }
    if (!task.environmentArguments().isEmpty()) {
      Map<String, Object> kwargs = task.kwargs(run.envKwargs(), run.env(), spec.commandLine());
      require(task.environmentOptions(), json(kwargs), json(run.envKwargs()));
    }
    String preset = given.matchedOptionValue("--preset", PresetOption.AUTO);
    if (!preset.equals(PresetOption.AUTO)) {
      require("--preset", preset, run.preset() == null ? PresetOption.NONE : run.preset());
    }
    RunConfig.Checkpointing before = run.checkpointing();
    compare("--checkpoint-every", checkpointing.checkpointEvery(), before.checkpointEvery());
    compare("--keep-checkpoints", checkpointing.keepCheckpoints(), before.keepCheckpoints());
    compare("--eval-every", checkpointing.evalEvery(), before.evalEvery());
    compare("--eval-episodes", checkpointing.evalEpisodes(), before.evalEpisodes());
    PpoConfig config = run.hyperparameters();
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      Object value = hyperparameters.values().get(entry.name());
      if (value != null && !entry.name().equals(TOTAL_TIMESTEPS)) {
        require(OptionNames.option(entry.name()), text(value), text(entry.valueIn(config)));
      }
    }
    if (hyperparameters.minibatchSize() != null) {
      require(
          GivenHyperparameters.MINIBATCH_SIZE,
          hyperparameters.minibatchSize(),
          config.batchSize() / config.update().numMinibatches());
    }
    Long total = (Long) hyperparameters.values().get(TOTAL_TIMESTEPS);
    if (total != null && total < config.totalTimesteps()) {
      throw contradiction("--total-timesteps", total, config.totalTimesteps());
    }
    return total;
  }

  private void compare(String option, Object now, Object before) {
    if (given.hasMatchedOption(option)) {
      require(option, now, before);
    }
  }

  private void require(String option, Object now, @Nullable Object before) {
    if (!Objects.equals(now, before)) {
      throw contradiction(option, now, before);
    }
  }

  private ParameterException contradiction(String option, Object now, @Nullable Object before) {
    return new ParameterException(
        spec.commandLine(),
        "%s is %s, but %s in %s, which --auto-resume continues; leave it out or choose another folder"
            .formatted(option, now, before, path));
  }

  private static Object text(Object value) {
    return value instanceof Enum<?> constant ? OptionNames.value(constant) : value;
  }

  private static JsonNode json(Map<String, Object> kwargs) {
    return Json.MAPPER.valueToTree(kwargs);
  }
}
