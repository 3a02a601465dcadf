package org.ppo4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.dl4j.PolicyExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j export}: writes a policy for programs that use DL4J without ppo4j. */
@Command(
    name = "export",
    customSynopsis = "./ppo4j export RUN [options]",
    description = "Writes a trained policy as a DL4J model file that takes raw observations.")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      converter = RunNames.class,
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The model file to write; must not exist. Default: policy.zip.")
  private Path output = Path.of("policy.zip");

  @Override
  public Integer call() {
    Checkpoint checkpoint = CheckpointArgument.read(run, spec.commandLine().getErr());
    if (Files.exists(output)) {
      throw new CommandException(
          "%s already exists; choose another file with --output, or delete it".formatted(output));
    }
    try (TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      PolicyExport.write(output, policy);
    } catch (IOException e) {
      delete(e);
      throw IoErrors.unchecked("cannot write the model file " + output, e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "Wrote the policy of step %,d of %s to %s%n",
            checkpoint.globalStep(), checkpoint.run().env(), output);
    return 0;
  }

  /** Deletes what was written before {@code failure}, which is reported in any case. */
  private void delete(IOException failure) {
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
