package org.ppo4j.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Reading data never makes objects of classes that the data names: no Java serialisation, no
 * polymorphic JSON by class name, no pickle, no YAML with tags; and nothing runs a shell.
 */
@AnalyzeClasses(packages = "org.ppo4j", importOptions = ArchitectureTest.WithoutTests.class)
class NoCodeFromDataTest {
  private static final Path ROOT = Path.of("../..");

  private static final DescribedPredicate<JavaClass> SERIALISES =
      describe(
          "classes that serialise objects or run scripts",
          type ->
              Set.of(
                          "java.io.ObjectInput",
                          "java.io.ObjectInputStream",
                          "java.io.ObjectOutput",
                          "java.io.ObjectOutputStream",
                          "java.io.Externalizable",
                          "java.beans.XMLDecoder",
                          "java.beans.XMLEncoder",
                          "java.rmi.MarshalledObject",
                          "org.apache.commons.lang3.SerializationUtils",
                          "org.nd4j.common.util.SerializationUtils",
                          "org.yaml.snakeyaml.Yaml")
                      .contains(type.getName())
                  || type.getPackageName().startsWith("javax.naming")
                  || type.getPackageName().startsWith("javax.script")
                  || type.getPackageName().startsWith("java.rmi"));

  @ArchTest
  static final ArchRule nothingUsesJavaSerialisation =
      noClasses().should().dependOnClassesThat(SERIALISES);

  @ArchTest
  static final ArchRule nothingHooksIntoJavaSerialisation =
      noMethods()
          .should()
          .haveName("readObject")
          .orShould()
          .haveName("readResolve")
          .orShould()
          .haveName("readExternal");

  /** DL4J's own reader deserialises Java objects that a model file may contain. */
  @ArchTest
  static final ArchRule modelsOfDl4jAreWrittenAndNeverRead =
      noClasses()
          .should()
          .accessTargetWhere(
              calls(
                  "org.deeplearning4j.util.ModelSerializer", "restore.*|addObject.*|getObject.*"));

  @ArchTest
  static final ArchRule jsonNamesNoClasses =
      noClasses()
          .should()
          .accessTargetWhere(
              calls(
                  "com.fasterxml.jackson.databind.ObjectMapper",
                  "(activate|enable|set)DefaultTyping.*"));

  @ArchTest
  static final ArchRule annotationsLetJsonNameNoClasses =
      noClasses().should().beAnnotatedWith(namesClasses());

  @ArchTest
  static final ArchRule annotatedFieldsLetJsonNameNoClasses =
      noFields().should().beAnnotatedWith(namesClasses());

  @ArchTest
  static final ArchRule nothingRunsACommandThatIsOneText =
      noClasses().should().accessTargetWhere(calls("java.lang.Runtime", "exec"));

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaAnnotation<?>>
      namesClasses() {
    return describe(
        "JsonTypeInfo by class",
        annotation ->
            annotation.getRawType().isEquivalentTo(JsonTypeInfo.class)
                && !annotation
                    .get("use")
                    .map(Object::toString)
                    .orElse("")
                    .matches(".*\\bNAME\\b.*"));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(String owner, String method) {
    return describe(
        "calls of %s.%s".formatted(owner, method),
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getOwner().getName().equals(owner)
                && target.getName().matches(method));
  }

  /** What the rules must find. */
  @SuppressWarnings("deprecation") // the command that is one text
  static final class Offender {
    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    static class ByClass {}

    Object readObject(byte[] bytes) throws IOException, ClassNotFoundException {
      new ObjectMapper().activateDefaultTyping(null);
      Runtime.getRuntime().exec("true");
      try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        return List.of(in.readObject(), new ByClass());
      }
    }
  }

  @Test
  void theRulesFindOffenders() {
    var offenders = new ClassFileImporter().importClasses(Offender.class, Offender.ByClass.class);
    for (ArchRule rule :
        List.of(
            nothingUsesJavaSerialisation,
            nothingHooksIntoJavaSerialisation,
            jsonNamesNoClasses,
            annotationsLetJsonNameNoClasses,
            nothingRunsACommandThatIsOneText)) {
      assertThatThrownBy(() -> rule.check(offenders)).as(rule.getDescription()).isNotNull();
    }
  }

  /** What Python's sources must not contain: readers that run code, and shells. */
  private static final Pattern PYTHON =
      Pattern.compile(
          "\\b(?:import|from)"
              + " +(?:pickle|_pickle|cPickle|marshal|shelve|dill|cloudpickle|joblib)\\b|\\bfrom"
              + " +yaml\\b"
              + "|\\b(?:pickle|marshal)\\.loads?\\b|\\byaml\\.(?:unsafe_|full_)?load\\b|\\btorch\\.load\\b|allow_pickle"
              + " *= *True|shell *= *True"
              + "|\\bos\\.(?:system|popen)\\b|\\bgetoutput\\b|(?<![.\\w])eval\\(");

  @Test
  void pythonNeitherUnpicklesNorRunsAShell() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(ROOT)) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".py"))
              .filter(
                  file -> !file.toString().matches(".*/(?:target|\\.venv[^/]*|\\.peers|runs)/.*"))
              .toList();
    }
    assertThat(sources).hasSizeGreaterThan(20);
    for (Path source : sources) {
      Matcher found = PYTHON.matcher(Files.readString(source));
      assertThat(found.find() ? found.group() : "").as(source.toString()).isEmpty();
    }
  }

  @Test
  void thePatternFindsOffenders() {
    for (String line :
        List.of(
            "import pickle",
            "from marshal import loads",
            "x = yaml.load(f)",
            "torch.load(p)",
            "np.load(p, allow_pickle=True)",
            "run(c, shell=True)",
            "os.system(c)",
            "y = eval(x)")) {
      assertThat(PYTHON.matcher(line).find()).as(line).isTrue();
    }
    assertThat(PYTHON.matcher("model.eval()").find()).isFalse();
  }

  /** Two shells run constant scripts, one of which takes the command as its arguments. */
  private static final List<String> CONSTANTS =
      List.of(
          "List.of(\"/bin/sh\", \"-c\", GUARD, \"sh\")",
          "ProcessBuilder(\"/bin/sh\", \"-c\", TERMINAL_SIZE)");

  @Test
  void javaStartsNoShellThatReadsData() throws IOException {
    Pattern shell = Pattern.compile("\"(?:/bin/)?(?:ba|da|z)?sh\"");
    assertThat(shell.matcher("List.of(\"sh\", \"-c\", id)").find()).isTrue();
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList();
      assertThat(sources).hasSizeGreaterThan(300);
      for (Path source : sources) {
        String text = Files.readString(source);
        for (String constant : CONSTANTS) {
          text = text.replace(constant, "");
        }
        assertThat(shell.matcher(text).find()).as(source.toString()).isFalse();
      }
    }
  }
}
