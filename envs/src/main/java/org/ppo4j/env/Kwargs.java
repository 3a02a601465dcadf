package org.ppo4j.env;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The arguments an environment is made with, read by name with a default.
 *
 * <p>A factory given to {@link Envs#register} reads every argument it knows, whether given or not;
 * {@code Envs} then refuses those that were given and not read, so nobody lists names twice:
 *
 * {@snippet lang = java :
 * Envs.register("Corridor-v0", 100, kwargs -> new Corridor(kwargs.integer("length", 8)));
 * }
 *
 * <p>Values may be of their own type or text from a command line. A value of another type throws
 * {@link IllegalArgumentException}, which names the argument.
 */
public final class Kwargs {
  private final String id;
  private final Map<String, Object> given;
  private final TreeSet<String> known = new TreeSet<>();

  /** Offers {@code given} to the factory of the environment {@code id}. */
  public Kwargs(String id, Map<String, Object> given) {
    this.id = id;
    this.given = given;
  }

  /** Returns the id of the environment that is made. */
  public String id() {
    return id;
  }

  /** Returns the truth value of that name: a {@link Boolean}, or the text true or false. */
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

  /** Returns the number of that name: a {@link Number} or its text; not NaN. */
  public double number(String name, double fallback) {
    Object value = value(name, fallback);
    double number = value instanceof Boolean ? Double.NaN : parse(value);
    if (Double.isNaN(number)) {
      throw wrongType(name, value, "a number");
    }
    return number;
  }

  /** Returns the whole number of that name: a {@link Number} without fraction or its text. */
  public int integer(String name, int fallback) {
    Object value = value(name, fallback);
    double number = value instanceof Boolean ? Double.NaN : parse(value);
    if (number != (int) number) {
      throw wrongType(name, value, "a whole number from -2147483648 to 2147483647");
    }
    return (int) number;
  }

  /** Returns the whole number of that name, which is at least 1. */
  public int positive(String name, int fallback) {
    int value = integer(name, fallback);
    if (value < 1) {
      throw wrongType(name, value, "at least 1");
    }
    return value;
  }

  /**
   * Returns the range of that name: a list of two numbers, or their text as Python or JSON write
   * it, {@code (0.8, inf)} or {@code [0.8, 2]}; the first is not above the second.
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
    throw wrongType(name, value, "two numbers such as (0.8, 2.0), the first not above the second");
  }

  /** Two numbers, either of which may be infinite. */
  public record Range(double low, double high) {}

  /** Returns the text of that name. */
  public String text(String name, String fallback) {
    Object value = value(name, fallback);
    if (value instanceof String text) {
      return text;
    }
    throw wrongType(name, value, "text");
  }

  /**
   * Returns the text of that name, or the number of that name as text: what something is called.
   */
  public String word(String name, String fallback) {
    Object value = value(name, fallback);
    return value instanceof Integer || value instanceof Long
        ? value.toString()
        : text(name, fallback);
  }

  /** Returns the text of that name, which must be one of {@code choices}. */
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

  /** Refuses the arguments that were given but that nobody has asked for. */
  void refuseUnread() {
    refuseOthersThan(Set.of());
  }

  /**
   * Refuses the arguments that were given but were not read so far, apart from those of the names
   * {@code later}. {@code Envs} refuses what is unread in the end; this is for a factory that has
   * something costly to do before it can read them all.
   */
  public void refuseOthersThan(Set<String> later) {
    TreeSet<String> expected = new TreeSet<>(known);
    expected.addAll(later);
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
