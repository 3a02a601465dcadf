package org.ppo4j.gymnasium;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;

/** Reads a space from the JSON that {@code spaces.py} writes. */
final class SpaceJson {
  private SpaceJson() {}

  /** Returns the space; throws {@link EnvException} if Java cannot hold it. */
  static Space read(JsonNode json) {
    try {
      String type = json.path("type").asText();
      return switch (type) {
        case "box" -> box(json);
        case "discrete" ->
            new Space.Discrete(exactInt(json.path("n")), exactInt(json.path("start")));
        case "multi_discrete" ->
            new Space.MultiDiscrete(ints(json.path("nvec")), ints(json.path("start")));
        case "multi_binary" -> new Space.MultiBinary(exactInt(json.path("n")));
        default -> throw new IllegalArgumentException("its type is '" + type + "'");
      };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new EnvException("the space %s is not supported: %s".formatted(json, e.getMessage()));
    }
  }

  private static Space box(JsonNode json) {
    int[] shape = ints(json.path("shape"));
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    DType dtype = DType.valueOf(json.path("dtype").asText().toUpperCase(Locale.ROOT));
    return new Space.Box(
        bounds(json.path("low"), size), bounds(json.path("high"), size), shape, dtype);
  }

  /** Returns {@code size} bounds; a single one stands for all. */
  private static double[] bounds(JsonNode json, int size) {
    double[] bounds = new double[size];
    for (int i = 0; i < size; i++) {
      bounds[i] = json.path(json.size() == 1 ? 0 : i).asDouble();
    }
    return bounds;
  }

  private static int[] ints(JsonNode json) {
    int[] ints = new int[json.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = exactInt(json.path(i));
    }
    return ints;
  }

  private static int exactInt(JsonNode json) {
    return Math.toIntExact(json.asLong());
  }
}
