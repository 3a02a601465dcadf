package org.ppo4j.agent.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** Finds nulls where {@link Manifest} and what it holds have none; Jackson does not look. */
final class ManifestNulls {
  /** JSON pointers of what may be null. */
  private static final Set<String> NULLABLE =
      Set.of(
          "/training",
          "/training/run/network",
          "/training/run/preset",
          "/training/run/stop_at_return",
          "/training/provenance/git_commit",
          "/policy/network/hidden_sizes",
          "/policy/network/critic_hidden_sizes",
          "/policy/network/activation",
          "/policy/network/shared_trunk",
          "/policy/network/factory",
          "/policy/network/recurrence",
          "/policy/network/images");

  /** JSON pointer of what the user decides, to any depth. */
  private static final String FREE = "/training/run/env_kwargs";

  private ManifestNulls() {}

  /** Returns whether there is a null that {@link Manifest} does not expect. */
  static boolean hasUnexpected(JsonNode manifest) {
    return hasUnexpected(manifest, "");
  }

  private static boolean hasUnexpected(JsonNode node, String path) {
    if (node.isNull()) {
      return !NULLABLE.contains(path);
    }
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        String child = path + "/" + each.getKey();
        if (!child.equals(FREE) && hasUnexpected(each.getValue(), child)) {
          return true;
        }
      }
      return false;
    }
    for (JsonNode each : node) {
      if (hasUnexpected(each, path + "/-")) {
        return true;
      }
    }
    return false;
  }
}
