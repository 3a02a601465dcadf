package org.ppo4j.env;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ppo4j.env.internal.NearMatches;

/**
 * The arguments that an environment is made with. A factory reads each by name, with a default.
 *
 * <p>A factory that was passed to {@link Envs#register} reads every argument that it knows, whether
 * it was given or not. {@code Envs} then rejects the arguments that were given but not read, so the
 * names need not be listed a second time:
 *
 * {@snippet lang = java :
 * Envs.register("Corridor-v0", 100, kwargs -> new Corridor(kwargs.integer("length", 8)));
 * }
 *
 * <p>A value is either of the requested type or text, as from a command line. If it is neither, the
 * method throws an {@link IllegalArgumentException} that names the argument.
 */
public final class Kwargs {
  private final String id;
  private final Map<String, Object> given;
  private final TreeSet<String> known = new TreeSet<>();

  /** Creates the arguments {@code given} for the factory of the environment {@code id}. */
  public Kwargs(String id, Map<String, Object> given) {
    this.id = id;
    this.given = given;
  }

  /** Returns the id of the environment being made. */
  public String id() {
    return id;
  }

  /** Returns the boolean argument {@code name}: a {@link Boolean}, or the text true or false. */
  public boolean flag(String name, boolean fallback) {
    Object value = value(name, fallback);
    if (value instanceof Boolean flag) {
      return flag;
    }
    return switch (String.valueOf(value).toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrongType(name, value, "true or false");
    };
  }

  /** Returns the numeric argument {@code name}: a {@link Number} or its text; never NaN. */
  public double number(String name, double fallback) {
    Object value = value(name, fallback);
    double number = value instanceof Boolean ? Double.NaN : parse(value);
    if (Double.isNaN(number)) {
      throw wrongType(name, value, "a number");
    }
    return number;
  }

  /**
   * Returns the integer argument {@code name}: a {@link Number} without a fraction, or its text.
   */
  public int integer(String name, int fallback) {
    Object value = value(name, fallback);
    double number = value instanceof Boolean ? Double.NaN : parse(value);
    if (number != (int) number) {
      throw wrongType(name, value, "an integer from -2147483648 to 2147483647");
    }
    return (int) number;
  }

  /** Returns the integer argument {@code name}, which is at least 1. */
  public int positive(String name, int fallback) {
    int value = integer(name, fallback);
    if (value < 1) {
      throw wrongType(name, value, "at least 1");
    }
    return value;
  }

  /**
   * Returns the range argument {@code name}: a list of two numbers, or their text as Python or JSON
   * write it, {@code (0.8, inf)} or {@code [0.8, 2]}. The first is not greater than the second.
   */
  public Range range(String name, double low, double high) {
    Object value = value(name, new Range(low, high));
    if (value instanceof Range range) {
      return range;
    }
    List<?> ends = value instanceof List<?> list ? list : pair(String.valueOf(value));
    if (ends.size() == 2) {
      Range range = new Range(parse(ends.getFirst()), parse(ends.getLast()));
      if (range.low <= range.high) {
        return range;
      }
    }
    throw wrongType(
        name, value, "two numbers such as (0.8, 2.0), the first not greater than the second");
  }

  /**
   * An interval, whose ends may be infinite.
   *
   * @param low the lower end
   * @param high the upper end
   */
  public record Range(double low, double high) {}

  /** Returns the text argument {@code name}. */
  public String text(String name, String fallback) {
    Object value = value(name, fallback);
    if (value instanceof String text) {
      return text;
    }
    throw wrongType(name, value, "text");
  }

  /**
   * Returns the argument {@code name}, text or an integer, as text; for names that may be numbers.
   */
  public String word(String name, String fallback) {
    Object value = value(name, fallback);
    return value instanceof Integer || value instanceof Long
        ? value.toString()
        : text(name, fallback);
  }

  /** Returns the text argument {@code name}, which is one of {@code choices}. */
  public String choice(String name, String fallback, Collection<String> choices) {
    String text = text(name, fallback);
    if (choices.contains(text)) {
      return text;
    }
    throw new IllegalArgumentException(
        "%s: the argument %s must be one of %s, but is %s%s"
            .formatted(
                id, name, String.join(", ", choices), text, NearMatches.question(text, choices)));
  }

  /** Rejects the arguments that were given but not read. */
  void refuseUnread() {
    refuseUnread(Set.of());
  }

  /**
   * Rejects the arguments that were given, have not been read so far and are not among {@code
   * readLater}. {@code Envs} rejects unread arguments after the factory returns; this method is for
   * a factory that does something expensive before it can read all its arguments.
   *
   * @throws IllegalArgumentException if there is such an argument; the message suggests similar
   *     names
   */
  public void refuseUnread(Set<String> readLater) {
    TreeSet<String> expected = new TreeSet<>(known);
    expected.addAll(readLater);
    for (String name : new TreeSet<>(given.keySet())) {
      if (!expected.contains(name)) {
        throw new IllegalArgumentException(
            "%s has no argument %s%s (it has %s)"
                .formatted(
                    id, name, NearMatches.question(name, expected), String.join(", ", expected)));
      }
    }
  }

  private Object value(String name, Object fallback) {
    known.add(name);
    return given.getOrDefault(name, fallback);
  }

  private static double parse(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    String text = String.valueOf(value).strip();
    try {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text);
      };
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static List<String> pair(String text) {
    String inner = text.strip();
    boolean enclosed =
        (inner.startsWith("(") && inner.endsWith(")"))
            || (inner.startsWith("[") && inner.endsWith("]"));
    return enclosed ? List.of(inner.substring(1, inner.length() - 1).split(",", -1)) : List.of();
  }

  private IllegalArgumentException wrongType(String name, Object value, String expected) {
    return new IllegalArgumentException(
        "%s: the argument %s must be %s, but is %s".formatted(id, name, expected, value));
  }
}
