package org.ppo4j.agent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Algorithm;

/**
 * A preset as {@code ./ppo4j tune} writes it to a file; {@code presets-ppo4j.json} is a list of
 * them.
 *
 * @param env the environment's id; {@code *} stands for any characters
 * @param algorithm the id of the algorithm whose hyperparameters these are
 * @param hyperparameters values by {@code snake_case} names, the steps among them
 * @param finding how it was found
 */
public record TunedPreset(
    String env, String algorithm, Map<String, JsonNode> hyperparameters, Finding finding) {
  /** The name of ppo4j's collection. */
  static final String NAME = "ppo4j";

  private static final String FORM =
      "env, algorithm, hyperparameters and finding, as ./ppo4j tune writes them";

  private static final ObjectReader READER =
      Json.MAPPER
          .readerFor(TunedPreset.class)
          .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  public TunedPreset {
    hyperparameters = Collections.unmodifiableMap(new LinkedHashMap<>(hyperparameters));
  }

  /**
   * Describes the preset of {@code values} that a search found.
   *
   * @param names the names of the hyperparameters to keep, of those that {@code config} has
   */
  public static TunedPreset of(
      String env, Algorithm algorithm, PpoConfig config, List<String> names, Finding finding) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      if (names.contains(entry.name())) {
        values.put(FlatJson.name(entry), Json.MAPPER.valueToTree(entry.valueIn(config)));
      }
    }
    return new TunedPreset(env, algorithm.id(), values, finding);
  }

  /** Writes it to a file, whole or not at all. */
  public void write(Path file) {
    try {
      AtomicFile.write(
          file, out -> out.write(Json.MAPPER.writeValueAsBytes(Json.MAPPER.valueToTree(this))));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @return a preset whose name is the path
   * @throws IllegalArgumentException if there is none, or it is not a preset
   */
  static Preset read(Path file) {
    try {
      TunedPreset read = READER.readValue(Files.readString(file));
      if (read == null) {
        throw new IllegalArgumentException(
            "the file is not a preset: expected JSON with %s, but it is null".formatted(FORM));
      }
      return read.preset(file.toString());
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no file %s; expected a preset, %s".formatted(file, FORM), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not a preset: expected JSON with %s, but %s"
              .formatted(file, FORM, e.getOriginalMessage().replaceFirst("; `.*", "")),
          e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads ppo4j's own presets. */
  static List<Preset> own() {
    try (InputStream in = TunedPreset.class.getResourceAsStream("presets-ppo4j.json")) {
      return all(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException("presets-ppo4j.json cannot be read", e);
    }
  }

  /** Reads a list of presets, which are used by default. */
  static List<Preset> all(InputStream json) throws IOException {
    List<Preset> presets = new ArrayList<>();
    for (TunedPreset each : Json.MAPPER.readValue(json, TunedPreset[].class)) {
      presets.add(each.preset(NAME));
    }
    return presets;
  }

  private Preset preset(String name) {
    return new Preset(
        name,
        env,
        "found by " + finding.command(),
        null,
        true,
        FlatJson.values(hyperparameters),
        Algorithm.of(algorithm),
        finding);
  }
}
