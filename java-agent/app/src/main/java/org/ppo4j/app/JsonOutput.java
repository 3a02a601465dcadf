package org.ppo4j.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import org.ppo4j.agent.files.Json;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The output of {@code --json}: one object on standard output, whose first member names its form
 * (docs/json.md). Everything else a command prints goes to standard error then.
 */
final class JsonOutput {
  private JsonOutput() {}

  /** Returns a writer for what people read: standard output, or standard error with --json. */
  static PrintWriter text(CommandSpec spec, boolean json) {
    return json ? spec.commandLine().getErr() : spec.commandLine().getOut();
  }

  /** Returns an empty object of a form such as {@code ppo4j-envs-1}. */
  static ObjectNode object(String schema) {
    return Json.MAPPER.createObjectNode().put("schema", schema);
  }

  /** Prints {@code json} to standard output. */
  static void print(CommandSpec spec, JsonNode json) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.println(Json.MAPPER.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    out.flush();
  }
}
