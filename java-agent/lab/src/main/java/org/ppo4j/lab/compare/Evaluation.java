package org.ppo4j.lab.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;

/**
 * Deterministic episodes of a trained policy; the content of {@code evaluation.json} in the folder
 * of the training.
 *
 * @param policy the name of the policy's file
 * @param sha256 the file's checksum: a training that is resumed from an earlier checkpoint writes
 *     another file of the same name
 * @param seed the environment's seed
 * @param returns sums of raw rewards, {@code [episodes]}
 */
public record Evaluation(String policy, String sha256, long seed, double[] returns) {
  static final String FILE = "evaluation.json";

  private static final ObjectReader READER =
      Json.MAPPER
          .readerFor(Evaluation.class)
          .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** Describes episodes of the policy in {@code file}. */
  public static Evaluation of(Path file, long seed, double[] returns) {
    return new Evaluation(file.getFileName().toString(), sha256(file), seed, returns);
  }

  /**
   * Returns the evaluation in {@code folder} if it is one of the policy in {@code file}; none if it
   * is of another policy, incomplete or damaged.
   */
  public static Optional<Evaluation> read(Path folder, Path file) {
    Path json = folder.resolve(FILE);
    try {
      return Files.exists(json)
          ? Optional.<Evaluation>ofNullable(READER.readValue(Files.readString(json)))
              .filter(each -> each.sha256.equals(sha256(file)))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + json, e);
    }
  }

  /** Writes it into {@code folder}, whole or not at all. */
  public void write(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      AtomicFile.write(file, out -> out.write(Json.MAPPER.writeValueAsBytes(this)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
