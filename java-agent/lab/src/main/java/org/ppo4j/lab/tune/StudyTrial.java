package org.ppo4j.lab.tune;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A trial as the study records it.
 *
 * @param number its number, from 0
 * @param state how it ended
 * @param value its figure; null unless it is complete
 * @param params its parameters, by the names of the space's dimensions
 * @param reports pairs of a step and a figure, {@code [R][2]}
 * @param attributes what else was recorded
 */
public record StudyTrial(
    int number,
    State state,
    @Nullable Double value,
    Map<String, JsonNode> params,
    List<double[]> reports,
    Map<String, JsonNode> attributes) {
  static final String REASON = "reason";

  /** How a trial ended. */
  public enum State {
    /** It has not. */
    RUNNING,
    /** With a figure of all seeds. */
    COMPLETE,
    /** Before, because others had better figures. */
    PRUNED,
    /** With an error, or because the search was interrupted. */
    FAIL
  }

  public StudyTrial {
    params = Map.copyOf(params);
    reports = List.copyOf(reports);
    attributes = Map.copyOf(attributes);
  }

  /** Returns whether it counts as one of the trials that the user wanted. */
  boolean counts() {
    return switch (state) {
      case COMPLETE, PRUNED -> true;
      case FAIL -> reason().isPresent();
      case RUNNING -> false;
    };
  }

  /** Returns why it failed, if it did so by itself. */
  public Optional<String> reason() {
    return Optional.ofNullable(attributes.get(REASON)).map(JsonNode::asText);
  }

  /** Returns its last figure: of all seeds, or where it was pruned; NaN if there is none. */
  public double lastFigure() {
    if (value != null) {
      return value;
    }
    return reports.isEmpty() ? Double.NaN : reports.getLast()[1];
  }
}
