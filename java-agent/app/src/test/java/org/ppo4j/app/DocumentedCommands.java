package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of documents: every indented line that starts a program. Those of {@code ./ppo4j}
 * are run by the launcher of the archive, page by page and in their order, in a folder that is
 * empty at first, with one home for all pages; trainings are shortened. Others, and those that
 * would not end, are listed here with the reason.
 */
final class DocumentedCommands {
  private static final Path DOCS = Path.of("../../docs");
  private static final Path TEST_OPTIONS =
      Path.of("../test-jvm-options").toAbsolutePath().normalize();

  private static final Pattern PROGRAM =
      Pattern.compile(
          "(?:[A-Z0-9_]+=\\S+"
              + " )*(?:\\./ppo4j|bin/ppo4j|java|jbang|mvn|docker|tar|curl|cd|tensorboard|\\./build)"
              + " .*");
  private static final Pattern VARIABLE = Pattern.compile("^([A-Z0-9_]+)=(\\S+) ");

  /** Commands that do not run here, by their text, and why. */
  private static final Map<String, String> ELSEWHERE = elsewhere();

  private final Path launcher;
  private final Path home;

  /**
   * Unpacks the archive.
   *
   * @param folder an empty folder, for the archive and the home
   */
  DocumentedCommands(Path folder) throws IOException, InterruptedException {
    launcher =
        Archive.unpack(Files.createDirectory(folder.resolve("installation"))).resolve("bin/ppo4j");
    home = Files.createDirectory(folder.resolve("home"));
  }

  private static Map<String, String> elsewhere() {
    String archive = "ArchiveCheck runs the archive";
    String service = "a test of java-agent/policy builds and calls the service";
    String docker = "there is no Docker in the build";
    String jbang = "there is no JBang in the build; docs/deployment.md says how it was tried";
    Map<String, String> all = new LinkedHashMap<>();
    all.put("tensorboard --logdir runs", "serves until it is ended; TensorBoardTest reads runs");
    all.put(
        "WANDB_MODE=offline ./ppo4j train CartPole-v1 --track wandb --run-dir runs/tracked-wandb",
        "TrackOptionTest does this; the package is installed as MLflow's is");
    all.put("mvn package", service);
    all.put("mvn -DskipTests package", archive);
    all.put(
        "mvn -DskipTests -Pimage package",
        "takes a minute; docs/deployment.md says when it was run");
    all.put("tar xzf java-agent/app/target/ppo4j-0.2.0.tar.gz -C ~", archive);
    all.put("~/ppo4j-0.2.0/bin/ppo4j train CartPole-v1", archive);
    all.put("java -jar ~/ppo4j-0.2.0/ppo4j-app.jar train CartPole-v1", archive);
    all.put("docker build -f docs/docker/Dockerfile -t ppo4j .", docker);
    all.put("docker run --rm -v \"$PWD/runs:/work/runs\" ppo4j train CartPole-v1", docker);
    all.put("mvn -DskipTests install", service);
    all.put("cd docs/examples/service", service);
    all.put("java -jar target/service.jar ../hello/cartpole.zip 8080", service);
    all.put("curl -d '[0.01, 0.02, -0.03, 0.04]' http://localhost:8080/act", service);
    all.put("jbang org.ppo4j:ppo4j-app:0.2.0 train CartPole-v1", jbang);
    return all;
  }

  /** Returns the commands that are listed with the reason why they do not run here. */
  static Set<String> listed() {
    return ELSEWHERE.keySet();
  }

  /** Returns the commands of a page that do not run here. */
  static List<String> others(String page) throws IOException {
    return commands(page).stream().filter(line -> !isRun(line)).toList();
  }

  /**
   * Runs the commands of a page.
   *
   * @param folder an empty folder, where they run
   */
  void run(String page, Path folder) throws IOException, InterruptedException {
    Path examples = Files.createDirectories(folder.resolve("docs/examples"));
    Files.copy(DOCS.resolve("examples/cartpole.yaml"), examples.resolve("cartpole.yaml"));
    List<String> commands = commands(page).stream().filter(DocumentedCommands::isRun).toList();
    assertThat(page.equals("deployment.md") || !commands.isEmpty()).isTrue();
    for (String command : commands) {
      run(page, command, folder);
    }
  }

  private void run(String page, String command, Path folder)
      throws IOException, InterruptedException {
    String rest = command;
    Map<String, String> variables = new LinkedHashMap<>();
    for (Matcher variable = VARIABLE.matcher(rest); variable.find(); variable.reset(rest)) {
      variables.put(variable.group(1), variable.group(2));
      rest = rest.substring(variable.end());
    }
    List<String> words = new ArrayList<>(List.of(rest.split(" +", -1)));
    words.set(0, launcher.toString());
    if (words.get(1).equals("train")) {
      shorten(words);
    }
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PPO4J_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JDK_JAVA_OPTIONS", "\"@" + TEST_OPTIONS + "\"");
    // pip's way to say --no-compile: most of what is installed is never imported.
    builder.environment().put("PIP_NO_COMPILE", "no");
    builder.environment().putAll(variables);
    int code = builder.start().waitFor();
    assertThat(code)
        .as(() -> "%s: %s%n%s".formatted(page, String.join(" ", words), read(output)))
        .isZero();
  }

  /** Gives a training few steps, and what comes every so many steps its place among them. */
  private static void shorten(List<String> words) {
    boolean isLander = words.contains("LunarLander-v3");
    for (String option : List.of("--eval-every", "--checkpoint-every", "--capture-video")) {
      int at = words.indexOf(option);
      if (at >= 0) {
        words.set(at + 1, "2048");
      }
    }
    int at = words.indexOf("--total-timesteps");
    if (at >= 0) {
      words.subList(at, at + 2).clear();
    }
    words.addAll(List.of("--total-timesteps", isLander ? "20000" : "4096"));
    int env = words.indexOf("ENV");
    if (env >= 0) {
      words.set(env, "CartPole-v1");
    }
  }

  private static boolean isRun(String command) {
    return command.contains("./ppo4j ") && !ELSEWHERE.containsKey(command);
  }

  /** Returns the indented lines that start a program, joined where they continue. */
  private static List<String> commands(String page) throws IOException {
    List<String> commands = new ArrayList<>();
    String text = Files.readString(DOCS.resolve(page)).replaceAll("\\\\\n +", "");
    boolean isFenced = false;
    for (String line : text.lines().toList()) {
      isFenced ^= line.startsWith("```");
      String command = line.strip().replaceFirst(" {2,}#.*", "");
      if (!isFenced && line.startsWith("    ") && isCommand(command)) {
        commands.add(command);
      }
    }
    return commands;
  }

  private static boolean isCommand(String line) {
    return PROGRAM.matcher(line.replaceFirst("^~/\\S*/", "")).matches()
        || line.startsWith("~/ppo4j");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
