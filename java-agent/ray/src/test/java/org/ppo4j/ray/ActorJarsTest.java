package org.ppo4j.ray;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actors receive the jars that they need, and those of the user. */
class ActorJarsTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, name);
  }

  @Test
  void foldersAndJarsOfTheUserAndOfDependenciesAreTaken() throws IOException {
    file("classes/a/B.class");
    Path user = file("user.jar");
    Path needed = file("py4j-0.10.9.9.jar");
    Path other = file("nd4j-native.jar");
    String classPath = String.join(":", folder + "/classes", other + "", needed + "", user + "");

    byte[] zip = ActorJars.zip(classPath, user.toString());

    assertThat(names(zip)).containsExactly("00-classes.jar", "01-py4j-0.10.9.9.jar", "02-user.jar");
    assertThat(ActorJars.zip(classPath, user.toString())).isEqualTo(zip);
  }

  private static List<String> names(byte[] zip) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
        names.add(each.getName());
      }
    }
    return names;
  }
}
