package org.ppo4j.lab.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
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
 * The measurements of a benchmark; the content of {@code bench.json}.
 *
 * @param provenance the versions and the machine that made it, and when
 * @param processor the model of the processor
 * @param cores the number of cores that the JVM saw
 * @param command the command line
 * @param rounds the number of times each program was to be run
 * @param peers versions of the peers' packages, by peer
 * @param workloads the workloads that were started; {@code works} in the file
 */
public record BenchResult(
    Provenance provenance,
    String processor,
    int cores,
    String command,
    int rounds,
    Map<String, Map<String, String>> peers,
    @JsonProperty("works") List<WorkloadResult> workloads) {

  public BenchResult {
    peers = new TreeMap<>(peers);
    workloads = List.copyOf(workloads);
  }

  /**
   * Reads a {@code bench.json}.
   *
   * @throws IllegalArgumentException if the file is not one; the message is a sentence
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

  /** Returns whether ppo4j itself failed in a workload. */
  public boolean oursFailed() {
    return workloads.stream().anyMatch(workload -> workload.ours().failure() != null);
  }
}
