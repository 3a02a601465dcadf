package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** The launcher in a separate project with this build's classes; the commands are real. */
final class LaunchedProject {
  private final Path folder;
  private final Path launcher;
  private final Path archive;

  /** Creates a project in {@code folder}, in which commands run. */
  LaunchedProject(Path folder) throws IOException {
    this.folder = folder.toRealPath();
    Path home = Files.createDirectories(this.folder.resolve("project"));
    Path target = Files.createDirectories(home.resolve("java-agent/app/target"));
    launcher = Files.copy(Path.of("../../ppo4j"), home.resolve("ppo4j"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.copy(Path.of("../jvm-options"), home.resolve("java-agent/jvm-options"));
    writeJars(target);
    Files.writeString(target.resolve("launcher.stamp"), "of no sources");
    archive =
        Files.createFile(
            target.resolve("launcher.jsa")); // an empty file: the archive could not be made
  }

  /** Writes the files of a build: two jars, one of which refers to this JVM's class path. */
  private static void writeJars(Path target) throws IOException {
    String urls =
        Arrays.stream(classPath().split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    Files.createDirectories(target.resolve("lib"));
    writeJar(target.resolve("ppo4j-app.jar"), "");
    writeJar(target.resolve("lib/all.jar"), urls);
    Files.writeString(target.resolve("classpath.txt"), "lib/all.jar");
  }

  private static void writeJar(Path file, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
  }

  /** Sets the archive of classes that commands start from. */
  void archive(byte[] content) throws IOException {
    Files.write(archive, content);
  }

  /** Returns this JVM's class path without the classes of tests. */
  static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.matches(".*(test-classes/?|-tests\\.jar)"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs {@code ./ppo4j args} with these variables in addition to this process's. */
  CommandRun run(Map<String, String> variables, String... args)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(args));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PPO4J_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new CommandRun(process.exitValue(), read(out), withoutNotice(read(err)));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** Removes the line that the JVM prints on every start. */
  private static String withoutNotice(String err) {
    return err.replaceFirst("WARNING: Using incubator modules: .*\n", "");
  }
}
