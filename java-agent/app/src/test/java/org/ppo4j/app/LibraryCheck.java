package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Provenance;

/**
 * Maven projects made of the snippets of {@code docs/library.md}, and of the program in {@code
 * README.md}, on this build's jars. Runs after the jars are made. What else Maven needs comes from
 * the user's repository and, where that lacks it, from the network: a project that uses ppo4j gets
 * other versions of some libraries than this build, whose root manages them.
 */
class LibraryCheck {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final String VERSION = Provenance.version();

  /** The modules with a jar, by folder. */
  private static final List<String> JARS =
      List.of(
          "envs",
          "java-agent/policy",
          "java-agent/core",
          "java-agent/gymnasium",
          "java-agent/ray",
          "java-agent/dl4j",
          "java-agent/tokens",
          "java-agent/lab",
          "java-agent/junit",
          "java-agent/live",
          "java-agent/app");

  @TempDir private Path folder;
  private Path repository = Path.of("");
  private String document = "";

  @BeforeEach
  void fillRepository() throws IOException {
    document = Files.readString(ROOT.resolve("docs/library.md"));
    repository = folder.resolve("repository");
    publishPom("ppo4j", "");
    publishPom("ppo4j-java-agent", "java-agent");
    publishPom("ppo4j-bom", "java-agent/bom");
    for (String module : JARS) {
      String artifact = artifact(module);
      Path published = publishPom(artifact, module);
      String jar = artifact.equals("ppo4j-app") ? "ppo4j-app" : artifact + "-" + VERSION;
      Files.copy(
          ROOT.resolve(module).resolve("target").resolve(jar + ".jar"),
          published.resolve("%s-%s.jar".formatted(artifact, VERSION)));
    }
    // What the build has downloaded comes from the user's repository, the rest as usual.
    String user =
        "<id>user</id><url>%s</url>"
            .formatted(Path.of(System.getProperty("ppo4j.test.repository")).toUri());
    Files.writeString(
        folder.resolve("settings.xml"),
        """
        <settings>
          <profiles>
            <profile>
              <id>user</id>
              <repositories><repository>%1$s</repository></repositories>
              <pluginRepositories><pluginRepository>%1$s</pluginRepository></pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>user</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(user));
  }

  @Test
  void everyDependencyResolves() throws IOException, InterruptedException {
    List<String> dependencies = snippets("xml", "<dependency>");
    assertThat(dependencies).hasSize(4);
    // An artifact of two snippets is in the project once.
    Set<String> distinct = new LinkedHashSet<>();
    for (String snippet : dependencies) {
      distinct.addAll(List.of(snippet.split("(?<=</dependency>)\\s*", -1)));
    }
    Path project = project(String.join("", distinct));
    write(
        project,
        "com/example/All.java",
        """
        package com.example;

        final class All {
          static final Class<?>[] TYPES = {
            org.ppo4j.agent.Training.class,
            org.ppo4j.dl4j.PolicyExport.class,
            org.ppo4j.env.Envs.class,
            org.ppo4j.gymnasium.PythonVectorEnv.class,
            org.ppo4j.policy.Policy.class
          };
        }
        """);

    assertThat(maven(project, "compile")).isEmpty();
    assertThat(project.resolve("target/classes/com/example/All.class")).exists();
  }

  @Test
  void aModuleTrainsWithoutOptions() throws IOException, InterruptedException {
    Path project = project(toTrainAndAct());
    write(project, "module-info.java", snippets("java", "module ").getFirst());
    write(project, "com/example/Main.java", snippets("java", "package com.example;").getFirst());

    assertThat(maven(project, "compile", "dependency:build-classpath")).isEmpty();
    String path =
        project.resolve("target/classes")
            + File.pathSeparator
            + Files.readString(project.resolve("target/libraries.txt"));
    String output = java(project, "-p", path, "-m", "com.example/com.example.Main");

    assertThat(project.resolve("cartpole.zip")).as(output).exists();
    assertThat(output.lines().toList().getLast()).matches("\\[[01]\\.0]");
    assertThat(output).doesNotContain("--add-modules");
  }

  @Test
  void theExampleTrainsAndActs() throws IOException, InterruptedException {
    Path example = ROOT.resolve("docs/examples/hello");
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.copy(example.resolve("pom.xml"), project.resolve("pom.xml"));
    String source = "org/ppo4j/example/Hello.java";
    write(project, source, Files.readString(example.resolve("src/main/java").resolve(source)));

    assertThat(maven(project, "package", "-Dppo4j.version=" + VERSION)).isEmpty();
    String output = java(project, "--add-modules=jdk.incubator.vector", "-jar", "target/hello.jar");

    assertThat(output).contains("SOLVED after ").contains("[0.01, 0.02, -0.03, 0.04] -> [");
    assertThat(output).doesNotContain("SLF4J");
    assertThat(project.resolve("cartpole.zip")).exists();
  }

  /** Started without the option, it also shows that the logging back end prints the warning. */
  @Test
  void theProgramOfTheReadmeNeedsNoMoreThanTheDependenciesToTrainAndAct()
      throws IOException, InterruptedException {
    Path project = project(toTrainAndAct());
    String readme = Files.readString(ROOT.resolve("README.md"));
    write(project, "Main.java", snippets(readme, "java", "import ").getFirst());

    assertThat(maven(project, "compile", "dependency:build-classpath")).isEmpty();
    String path =
        project.resolve("target/classes")
            + File.pathSeparator
            + Files.readString(project.resolve("target/libraries.txt"));
    String output = java(project, "-cp", path, "Main");

    assertThat(output.lines())
        .hasSize(3)
        .anyMatch(line -> line.matches("SOLVED after \\d+ steps"))
        .anyMatch(line -> line.contains("start Java with --add-modules=jdk.incubator.vector"))
        .last()
        .isEqualTo("1.0");
  }

  @Test
  void theDocumentsHaveThisBuildsVersionOfSlf4j() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    Matcher property = Pattern.compile("<slf4j\\.version>.*</slf4j\\.version>").matcher(pom);
    assertThat(property.find()).isTrue();
    String version = property.group().replace("slf4j.", "");

    assertThat(toTrainAndAct()).contains(version);
    assertThat(Files.readString(ROOT.resolve("docs/examples/hello/pom.xml")))
        .contains(property.group());
  }

  @Test
  void theBomNamesEveryJar() throws IOException {
    List<String> named =
        Pattern.compile("<artifactId>(ppo4j-(?!bom)[a-z0-9]+)</artifactId>")
            .matcher(Files.readString(ROOT.resolve("java-agent/bom/pom.xml")))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(named).containsExactlyElementsOf(JARS.stream().map(LibraryCheck::artifact).toList());
  }

  private static String artifact(String module) {
    return "ppo4j-" + module.substring(module.lastIndexOf('/') + 1);
  }

  private Path publishPom(String artifact, String module) throws IOException {
    Path published =
        Files.createDirectories(repository.resolve("org/ppo4j").resolve(artifact).resolve(VERSION));
    Files.copy(
        ROOT.resolve(module).resolve("pom.xml"),
        published.resolve("%s-%s.pom".formatted(artifact, VERSION)));
    return published;
  }

  /** Returns the dependencies under "To train and act". */
  private String toTrainAndAct() {
    return snippets(
            document.substring(document.indexOf("\nTo train and act:\n")), "xml", "<dependency>")
        .getFirst();
  }

  /** Returns the document's snippets of that language that begin so. */
  private List<String> snippets(String language, String start) {
    return snippets(document, language, start);
  }

  private static List<String> snippets(String text, String language, String start) {
    return Pattern.compile("```" + language + "\n(" + start + ".*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private Path project(String dependencies) throws IOException {
    Path project = Files.createDirectories(folder.resolve("project"));
    String bom = snippets("xml", "<dependencyManagement>").getFirst();
    assertThat(bom).contains("<version>0.2.0</version>");
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>com.example</groupId>
          <artifactId>consumer</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.release>25</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
            <mdep.outputFile>target/libraries.txt</mdep.outputFile>
          </properties>
          %s
          <dependencies>
            %s
          </dependencies>
          <build>
            <plugins>
              <plugin>
                <artifactId>maven-resources-plugin</artifactId>
                <version>3.3.1</version>
              </plugin>
              <plugin>
                <artifactId>maven-compiler-plugin</artifactId>
                <version>3.14.1</version>
              </plugin>
              <plugin>
                <artifactId>maven-dependency-plugin</artifactId>
                <version>3.8.1</version>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(bom.replace("0.2.0", VERSION), dependencies));
    return project;
  }

  private static void write(Path project, String name, String source) throws IOException {
    Path file = project.resolve("src/main/java").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
  }

  /** Returns Maven's errors. */
  private String maven(Path project, String... goals) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("ppo4j.test.maven"), "bin", "mvn").toString(),
                "-B",
                "-q",
                "-gs",
                folder.resolve("settings.xml").toString(),
                "-Dmaven.repo.local=" + repository));
    command.addAll(List.of(goals));
    return run(project, command)
        .lines()
        .filter(line -> line.contains("ERROR"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private static String java(Path project, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    return run(project, command);
  }

  /** Returns what the command writes, and fails if it fails. */
  private static String run(Path project, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .merge(
            "MAVEN_OPTS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            (users, ours) -> users + " " + ours);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
