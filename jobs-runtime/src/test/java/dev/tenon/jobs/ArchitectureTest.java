package dev.tenon.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

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

  /** The rooms below {@code dev.tenon.jobs.internal}, from the top, and which may call each. */
  private static final Map<String, String> CALLERS =
      Map.ofEntries(
          entry("submit", "runtime"),
          entry("worker", "runtime"),
          entry("attempt", "worker"),
          entry("recording", "attempt worker"),
          entry("maintenance", "runtime"),
          entry("steps", "attempt worker runtime"),
          entry("signal", "worker maintenance runtime"),
          entry("rollout", "runtime"),
          entry("scaling", "runtime"),
          entry("operate", "scaling maintenance runtime"),
          entry("publish", "maintenance runtime"),
          entry("workflow", "operate runtime"),
          entry("flow", "scaling operate worker maintenance runtime"),
          entry("schedule", "publish maintenance runtime"),
          entry(
              "store",
              "publish workflow flow schedule operate scaling signal submit steps recording attempt"
                  + " worker maintenance runtime"),
          entry("leader", "store publish flow schedule operate maintenance runtime"),
          entry("schema", "rollout runtime"),
          entry(
              "sql",
              "schema leader store publish workflow flow schedule operate scaling rollout signal steps"
                  + " recording worker maintenance runtime"),
          entry(
              "values",
              "rollout store workflow flow schedule operate submit steps attempt worker runtime"),
          entry("broker", "attempt worker maintenance runtime"),
          entry("liveness", "leader store signal worker maintenance runtime"),
          entry("cron", "schedule"),
          entry("cursor", "operate submit runtime"),
          entry("listeners", "operate steps attempt worker maintenance runtime"),
          entry(
              "pointer",
              "broker store publish workflow schedule operate signal submit maintenance runtime"),
          entry(
              "background",
              "broker listeners liveness values sql schema leader store publish workflow flow schedule"
                  + " operate signal submit steps recording attempt worker maintenance runtime"));

  @ArchTest static final ArchRule ROOMS = rooms();

  private static ArchRule rooms() {
    String[] all =
        Stream.concat(Stream.of("runtime"), CALLERS.keySet().stream()).toArray(String[]::new);
    var rooms =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("definition")
            .definedBy("dev.tenon.jobs.definition")
            .layer("root")
            .definedBy(
                "dev.tenon.jobs",
                "dev.tenon.jobs.listen",
                "dev.tenon.jobs.operate",
                "dev.tenon.jobs.workflow")
            .layer("options")
            .definedBy("dev.tenon.jobs.options")
            .layer("plan")
            .definedBy("dev.tenon.jobs.internal.plan")
            .layer("runtime")
            .definedBy("dev.tenon.jobs.runtime");
    for (String room : CALLERS.keySet()) {
      rooms = rooms.layer(room).definedBy("dev.tenon.jobs.internal." + room);
    }
    rooms =
        rooms
            .whereLayer("runtime")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("options")
            .mayOnlyBeAccessedByLayers(all)
            .whereLayer("plan")
            .mayOnlyBeAccessedByLayers("root", "runtime")
            .whereLayer("root")
            .mayOnlyBeAccessedByLayers(with("plan", with("options", all)))
            .whereLayer("definition")
            .mayOnlyBeAccessedByLayers(with("plan", with("options", with("root", all))));
    for (var room : CALLERS.entrySet()) {
      rooms = rooms.whereLayer(room.getKey()).mayOnlyBeAccessedByLayers(room.getValue().split(" "));
    }
    return rooms;
  }

  private static String[] with(String layer, String... others) {
    return Stream.concat(Stream.of(layer), Stream.of(others)).toArray(String[]::new);
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.tenon.jobs.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THESE_ROOMS_SPEAK_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.tenon.jobs.internal.sql",
              "dev.tenon.jobs.internal.schema",
              "dev.tenon.jobs.internal.leader",
              "dev.tenon.jobs.internal.store",
              "dev.tenon.jobs.internal.publish",
              "dev.tenon.jobs.internal.flow",
              "dev.tenon.jobs.internal.workflow",
              "dev.tenon.jobs.internal.schedule",
              "dev.tenon.jobs.internal.operate",
              "dev.tenon.jobs.internal.rollout",
              "dev.tenon.jobs.internal.scaling")
          .should()
          .dependOnClassesThat(resideInAPackage("dev.tenon.jobs.libraries.jooq.."));

  @ArchTest
  static final ArchRule NO_CLASS_IS_LOOKED_UP =
      noClasses().should().callMethod(Class.class, "forName", String.class);

  /** A longer list of arguments is a type that nobody has named. */
  private static final int MAX_CONSTRUCTOR_PARAMETERS = 7;

  /** Records that have a component for each column of a row, or for each value that users read. */
  private static final Set<String> ROWS =
      Set.of(
          "Activity",
          "Attempt",
          "ClaimedJob",
          "FailureGroup",
          "LockedSchedule",
          "NewJob",
          "NewSchedule",
          "NewStep",
          "NewTask",
          "NewWorkflow",
          "Ready",
          "Row",
          "Server",
          "StoredAttempt",
          "StoredJob",
          "StoredJobSummary",
          "StoredOperation",
          "StoredRecord",
          "StoredRecordOfSignal",
          "StoredSchedule",
          "StoredStep",
          "StoredWorkflow",
          "Submitted",
          "WaitingJob",
          "Worker");

  /** Classes that still have too many. Nothing comes to this list, and what is fixed leaves it. */
  private static final Set<String> WITH_LONG_CONSTRUCTORS = Set.of("RuntimeSettings");

  @ArchTest
  static void noConstructorHasMoreParametersThanAReaderCanTellApart(JavaClasses classes) {
    Set<String> found = new TreeSet<>();
    for (JavaClass each : classes.that(resideInAnyPackage("..internal..", "..runtime.."))) {
      for (JavaConstructor constructor : each.getConstructors()) {
        boolean isRow = each.isRecord() && ROWS.contains(each.getSimpleName());
        if (!isRow && constructor.getParameters().size() > MAX_CONSTRUCTOR_PARAMETERS) {
          found.add(each.getSimpleName());
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(WITH_LONG_CONSTRUCTORS);
  }
}
