package org.ppo4j.tokens.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

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
    // Latin-1 keeps all bytes, so that a line that is not UTF-8 can be named.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String place = "line %d of %s".formatted(++number, file);
        if (!line.isBlank()) {
          examples.add(parse(utf8(line, place), place, required));
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

  /**
   * Checks that all examples have the columns that a reward needs.
   *
   * @throws IllegalArgumentException if one lacks one; the message names the line
   */
  public static void require(List<Example> examples, List<String> columns) {
    for (Example example : examples) {
      for (String column : columns) {
        if (!example.columns().containsKey(column)) {
          throw new IllegalArgumentException(
              "%s has no %s, which the reward needs; add it to each line"
                  .formatted(example.place(), column));
        }
      }
    }
  }

  private static String utf8(String bytes, String place) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s is not UTF-8; convert the file to UTF-8".formatted(place));
    }
  }

  private static Example parse(String line, String place, String... required) {
    JsonNode json;
    try {
      json = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not one JSON object with different names".formatted(place));
    }
    Map<String, String> columns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getValue().isNull()) {
        throw new IllegalArgumentException(
            "%s has null as %s; give a text or a number, or leave the column out"
                .formatted(place, field.getKey()));
      }
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
