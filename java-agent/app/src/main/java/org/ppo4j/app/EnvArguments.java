package org.ppo4j.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The option {@code --env-kwargs}. A value is JSON as a whole, or else text as a whole; Python's
 * {@code True}, {@code False} and {@code None} are values too.
 */
final class EnvArguments {
  private static final String NAME = "--env-kwargs";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final ObjectReader STRICT =
      MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  @Option(
      names = NAME,
      paramLabel = "NAME=VALUE",
      description =
          "An argument of the environment; may be given several times. The value is JSON if all of"
              + " it is JSON (null and None give None), and otherwise text.")
  private List<String> given = List.of();

  /** Returns the arguments as they were given, {@code NAME=VALUE}. */
  List<String> texts() {
    return given;
  }

  /**
   * Returns the arguments as values by name; null stands for Python's {@code None}.
   *
   * @throws ParameterException if one has no name or no value, a name is given twice, or a value is
   *     a number that no environment receives
   */
  Map<String, Object> values(CommandLine command) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each : given) {
      int equals = each.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            command, "%s takes NAME=VALUE, but got '%s'".formatted(NAME, each));
      }
      String name = each.substring(0, equals);
      if (values.containsKey(name)) {
        throw new ParameterException(
            command, "%s gives the argument %s twice; leave one of them out".formatted(NAME, name));
      }
      values.put(name, value(name, each.substring(equals + 1), command));
    }
    return values;
  }

  private static @Nullable Object value(String name, String text, CommandLine command) {
    return switch (text) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> null;
      default -> json(name, text, command);
    };
  }

  private static @Nullable Object json(String name, String text, CommandLine command) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw new ParameterException(
          command,
          "%s: the value of %s is JSON that is too long or too deep: %s"
              .formatted(NAME, name, e.getOriginalMessage()));
    } catch (JsonProcessingException e) {
      return text;
    }
    if (tree.isMissingNode()) {
      return text; // nothing but spaces
    }
    try (JsonParser parser = STRICT.createParser(text)) {
      parser.readValueAsTree();
    } catch (IOException e) {
      throw new ParameterException(
          command,
          "%s: the value of %s has a name twice: %s; leave one of them out"
              .formatted(NAME, name, text));
    }
    if (hasInfinity(tree)) {
      throw new ParameterException(
          command,
          "%s: the value of %s has a number beyond 1.8e308, the largest that an environment can receive: %s; give a smaller one, or quote it as text, such as '\"1e400\"'"
              .formatted(NAME, name, text));
    }
    return MAPPER.convertValue(tree, Object.class);
  }

  private static boolean hasInfinity(JsonNode tree) {
    if (tree.isFloatingPointNumber()) {
      return !Double.isFinite(tree.doubleValue());
    }
    for (JsonNode each : tree) {
      if (hasInfinity(each)) {
        return true;
      }
    }
    return false;
  }
}
