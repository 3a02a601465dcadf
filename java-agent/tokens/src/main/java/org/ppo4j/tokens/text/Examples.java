package org.ppo4j.tokens.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ppo4j.agent.files.IoErrors;

/** Reads data sets of JSON lines. */
public final class Examples {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Examples() {}

  /**
   * Reads a file of one JSON object for each line.
   *
   * @param required the columns that each line must have, as texts
   * @throws IllegalArgumentException if a line lacks one, has an empty prompt, or two identical
   *     completions to choose from; the message names the line
   */
  public static List<Example> read(Path file, String... required) {
    List<Example> examples = new ArrayList<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          examples.add(parse(line, "line %d of %s".formatted(number, file), required));
        }
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("%s has no examples".formatted(file));
    }
    return examples;
  }

  private static Example parse(String line, String place, String... required) {
    JsonNode json;
    try {
      json = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("%s is not JSON".formatted(place));
    }
    Map<String, String> columns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getValue().isValueNode()) {
        columns.put(field.getKey(), field.getValue().asText());
      }
    }
    for (String name : required) {
      JsonNode value = json.path(name);
      if (!value.isTextual()) {
        throw new IllegalArgumentException(
            "%s has %s as %s, but needs the texts %s; conversations are not read"
                .formatted(
                    place,
                    value.isMissingNode()
                        ? "nothing"
                        : value.getNodeType().name().toLowerCase(Locale.ROOT),
                    name,
                    String.join(", ", required)));
      }
    }
    if ("".equals(columns.get("prompt"))) {
      throw new IllegalArgumentException("%s has an empty prompt".formatted(place));
    }
    String chosen = columns.get("chosen");
    if (chosen != null && chosen.equals(columns.get("rejected"))) {
      throw new IllegalArgumentException(
          "%s has the same text as chosen and rejected; leave the pair out".formatted(place));
    }
    return new Example(columns, place);
  }
}
