package org.ppo4j.tokens.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;

/** Writes data sets of JSON lines. */
final class DataFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DataFile() {}

  static void write(Path file, List<Map<String, String>> lines) {
    try {
      AtomicFile.write(
          file,
          out -> {
            for (Map<String, String> line : lines) {
              out.write(MAPPER.writeValueAsBytes(new TreeMap<>(line)));
              out.write('\n');
            }
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
