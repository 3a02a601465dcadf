package org.ppo4j.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.Json;

/**
 * What was measured; the content of {@code bench.json}.
 *
 * @param provenance what made it, and when
 * @param processor the model of the processor
 * @param cores how many cores were seen
 * @param command the command line
 * @param rounds how often each program was to be run
 * @param peers versions of the peers' packages, by peer
 * @param works the works that were begun
 */
public record BenchResult(
    Provenance provenance,
    String processor,
    int cores,
    String command,
    int rounds,
    Map<String, Map<String, String>> peers,
    List<WorkResult> works) {

  public BenchResult {
    peers = new TreeMap<>(peers);
    works = List.copyOf(works);
  }

  /**
   * Reads a {@code bench.json}.
   *
   * @throws IllegalArgumentException if it is none; the message is a sentence
   */
  public static BenchResult read(Path file) {
    try {
      return Json.MAPPER.readValue(Files.readString(file), BenchResult.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not a bench.json; give one that ./ppo4j bench has written".formatted(file), e);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no file %s; give the bench.json of an earlier ./ppo4j bench".formatted(file),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  void write(Path file) throws IOException {
    byte[] json = Json.MAPPER.writeValueAsBytes(this);
    AtomicFile.write(file, out -> out.write(json));
  }

  /** Whether ppo4j itself failed in a work. */
  public boolean oursFailed() {
    return works.stream().anyMatch(work -> work.ours().failure() != null);
  }
}
