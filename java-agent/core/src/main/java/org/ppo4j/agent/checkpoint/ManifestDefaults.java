package org.ppo4j.agent.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;

/**
 * Completes the manifest of an older program: a setting that the program did not have gets the
 * default that describes what the program did.
 */
final class ManifestDefaults {
  private ManifestDefaults() {}

  /**
   * Adds the missing settings and returns their names, except those of the policy's part: the
   * training's hyperparameters name them.
   */
  static List<String> fill(ObjectNode manifest) throws JsonProcessingException {
    List<String> missing = new ArrayList<>();
    if (manifest.path("policy") instanceof ObjectNode policy) {
      add(policy, "action_head", Json.MAPPER.valueToTree(ActionHead.GAUSSIAN), new ArrayList<>());
      if (policy.path("network") instanceof ObjectNode network) {
        add(network, "auxiliary_value", BooleanNode.FALSE, new ArrayList<>());
        add(network, "critic_only", IntNode.valueOf(0), new ArrayList<>());
        add(network, "critic_hidden_sizes", network.get("hidden_sizes"), new ArrayList<>());
        add(network, "recurrence", null, new ArrayList<>());
        add(network, "images", null, new ArrayList<>());
      }
    }
    if (manifest.path("training").path("run") instanceof ObjectNode run) {
      add(run, "algorithm", manifest.path("algorithm"), missing);
      add(run, "engine", Json.MAPPER.valueToTree(Engine.SIMD), missing);
      add(run, "network", null, missing);
      add(run, "parts", Json.MAPPER.createArrayNode(), missing);
      add(run, "profile", Json.MAPPER.valueToTree(Profile.DEFAULT), missing);
      add(run, "preset", null, missing);
      add(run, "stop_at_return", null, missing);
      add(
          run,
          "checkpointing",
          Json.MAPPER.valueToTree(RunConfig.Checkpointing.defaults()),
          missing);
      @Nullable Algorithm algorithm =
          Json.MAPPER.treeToValue(run.get("algorithm"), Algorithm.class);
      @Nullable Space actions =
          Json.MAPPER.treeToValue(manifest.at("/policy/action_space"), Space.class);
      @Nullable Profile profile = Json.MAPPER.treeToValue(run.get("profile"), Profile.class);
      if (algorithm != null
          && actions != null
          && profile != null
          && run.path("hyperparameters") instanceof ObjectNode hyperparameters) {
        JsonNode defaults = Json.MAPPER.valueToTree(PpoConfig.of(algorithm, profile, actions));
        // Older programs took images for vectors.
        add(hyperparameters, "cnn", Json.MAPPER.valueToTree(Cnn.NONE), missing);
        // Older programs did not mask.
        add(hyperparameters, "action_masks", Json.MAPPER.valueToTree(ActionMasks.NONE), missing);
        for (Map.Entry<String, JsonNode> each : defaults.properties()) {
          if (each.getKey().equals("lr_schedule") && hyperparameters.has("anneal_lr")) {
            continue; // its older name
          }
          add(hyperparameters, each.getKey(), each.getValue(), missing);
        }
      }
    }
    return missing;
  }

  private static void add(
      ObjectNode to, String name, @Nullable JsonNode value, List<String> missing) {
    if (!to.has(name)) {
      to.set(name, value);
      missing.add(name);
    }
  }
}
