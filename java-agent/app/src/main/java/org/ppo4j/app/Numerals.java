package org.ppo4j.app;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers as people write them: {@code 1e6}, {@code 10k}, {@code 2.5M}, {@code 1_000_000}, and for
 * integers {@code 1,000,000} too. Commas are refused in numbers that may have decimals, because
 * many countries write decimals with a comma.
 */
final class Numerals {
  private static final Pattern NUMBER =
      Pattern.compile(
          "([+-]?(?:\\d+(?:_\\d+)*(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,4})?)([kKmM]?)");
  private static final Pattern GROUPED = Pattern.compile("[+-]?[1-9]\\d{0,2}(,\\d{3})+[kKmM]?");
  private static final Map<String, Integer> ZEROS = Map.of("", 0, "k", 3, "m", 6);

  private Numerals() {}

  /** Makes {@code command} and its subcommands parse all numbers in this way. */
  static void register(CommandLine command) {
    command.registerConverter(int.class, Numerals::parseInt);
    command.registerConverter(Integer.class, Numerals::parseInt);
    command.registerConverter(long.class, Numerals::parseLong);
    command.registerConverter(Long.class, Numerals::parseLong);
    command.registerConverter(double.class, Numerals::parseDouble);
    command.registerConverter(Double.class, Numerals::parseDouble);
  }

  static int parseInt(String text) {
    return (int) integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static long parseLong(String text) {
    return integer(text, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  static double parseDouble(String text) {
    return switch (text) {
      case "Infinity", "+Infinity", "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-Infinity", "-inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
          throw new TypeConversionException(
              "'%s' is not a number%s"
                  .formatted(text, text.contains(",") ? "; write decimals with a point" : ""));
        }
        yield decimal(matcher).doubleValue();
      }
    };
  }

  private static long integer(String text, long min, long max) {
    Matcher matcher =
        NUMBER.matcher(GROUPED.matcher(text).matches() ? text.replace(",", "") : text);
    if (!matcher.matches()) {
      throw notInteger(text);
    }
    BigDecimal value = decimal(matcher);
    if (value.compareTo(BigDecimal.valueOf(max)) > 0) {
      throw new TypeConversionException(
          "'%s' is too large; the largest integer here is %d".formatted(text, max));
    }
    if (value.compareTo(BigDecimal.valueOf(min)) < 0) {
      throw new TypeConversionException("'%s' is too small for an integer".formatted(text));
    }
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      throw notInteger(text);
    }
  }

  private static BigDecimal decimal(Matcher number) {
    int zeros = ZEROS.getOrDefault(number.group(2).toLowerCase(Locale.ROOT), 0);
    return new BigDecimal(number.group(1).replace("_", "")).scaleByPowerOfTen(zeros);
  }

  private static TypeConversionException notInteger(String text) {
    return new TypeConversionException("'%s' is not an integer".formatted(text));
  }
}
