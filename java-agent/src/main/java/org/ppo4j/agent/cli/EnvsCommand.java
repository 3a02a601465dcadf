package org.ppo4j.agent.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j envs}: lists the native environments. */
@Command(
    name = "envs",
    description = {
      "Lists the native environments.",
      "Every other id is stepped by Gymnasium in Python, as module:Id too."
    })
final class EnvsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> ids = List.copyOf(Envs.ids());
    int width = ids.stream().mapToInt(String::length).max().orElse(0);
    String row = "%-" + width + "s  %9s  %-32s  %s%n";
    spec.commandLine().getOut().printf(row, "id", "max steps", "observations", "actions");
    for (String id : ids) {
      if (!Envs.isReady(id)) {
        spec.commandLine()
            .getOut()
            .printf("%-" + width + "s  its library is fetched when it is first made%n", id);
        continue;
      }
      try (VectorEnv env = Envs.make(id, 1)) {
        EnvSpec made = env.spec();
        spec.commandLine()
            .getOut()
            .printf(
                row,
                id,
                made.maxEpisodeSteps() == 0 ? "none" : made.maxEpisodeSteps(),
                Spaces.text(made.observationSpace()),
                Spaces.text(made.actionSpace()));
      } catch (EnvException e) {
        spec.commandLine().getOut().printf("%-" + width + "s  not here: %s%n", id, e.getMessage());
      }
    }
    return 0;
  }
}
