package org.ppo4j.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AppendedFileTest {
  @TempDir private Path parent;
  private final List<String> told = new ArrayList<>();
  private Path folder;
  private Path path;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(parent.resolve("run"));
    path = folder.resolve("rows.csv");
  }

  private AppendedFile open(boolean locked) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (locked) {
      assertThat(AppendedFile.isFree(channel)).isTrue();
    }
    return new AppendedFile(path, channel, ascii("head\n"), locked, trouble());
  }

  private WriteTrouble trouble() {
    return new WriteTrouble(told::add, "rows wait");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void row(AppendedFile file, String row) {
    file.write(ascii(row), row.length());
    file.endRecord();
  }

  @Test
  void writesWholeRecords() throws IOException {
    try (AppendedFile file = open(false)) {
      row(file, "1\n");
      file.write(ascii("half"), 4);
      file.flush();
      assertThat(path).hasContent("head\n1\n");
      file.write(ascii("\n"), 1);
      file.endRecord();
      for (int i = 0; i < 10_000; i++) {
        row(file, "row\n");
      }
    }

    assertThat(Files.readString(path)).isEqualTo("head\n1\nhalf\n" + "row\n".repeat(10_000));
    assertThat(told).isEmpty();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot rename an open file's folder")
  void whatIsMissingIsWrittenWhenAMovedFolderIsBack() throws IOException {
    try (AppendedFile file = open(true)) {
      row(file, "1\n");
      file.flush();
      Path away = parent.resolve("away");
      Files.move(folder, away);
      row(file, "2\n");
      file.flush();
      row(file, "3\n");
      file.force();
      assertThat(away.resolve("rows.csv")).hasContent("head\n1\n");
      assertThat(told)
          .containsExactly(
              "Warning: cannot write %s: its folder was deleted or moved; rows wait"
                  .formatted(path));

      Files.move(away, folder);
      file.flush();
      assertThat(path).hasContent("head\n1\n2\n3\n");
      assertThat(told)
          .hasSize(2)
          .last()
          .isEqualTo("Warning: %s can be written again".formatted(path));
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot delete an open file")
  void aDeletedFileIsMadeAgainWithItsFirstRecordAndLocked() throws IOException {
    try (AppendedFile file = open(true)) {
      row(file, "1\n");
      file.flush();
      Files.delete(path);
      Files.delete(folder);
      row(file, "2\n");
      file.flush();
      Files.createDirectory(folder);
      file.flush();
      assertThat(path).hasContent("head\n2\n");
      assertThat(told)
          .hasSize(3)
          .element(1)
          .asString()
          .contains("was deleted or moved; it is made");
      try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
        assertThat(AppendedFile.isFree(other)).isFalse();
      }

      Files.delete(path); // without its folder, before anything is written
      row(file, "3\n");
      file.flush();
      assertThat(path).hasContent("head\n3\n");
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its files have no keys")
  void aCopyIsContinuedAndAnotherFileIsLeftAlone() throws IOException {
    AppendedFile file = open(false);
    row(file, "1\n");
    file.flush();
    Path away = Files.move(path, parent.resolve("away.csv"));
    Files.copy(away, path);
    row(file, "2\n");
    file.flush();
    assertThat(path).hasContent("head\n1\n2\n");
    assertThat(told).isEmpty();

    Files.move(path, parent.resolve("first.csv"));
    Files.writeString(path, "precious");
    row(file, "3\n");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(file::close)
        .withMessage("cannot write %s: it was replaced by another file", path);
    assertThat(path).hasContent("precious");
  }

  @Test
  void aFileIsMadeWhenItIsFirstWritten() throws IOException {
    AppendedFile file = new AppendedFile(path, ascii("head\n"), trouble());
    Files.delete(folder);
    row(file, "1\n");
    file.flush();
    row(file, "2\n");
    file.flush();
    Files.createDirectory(folder);
    file.close();

    assertThat(path).hasContent("head\n1\n2\n");
  }

  /** {@code /dev/full} answers every write as a full disk does. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void waitingRecordsAreBoundedAndCloseFails() throws IOException {
    Files.createSymbolicLink(path, Path.of("/dev/full"));
    AppendedFile file = open(false);
    byte[] megabyte = new byte[1 << 20];
    for (int i = 0; i < 20; i++) {
      file.write(megabyte, megabyte.length);
      file.endRecord();
    }
    file.flush();

    assertThat(told)
        .containsExactly(
            "Warning: cannot write %s: No space left on device; rows wait".formatted(path),
            "Warning: 16 MB wait to be written to %s; what comes until it can be written is lost"
                .formatted(path));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(file::close)
        .withMessage("cannot write %s: No space left on device", path);
    assertThat(told)
        .hasSize(3)
        .last()
        .isEqualTo("Warning: the last 20 records of %s are lost".formatted(path));
  }
}
