package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j envs}: lists the native environments. */
@Command(
    name = "envs",
    description = {
      "Lists the native environments.",
      "Gymnasium steps every other id in Python, including module:Id."
    })
final class EnvsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the list as JSON (docs/json.md).")
  private boolean json;

  @Override
  public Integer call() {
    if (json) {
      ObjectNode object = JsonOutput.object("ppo4j-envs-1");
      ArrayNode all = object.putArray("environments");
      Envs.ids().forEach(id -> all.add(described(id)));
      JsonOutput.print(spec, object);
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("id", "max steps", "actions", "observations"));
    Envs.ids().forEach(id -> rows.add(row(id)));
    int[] widths = new int[3];
    for (int column = 0; column < widths.length; column++) {
      int at = column;
      widths[at] = rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
    }
    PrintWriter out = spec.commandLine().getOut();
    String format = "%%-%ds  %%%ds  %%-%ds  %%s%%n".formatted(widths[0], widths[1], widths[2]);
    rows.forEach(row -> out.printf(format, row.toArray()));
    out.flush();
    return 0;
  }

  private static ObjectNode described(String id) {
    ObjectNode object = Json.MAPPER.createObjectNode().put("id", id);
    boolean isReady = Envs.isReady(id);
    object.put("ready", isReady);
    if (isReady) {
      try (VectorEnv env = Envs.make(id, 1)) {
        EnvSpec made = env.spec();
        object.put("max_episode_steps", made.maxEpisodeSteps());
        object.set("action_space", Json.MAPPER.valueToTree(made.actionSpace()));
        object.set("observation_space", Json.MAPPER.valueToTree(made.observationSpace()));
      } catch (EnvException e) {
        object.put("ready", false).put("error", e.getMessage());
      }
    }
    return object;
  }

  private static List<String> row(String id) {
    if (!Envs.isReady(id)) {
      return List.of(id, "-", "-", "its library is fetched when it is first made");
    }
    try (VectorEnv env = Envs.make(id, 1)) {
      EnvSpec made = env.spec();
      return List.of(
          id,
          made.maxEpisodeSteps() == 0 ? "none" : Integer.toString(made.maxEpisodeSteps()),
          made.actionSpace().toString(),
          made.observationSpace().toString());
    } catch (EnvException e) {
      return List.of(id, "-", "-", "not available:  " + e.getMessage());
    }
  }
}
