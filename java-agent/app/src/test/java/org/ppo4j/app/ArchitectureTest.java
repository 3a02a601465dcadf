package org.ppo4j.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;

/** The dependencies between packages and between modules. */
@AnalyzeClasses(packages = "org.ppo4j", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
  /** Leaves out classes of tests, in folders as well as in the jars of a packaged build. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return new DoNotIncludeTests().includes(location) && !location.contains("-tests.jar");
    }
  }

  /** The packages of the modules; each module depends only on modules before it. */
  private static final List<String> MODULES =
      List.of(
          "org.ppo4j.env..",
          "org.ppo4j.agent..",
          "org.ppo4j.gymnasium..",
          "org.ppo4j.ray..",
          "org.ppo4j.dl4j..",
          "org.ppo4j.tokens..",
          "org.ppo4j.lab..",
          "org.ppo4j.junit..",
          "org.ppo4j.live..",
          "org.ppo4j.app..");

  /** Every package is a slice, the root packages of the modules included. */
  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                  return SliceIdentifier.of(javaClass.getPackageName());
                }

                @Override
                public String getDescription() {
                  return "packages";
                }
              })
          .should()
          .beFreeOfCycles();

  @ArchTest
  static void modulesDependOnModulesBeforeThem(
      com.tngtech.archunit.core.domain.JavaClasses classes) {
    for (int i = 0; i + 1 < MODULES.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage(MODULES.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MODULES.subList(i + 1, MODULES.size()).toArray(String[]::new))
          .check(classes);
    }
  }

  /** What users' tests need is the core alone. */
  @ArchTest
  static final ArchRule theJunitExtensionNeedsTheCoreAlone =
      noClasses()
          .that()
          .resideInAPackage("org.ppo4j.junit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.ppo4j.gymnasium..", "org.ppo4j.dl4j..", "org.ppo4j.lab..");

  @ArchTest
  static final ArchRule onlyItsModuleSeesJunit =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.junit..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.junit..");

  /** The root package may use all others of its module; none of them uses it. */
  @ArchTest
  static final ArchRule nothingInCoreDependsOnItsRootPackage =
      noClasses()
          .that()
          .resideInAPackage("org.ppo4j.agent.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.ppo4j.agent");

  @ArchTest
  static final ArchRule nobodyOutsideSeesAConcreteEnvironment =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.env..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.ppo4j.env.classic..", "org.ppo4j.env.mujoco..");

  @ArchTest
  static final ArchRule onlyKernelsSeeTheVectorApi =
      noClasses()
          .that()
          .haveNameNotMatching("org\\.ppo4j\\.agent\\.kernel\\.Vector\\w+")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  @ArchTest
  static final ArchRule onlyItsModuleSeesNd4j =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule onlyItsModuleSeesTokenizers =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.tokens..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyItsModuleSeesPy4j =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.gymnasium..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("py4j..");

  @ArchTest
  static final ArchRule onlyTheCommandLineSeesItsLibraries =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.ppo4j.app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback..");
}
