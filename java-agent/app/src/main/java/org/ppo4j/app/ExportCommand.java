package org.ppo4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.dl4j.OnnxExport;
import org.ppo4j.dl4j.PolicyExport;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j export}: writes a policy for programs without ppo4j's trainer. */
@Command(
    name = "export",
    customSynopsis = "./ppo4j export RUN [--dl4j | --onnx | --policy | --hub DIR] [options]",
    description =
        "Writes a trained policy for other programs, by default as a DL4J model. What the training"
            + " did to observations is in the file.")
final class ExportCommand implements Callable<Integer> {
  /** The seed of the environment in which a policy for a hub is evaluated. */
  private static final long SEED = 1_000_000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      converter = RunNames.class,
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @ArgGroup private Format format = new Format();

  /** What to write; at most one is given. */
  static final class Format {
    @Option(names = "--dl4j", description = "Write a DL4J model: policy.dl4j.zip. The default.")
    @SuppressWarnings("UnusedVariable") // what happens if no other one is given
    private boolean dl4j;

    @Option(
        names = "--onnx",
        description =
            "Write an ONNX model, which takes what the environment gives and returns the action:"
                + " policy.onnx.")
    private boolean onnx;

    @Option(
        names = "--policy",
        description =
            "Write a file for org.ppo4j.policy, without what only training needs: policy.zip.")
    private boolean policy;

    @Option(
        names = "--hub",
        paramLabel = "DIR",
        description =
            "Write a folder for a model hub: weights, ONNX model, configuration, results of an"
                + " evaluation, model card.")
    private @Nullable Path hub;
  }

  @Option(names = "--best", description = "Use the run's best checkpoint by evaluation.")
  private boolean best;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The file to write. Default: the file named above, in the run folder.")
  private @Nullable Path output;

  @Option(
      names = "--force",
      description = "Replace the file, or the files of the folder, if they exist.")
  private boolean force;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "The number of episodes of the evaluation for --hub. Default: 10.")
  private int episodes = 10;

  @Mixin private EnvironmentOptions environments;

  /** Writes a policy to a file. */
  private interface Writer {
    void write(Path file) throws IOException;
  }

  @Override
  public Integer call() {
    if (format.hub != null && output != null) {
      throw CommandLines.refused(
          spec, "--hub names the folder, so --output has no effect; leave it out");
    }
    if (episodes < 1) {
      throw CommandLines.refused(spec, "--episodes must be at least 1, but is " + episodes);
    }
    Checkpoint checkpoint = CheckpointArgument.read(run, best, spec.commandLine().getErr());
    try (TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      if (format.hub != null) {
        hub(format.hub, checkpoint, policy);
      } else if (format.onnx) {
        write("policy.onnx", checkpoint, file -> OnnxExport.write(file, policy));
      } else if (format.policy) {
        write("policy.zip", checkpoint, checkpoint::writePolicy);
      } else {
        write("policy.dl4j.zip", checkpoint, file -> PolicyExport.write(file, policy));
        if (policy.masksActions()) {
          spec.commandLine()
              .getErr()
              .println(
                  "The DL4J model has no input for masks of actions: replace the logits of invalid"
                      + " values by the smallest float before an action is chosen, or export with"
                      + " --onnx or --policy.");
        }
        if (policy.network().shape().stateSize() > 0) {
          spec.commandLine()
              .getErr()
              .println(
                  "The DL4J model remembers an episode: give rnnTimeStep its observations one after"
                      + " the other, and call rnnClearPreviousState where it ends.");
        }
      }
    }
    return 0;
  }

  private void write(String name, Checkpoint checkpoint, Writer writer) {
    Path file = output == null ? folder().resolve(name) : output;
    if (Files.exists(file) && !force) {
      throw new CommandException(
          "%s already exists; choose another file with --output, or replace it with --force"
              .formatted(file));
    }
    try {
      WholeFile.write(
          file,
          temporary -> {
            writer.write(temporary);
            return file;
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "Wrote the policy of step %,d of %s to %s%n",
            checkpoint.globalStep(), checkpoint.run().env(), file);
  }

  private Path folder() {
    @Nullable Path parent = run.getParent();
    return Files.isDirectory(run) ? run : parent == null ? Path.of("") : parent;
  }

  private void hub(Path folder, Checkpoint checkpoint, TrainedPolicy policy) {
    String refusal = checkpoint.policyRefusal();
    if (refusal != null) {
      throw new CommandException(refusal);
    }
    HubFolder hub = new HubFolder(folder, force);
    RunConfig config = checkpoint.run();
    try (VectorEnv env = environments.open(config, 1, new WorkerSeeds(SEED, config.seed()))) {
      checkpoint.requireSpacesOf(env.spec());
      EvaluationResult result =
          Evaluator.run(env, policy, episodes, false, SEED, Evaluator.MAX_STEPS, () -> false)
              .orElseThrow();
      hub.write(checkpoint, policy, env.spec(), result);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "Wrote the policy of step %,d of %s to the folder %s, ready for: hf upload OWNER/NAME"
                + " %s%n",
            checkpoint.globalStep(),
            config.env(),
            folder,
            ShellCommand.of(List.of(folder.toString())));
  }
}
