package org.ppo4j.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of the manifest, read property by property; properties that nobody asks for are
 * ignored.
 *
 * <p>Plain loops, here and in what else loading runs: the first stream and the first lambda of a
 * JVM take longer than the rest of a load.
 */
final class Fields {
  private final String source;
  private final String path;
  private final Map<?, ?> values;

  private Fields(String source, String path, Map<?, ?> values) {
    this.source = source;
    this.path = path;
    this.values = values;
  }

  /**
   * Makes the fields of the outermost object.
   *
   * @param source what the manifest belongs to, for messages
   * @param value the parsed manifest
   * @throws PolicyException if that is not an object
   */
  static Fields of(String source, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(source, "", map);
    }
    throw new PolicyException("%s is not a ppo4j policy".formatted(source));
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  Fields object(String name) {
    return object(name, required(name));
  }

  /** Returns the objects of a list. */
  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (Object element : list(name)) {
      objects.add(object(name, element));
    }
    return objects;
  }

  String string(String name) {
    if (required(name) instanceof String string) {
      return string;
    }
    throw wrong(name, "a string");
  }

  boolean bool(String name) {
    if (required(name) instanceof Boolean value) {
      return value;
    }
    throw wrong(name, "true or false");
  }

  /** Returns an integer of at least {@code min} that fits an int. */
  int integer(String name, int min) {
    return (int) integer(name, required(name), min, Integer.MAX_VALUE);
  }

  /** Returns an integer from {@code min} to {@code max}. */
  long integer(String name, long min, long max) {
    return integer(name, required(name), min, max);
  }

  /** Returns the integers of a list, each at least {@code min}. */
  int[] integers(String name, int min) {
    List<?> list = list(name);
    int[] integers = new int[list.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (int) integer(name, list.get(i), min, Integer.MAX_VALUE);
    }
    return integers;
  }

  /** Returns a number, which may be infinite but not NaN. */
  double number(String name) {
    return number(name, required(name));
  }

  /** Returns the numbers of a list, which may be infinite but not NaN. */
  double[] numbers(String name) {
    List<?> list = list(name);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(name, list.get(i));
    }
    return numbers;
  }

  /**
   * Returns the constant of {@code type} that has the given name in lower case.
   *
   * @param noun what the constants are, for the message
   */
  <E extends Enum<E>> E constant(String name, Class<E> type, String noun) {
    String value = string(name);
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String lower = constant.name().toLowerCase(Locale.ROOT);
      if (lower.equals(value)) {
        return constant;
      }
      known.add(lower);
    }
    throw new PolicyException(
        "%s has the %s %s, which this version of ppo4j-policy does not know (known are %s); use the version that wrote it"
            .formatted(source, noun, value, String.join(", ", known)));
  }

  /** Returns the exception for a value that this version does not know. */
  PolicyException unknown(String noun, String value) {
    return new PolicyException(
        "%s has the %s %s, which this version of ppo4j-policy does not know; use the version that wrote it"
            .formatted(source, noun, value));
  }

  /** Returns the exception for a property that contradicts others. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  PolicyException contradiction(String message, Object... arguments) {
    return new PolicyException(
        "the manifest of %s contradicts itself: %s"
            .formatted(source, message.formatted(arguments)));
  }

  private Fields object(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(source, path + name + ".", map);
    }
    throw wrong(name, "an object");
  }

  private List<?> list(String name) {
    if (required(name) instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list");
  }

  private long integer(String name, @Nullable Object value, long min, long max) {
    if (value instanceof Long integer && integer >= min && integer <= max) {
      return integer;
    }
    throw wrong(name, "an integer from %d to %d".formatted(min, max));
  }

  private double number(String name, @Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if ("Infinity".equals(value)) {
      return Double.POSITIVE_INFINITY;
    }
    if ("-Infinity".equals(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    throw wrong(name, "a number, \"Infinity\" or \"-Infinity\"");
  }

  private Object required(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new PolicyException("the manifest of %s has no %s%s".formatted(source, path, name));
    }
    return value;
  }

  private PolicyException wrong(String name, String expected) {
    return new PolicyException(
        "%s%s in the manifest of %s is not %s".formatted(path, name, source, expected));
  }
}
