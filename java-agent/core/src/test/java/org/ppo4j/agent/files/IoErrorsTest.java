package org.ppo4j.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoErrorsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("file"), "text");
  }

  @Test
  void namesWhatIsMissing() {
    Path missing = folder.resolve("missing");
    assertThat(reason(() -> Files.readString(missing))).isEqualTo(missing + " does not exist");
  }

  @Test
  void namesWhatIsInTheWay() {
    assertThat(reason(() -> Files.createDirectories(file)))
        .isEqualTo(file + " is there already, as a file");
    assertThat(reason(() -> Files.createDirectory(folder))).isEqualTo(folder + " is there already");
    assertThat(reason(() -> Files.list(file))).isEqualTo(file + " is not a folder");
    assertThat(reason(() -> Files.delete(folder))).isEqualTo(folder + " is not empty");
  }

  @Test
  void givesTheSystemsReasonForTheRest() {
    Path below = file.resolve("below");
    assertThat(reason(() -> Files.writeString(below, ""))).isEqualTo(below + ": Not a directory");
    assertThat(IoErrors.reason(new IOException("the pipe is closed")))
        .isEqualTo("the pipe is closed");
  }

  private static String reason(ThrowingCallable use) {
    return IoErrors.reason(catchThrowableOfType(IOException.class, use));
  }
}
