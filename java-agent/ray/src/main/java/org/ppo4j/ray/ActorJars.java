package org.ppo4j.ray;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The part of this JVM's class path that an actor needs, as one zip file: ppo4j's jars and their
 * libraries, without those of the command line and of DL4J, and what the user has added. Folders of
 * classes become jars. The same class path gives the same bytes.
 */
final class ActorJars {
  private static final String NAMES = "actor-jars.txt";
  private static final long SAME_TIME = 0;

  private ActorJars() {}

  /**
   * Returns the zip file.
   *
   * @param classPath the class path
   * @param added entries of it that the user has added, which are all taken
   */
  static byte[] zip(String classPath, String added) {
    Set<String> needed = names();
    Set<String> ofUser = new HashSet<>(entries(added));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(0); // jars are compressed
      int index = 0;
      for (String entry : entries(classPath)) {
        Path path = Path.of(entry);
        boolean isFolder = Files.isDirectory(path);
        String name = String.valueOf(path.getFileName());
        if (isFolder || ofUser.contains(entry) || needed.contains(name)) {
          add(zip, "%02d-%s".formatted(index++, isFolder ? name + ".jar" : name));
          if (isFolder) {
            zip.write(jar(path));
          } else if (Files.exists(path)) {
            Files.copy(path, zip);
          }
          zip.closeEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path for the actors", e);
    }
    return bytes.toByteArray();
  }

  private static List<String> entries(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  private static void add(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(SAME_TIME);
    zip.putNextEntry(entry);
  }

  private static byte[] jar(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes);
        Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        add(jar, folder.relativize(each).toString().replace(File.separatorChar, '/'));
        Files.copy(each, jar);
        jar.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** Returns the names of the jars that this module and its dependencies are. */
  private static Set<String> names() {
    try (InputStream in = ActorJars.class.getResourceAsStream(NAMES)) {
      if (in == null) {
        throw new IllegalStateException(NAMES + " is missing from the build");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<String> names = new ArrayList<>();
      for (String path : text.strip().split(":", -1)) {
        names.add(path.substring(path.lastIndexOf('/') + 1));
      }
      ownName().ifPresent(names::add);
      return new HashSet<>(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the name of the jar of this class. */
  private static Optional<String> ownName() {
    CodeSource source = ActorJars.class.getProtectionDomain().getCodeSource();
    return source == null
        ? Optional.empty()
        : Optional.of(String.valueOf(Path.of(source.getLocation().getPath()).getFileName()));
  }
}
