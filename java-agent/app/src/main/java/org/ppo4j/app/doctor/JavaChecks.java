package org.ppo4j.app.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.ppo4j.agent.kernel.Kernels;

/** Java, what it may use, and what builds the project. */
final class JavaChecks {
  private static final long MIN_HEAP_MB = 128;
  private static final long MIN_FILES = 256;
  private static final int MIN_JAVA = 25;

  private final Machine machine;

  JavaChecks(Machine machine) {
    this.machine = machine;
  }

  List<Finding> all(long heapMegabytes, int cores) {
    return List.of(
        jdk(),
        vectorApi(),
        memory(heapMegabytes),
        cores(cores),
        files(),
        encoding(),
        classPath(),
        maven(),
        project());
  }

  private Finding jdk() {
    String text =
        "%s of %s in %s"
            .formatted(
                machine.property("java.version"),
                machine.property("java.vendor"),
                machine.property("java.home"));
    int feature = Integer.parseInt(machine.property("java.specification.version"));
    if (feature < MIN_JAVA) {
      return Finding.missing(
          "JDK", text, "install a JDK 25 or newer (https://adoptium.net) and set JAVA_HOME to it");
    }
    boolean isCompiled = machine.property("java.vm.info").contains("mixed mode");
    return isCompiled
        ? Finding.ok("JDK", text)
        : Finding.missing(
            "JDK",
            text + ", in %s, which is 20 times slower".formatted(machine.property("java.vm.info")),
            "take -Xint out of JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS and _JAVA_OPTIONS");
  }

  private Finding vectorApi() {
    String name = "Vector API";
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return Finding.note(
          name,
          "not available; networks are three to ten times slower",
          "start ppo4j with ./ppo4j, or Java with --add-modules=jdk.incubator.vector");
    }
    int lanes = Kernels.best().padding();
    return lanes > 1
        ? Finding.ok(name, "%d floats at a time".formatted(lanes))
        : Finding.note(name, "this processor has no vectors of floats", null);
  }

  private Finding memory(long megabytes) {
    String text = "Java may use %,d MB".formatted(megabytes);
    return megabytes >= MIN_HEAP_MB
        ? Finding.ok("Memory", text)
        : Finding.missing(
            "Memory",
            text + "; most trainings need %d MB".formatted(MIN_HEAP_MB),
            "raise the limit of the container, or set JAVA_TOOL_OPTIONS=-Xmx1g");
  }

  private Finding cores(int cores) {
    return cores > 1
        ? Finding.ok("Cores", Integer.toString(cores))
        : Finding.note("Cores", "1; actor and critic learn one after the other", null);
  }

  private Finding files() {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
      return Finding.ok("Open files", "unlimited");
    }
    long max = unix.getMaxFileDescriptorCount();
    return max >= MIN_FILES
        ? Finding.ok("Open files", "%,d".formatted(max))
        : Finding.missing(
            "Open files",
            "%d, too few for workers and run folders".formatted(max),
            "ulimit -n 1024");
  }

  private Finding encoding() {
    String encoding = machine.property("sun.jnu.encoding");
    return Charset.isSupported(encoding) && Charset.forName(encoding).newEncoder().canEncode('ü')
        ? Finding.ok("Locale", encoding)
        : Finding.note(
            "Locale",
            "%s: names of files with other letters are refused".formatted(encoding),
            "start ppo4j with ./ppo4j, or set LC_ALL=C.UTF-8");
  }

  private Finding classPath() {
    String name = "Class path";
    List<String> broken = new ArrayList<>();
    String own = machine.variable("PPO4J_CLASSPATH");
    for (String entry : own.split(":", -1)) {
      if (!entry.isEmpty() && !entry.endsWith("/*")) {
        brokenEntry(Path.of(entry)).ifPresent(broken::add);
      }
    }
    if (!broken.isEmpty()) {
      return Finding.missing(
          name,
          "PPO4J_CLASSPATH: " + String.join(", ", broken),
          "correct PPO4J_CLASSPATH, or build what it names");
    }
    return Finding.ok(name, own.isEmpty() ? "ppo4j alone" : "PPO4J_CLASSPATH=" + own);
  }

  private static Optional<String> brokenEntry(Path entry) {
    if (!Files.exists(entry)) {
      return Optional.of(entry + " does not exist");
    }
    if (Files.isDirectory(entry)) {
      return Optional.empty();
    }
    try (ZipFile _ = new ZipFile(entry.toFile())) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(entry + " is not a jar");
    }
  }

  private Finding maven() {
    Optional<Path> maven = machine.program("mvn");
    return maven.isPresent()
        ? Finding.ok("Maven", maven.get().toString())
        : Finding.note(
            "Maven",
            "not on PATH; only a build needs it",
            "install Maven 3.8 or newer (https://maven.apache.org)");
  }

  private Finding project() {
    Path home = machine.home();
    if (home == null) {
      return Finding.note("Project", "not started by ./ppo4j", null);
    }
    return Machine.obstacle(home.resolve("java-agent/app/target"))
        .map(
            obstacle ->
                Finding.note(
                    "Project",
                    obstacle + "; what was built runs, but nothing can be built",
                    "sudo chown -R \"$(id -un)\" " + home))
        .orElseGet(() -> Finding.ok("Project", home.toString()));
  }
}
