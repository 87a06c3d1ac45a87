package dev.tenon.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the runtime, and which may know which. */
@AnalyzeClasses(
    packages = "dev.tenon.jobs",
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.WithoutLibraries.class})
class ArchitectureTest {

  /** What is inside of jobs-libraries is not ours to judge. */
  static final class WithoutLibraries implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/dev/tenon/jobs/libraries/");
    }
  }

  @ArchTest
  static final ArchRule ROOMS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("runtime")
          .definedBy("dev.tenon.jobs.runtime")
          .layer("submit")
          .definedBy("dev.tenon.jobs.internal.submit")
          .layer("worker")
          .definedBy("dev.tenon.jobs.internal.worker")
          .layer("maintenance")
          .definedBy("dev.tenon.jobs.internal.maintenance")
          .layer("store")
          .definedBy("dev.tenon.jobs.internal.store")
          .layer("broker")
          .definedBy("dev.tenon.jobs.internal.broker")
          .layer("background")
          .definedBy("dev.tenon.jobs.internal.background")
          .layer("listeners")
          .definedBy("dev.tenon.jobs.internal.listeners")
          .layer("pointer")
          .definedBy("dev.tenon.jobs.internal.pointer")
          .layer("cron")
          .definedBy("dev.tenon.jobs.internal.cron")
          .layer("root")
          .definedBy("dev.tenon.jobs")
          .layer("definition")
          .definedBy("dev.tenon.jobs.definition")
          .whereLayer("runtime")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("submit")
          .mayOnlyBeAccessedByLayers("runtime")
          .whereLayer("worker")
          .mayOnlyBeAccessedByLayers("runtime")
          .whereLayer("maintenance")
          .mayOnlyBeAccessedByLayers("runtime")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("runtime", "submit", "worker", "maintenance")
          .whereLayer("broker")
          .mayOnlyBeAccessedByLayers("runtime", "worker", "maintenance")
          .whereLayer("listeners")
          .mayOnlyBeAccessedByLayers("worker", "maintenance", "runtime")
          .whereLayer("background")
          .mayOnlyBeAccessedByLayers(
              "store", "broker", "listeners", "submit", "worker", "maintenance", "runtime")
          .whereLayer("pointer")
          .mayOnlyBeAccessedByLayers(
              "store", "broker", "submit", "worker", "maintenance", "runtime")
          .whereLayer("cron")
          .mayOnlyBeAccessedByLayers("maintenance", "runtime")
          .whereLayer("definition")
          .mayOnlyBeAccessedByLayers(
              "root", "store", "broker", "submit", "worker", "maintenance", "runtime")
          .whereLayer("root")
          .mayOnlyBeAccessedByLayers(
              "store", "broker", "listeners", "submit", "worker", "maintenance", "runtime");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.tenon.jobs.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_STORE_SPEAKS_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.tenon.jobs.internal.store")
          .should()
          .dependOnClassesThat(resideInAPackage("dev.tenon.jobs.libraries.jooq.."));

  @ArchTest
  static final ArchRule NO_CLASS_IS_LOOKED_UP =
      noClasses().should().callMethod(Class.class, "forName", String.class);
}
