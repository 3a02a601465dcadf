package org.ppo4j.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages. */
@AnalyzeClasses(packages = "org.ppo4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.ppo4j.agent.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule environmentsKnowNoAgent =
      noClasses()
          .that()
          .resideInAPackage("org.ppo4j.env..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.ppo4j.agent..");

  @ArchTest
  static final ArchRule nobodyOutsideSeesAConcreteEnvironment =
      noClasses()
          .that()
          .resideInAPackage("org.ppo4j.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.ppo4j.env.*..");

  @ArchTest
  static final ArchRule onlyOneClassSeesTheVectorApi =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.ppo4j.agent.kernel.VectorKernels")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  @ArchTest
  static final ArchRule onlyTheDl4jClassesSeeNd4j =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Dl4j")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule theLearnerKnowsNeitherBridgeNorCommands =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..kernel..",
              "..network..",
              "..policy..",
              "..loss..",
              "..rollout..",
              "..advantage..",
              "..update..",
              "..checkpoint..",
              "..evaluate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..agent.bridge..", "..agent.cli..");
}
