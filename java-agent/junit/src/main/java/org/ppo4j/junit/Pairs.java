package org.ppo4j.junit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** The elements {@code name=value} of an annotation. */
final class Pairs {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Pairs() {}

  /**
   * Returns the values by name.
   *
   * @param element the name of the annotation's element
   * @throws ExtensionConfigurationException if one has no name or a name is given twice
   */
  static Map<String, String> of(String element, String... pairs) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new ExtensionConfigurationException(
            "@Trains: %s takes \"name=value\", but got \"%s\"".formatted(element, pair));
      }
      if (values.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new ExtensionConfigurationException(
            "@Trains: %s gives %s twice".formatted(element, pair.substring(0, equals)));
      }
    }
    return values;
  }

  /** Returns the value that a text is in JSON, or the text if it is not JSON. */
  static @Nullable Object json(String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      return text;
    }
  }
}
