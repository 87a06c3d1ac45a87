package dev.tenon.jobs.processor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The allowed dependencies between the processor's packages. */
@AnalyzeClasses(packages = "dev.tenon.jobs.processor", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("processors")
          .definedBy("dev.tenon.jobs.processor")
          .layer("step")
          .definedBy("dev.tenon.jobs.processor.step")
          .layer("round")
          .definedBy("dev.tenon.jobs.processor.round")
          .layer("write")
          .definedBy("dev.tenon.jobs.processor.write")
          .layer("export")
          .definedBy("dev.tenon.jobs.processor.export")
          .layer("lock")
          .definedBy("dev.tenon.jobs.processor.lock")
          .layer("check")
          .definedBy("dev.tenon.jobs.processor.check")
          .layer("read")
          .definedBy("dev.tenon.jobs.processor.read")
          .layer("model")
          .definedBy("dev.tenon.jobs.processor.model")
          .whereLayer("processors")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("step")
          .mayOnlyBeAccessedByLayers("processors")
          .whereLayer("round")
          .mayOnlyBeAccessedByLayers("processors", "step")
          .whereLayer("write")
          .mayOnlyBeAccessedByLayers("step")
          .whereLayer("export")
          .mayOnlyBeAccessedByLayers("step")
          .whereLayer("lock")
          .mayOnlyBeAccessedByLayers("processors", "step")
          .whereLayer("check")
          .mayOnlyBeAccessedByLayers("processors", "step", "lock")
          .whereLayer("read")
          .mayOnlyBeAccessedByLayers("processors", "step", "round", "export", "lock", "check");

  @ArchTest
  static final ArchRule NOTHING_DEPENDS_ON_THE_INSIDE_OF_A_COMPILER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.sun.tools..", "org.eclipse..");

  /** Other compilers do not have what javac offers. */
  @ArchTest
  static final ArchRule ONE_CLASS_READS_SOURCES =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.StepCalls(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.source..");
}
