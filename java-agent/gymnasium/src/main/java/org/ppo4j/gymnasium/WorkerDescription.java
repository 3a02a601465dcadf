package org.ppo4j.gymnasium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.files.Json;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * A worker's description of its sub-environments, its reply to {@link WorkerApi#make}.
 *
 * @param observationSpace a {@link Space} in the JSON form of {@link Json}
 * @param actionSpace a {@link Space} in the JSON form of {@link Json}
 * @param maxEpisodeSteps the time limit, 0 for none
 * @param renderFps the frames per second that the environments ask for
 * @param mapSize the bytes of the map that the worker expects
 * @param maskSize the flags of a mask of actions; 0 if actions are not masked
 * @param givesProgress whether steps say how far episodes are, {@link
 *     org.ppo4j.env.VectorEnv#givesProgress}
 * @param criticOnly the numbers at the end of an observation that only critics see
 * @param parts the names and sizes of the parts of the spaces, in order
 * @param versions the versions of Python and its packages, by name
 */
record WorkerDescription(
    JsonNode observationSpace,
    JsonNode actionSpace,
    int maxEpisodeSteps,
    int renderFps,
    long mapSize,
    int maskSize,
    boolean givesProgress,
    int criticOnly,
    List<String> parts,
    Map<String, String> versions) {

  /** Reads a description; throws {@link EnvException} if {@code reply} is something else. */
  static WorkerDescription read(JsonNode reply) {
    try {
      return Json.MAPPER.treeToValue(reply, WorkerDescription.class);
    } catch (JsonProcessingException e) {
      throw new EnvException(
          "a worker's description cannot be read: %s".formatted(e.getOriginalMessage()), e);
    }
  }

  boolean hasSpacesOf(WorkerDescription other) {
    return observationSpace.equals(other.observationSpace)
        && actionSpace.equals(other.actionSpace)
        && maskSize == other.maskSize
        && criticOnly == other.criticOnly
        && parts.equals(other.parts);
  }

  boolean hasSpacesOf(EnvSpec spec) {
    return space(observationSpace).equals(spec.observationSpace())
        && space(actionSpace).equals(spec.actionSpace())
        && maskSize > 0 == spec.masksActions()
        && criticOnly == spec.criticOnly()
        && parts.equals(spec.parts());
  }

  /**
   * Returns the specification of the environment.
   *
   * @throws EnvException if Java cannot represent one of the spaces
   */
  EnvSpec spec(PythonEnvConfig config) {
    return new EnvSpec(
        config.id(),
        space(observationSpace),
        space(actionSpace),
        maxEpisodeSteps,
        config.kwargs(),
        versions,
        parts,
        maskSize > 0,
        criticOnly);
  }

  /** Returns a space; throws {@link EnvException} if Java cannot represent it. */
  static Space space(JsonNode json) {
    try {
      return Json.MAPPER.treeToValue(json, Space.class);
    } catch (JsonProcessingException e) {
      String reason =
          e.getCause() instanceof IllegalArgumentException invalid
              ? invalid.getMessage()
              : e.getOriginalMessage();
      throw new EnvException("the space %s is not supported: %s".formatted(json, reason), e);
    }
  }
}
