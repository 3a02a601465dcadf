package org.ppo4j.agent.actor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.Json;

/**
 * What an actor needs to know before it collects.
 *
 * @param run the training
 * @param slice its sub-environments
 * @param ppo4j the version of ppo4j that the learner is
 * @param java the feature version of the learner's Java
 */
public record ActorTask(RunConfig run, Slice slice, String ppo4j, int java) {

  /** Returns the task of an actor of a training by this program. */
  public static ActorTask of(RunConfig run, Slice slice) {
    return new ActorTask(run, slice, Provenance.version(), Runtime.version().feature());
  }

  /**
   * Reads what {@link #json} returned.
   *
   * @throws IllegalArgumentException if it is not a task, or another version's
   */
  public static ActorTask of(String json) {
    try {
      ActorTask task = Json.MAPPER.readValue(json, ActorTask.class);
      task.requireThisVersion();
      return task;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the task of an actor cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  private void requireThisVersion() {
    if (!ppo4j.equals(Provenance.version())) {
      throw new IllegalArgumentException(
          "the learner is ppo4j %s, but the actor is %s; use the same version for both"
              .formatted(ppo4j, Provenance.version()));
    }
    if (java != Runtime.version().feature()) {
      throw new IllegalArgumentException(
          "the learner runs on Java %d, but the actor on Java %d, whose results may differ; install the same version for both"
              .formatted(java, Runtime.version().feature()));
    }
  }

  /** Returns the task as JSON. */
  public String json() {
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
