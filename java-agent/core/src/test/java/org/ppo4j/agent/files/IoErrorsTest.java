package org.ppo4j.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
  void saysWhereTextIsNoJson() {
    assertThat(reason(() -> new ObjectMapper().readTree("{\"a\": 1,\n ?}")))
        .isEqualTo("it is not JSON at line 2, column 2");
  }

  @Test
  void givesTheSystemsReasonForTheRest() {
    Path below = file.resolve("below");
    assertThat(reason(() -> Files.writeString(below, ""))).isEqualTo(below + ": Not a directory");
    assertThat(IoErrors.reason(new IOException("the pipe is closed")))
        .isEqualTo("the pipe is closed");
  }

  @Test
  void namesTheFileInsteadOfTheTemporaryOne() {
    Path temporary = folder.resolve(".tmp-policy.zip");
    Path wanted = folder.resolve("policy.zip");
    assertThat(named(new AccessDeniedException(temporary.toString()), temporary, wanted))
        .isEqualTo("permission to %s is denied".formatted(wanted));
    String name = temporary.toString();
    assertThat(named(new FileSystemException(name, null, "File name too long"), temporary, wanted))
        .isEqualTo(wanted + ": File name too long");
    assertThat(named(new FileNotFoundException(name + " (Is a directory)"), temporary, wanted))
        .isEqualTo(wanted + " (Is a directory)");
    IOException other = new IOException("No space left on device");
    assertThat(IoErrors.named(other, temporary, wanted)).isSameAs(other);
    Path missing = folder.resolve("missing");
    Path below = missing.resolve("policy.zip");
    assertThatThrownBy(() -> AtomicFile.write(below, out -> out.write(1)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
  }

  private static String named(IOException e, Path temporary, Path file) {
    return IoErrors.reason(IoErrors.named(e, temporary, file));
  }

  private static String reason(ThrowingCallable use) {
    return IoErrors.reason(catchThrowableOfType(IOException.class, use));
  }
}
