package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobsModule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a runtime finds the job modules of its application, and what it says where it does not. */
class JobModulesTest {

  private static final Path ROOT = Path.of("..");
  private static final ClassLoader NOTHING = ClassLoader.getPlatformClassLoader();

  @Test
  void findsWhatIsListed() {
    assertThat(JobModules.find())
        .singleElement()
        .isInstanceOfSatisfying(
            TestJobsModule.class, module -> assertThat(module.name()).isEqualTo("TestJobs"));
  }

  @Test
  void whatTwoClassLoadersFindCountsOnce() {
    ClassLoader here = JobModulesTest.class.getClassLoader();

    assertThat(JobModules.find(NOTHING, here, here)).hasSize(1);
  }

  @Test
  void whereNothingIsListedItSaysWhatToAddToTheBuild() {
    assertThatThrownBy(() -> JobModules.find(NOTHING))
        .isInstanceOf(JobsException.class)
        .hasMessageStartingWith("Found no job types")
        .hasMessageContaining(ProcessorSetup.snippets())
        .hasMessageEndingWith("JobsRuntime.builder().modules().");
  }

  @Test
  void whatIsListedAndNotThereIsReported(@TempDir Path directory) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(ModuleDefinition.class.getName()), "shop.GoneJobsModule");

    try (URLClassLoader classLoader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, NOTHING)) {
      assertThatThrownBy(() -> JobModules.find(classLoader))
          .isInstanceOf(JobsException.class)
          .hasMessageContaining("Rebuild the application")
          .hasStackTraceContaining("shop.GoneJobsModule");
    }
  }

  @Test
  void theSnippetsNameTheVersionOfToday() throws IOException {
    Matcher version =
        Pattern.compile("<version>([^<]+)</version>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(version.find()).isTrue();

    assertThat(ProcessorSetup.snippets())
        .contains("<version>" + version.group(1) + "</version>")
        .contains("annotationProcessor(\"dev.tenon:jobs-processor:" + version.group(1) + "\")");
  }

  @Test
  void theDocumentsShowTheSameSnippets() throws IOException {
    String text = ProcessorSetup.snippets();
    String plugin = text.substring(text.indexOf("<plugin>"), text.indexOf("</plugin>"));
    String gradle = text.substring(text.indexOf("annotationProcessor(")).strip();

    assertThat(comparable(ROOT.resolve("README.md"))).contains(comparable(plugin));
    assertThat(comparable(ROOT.resolve("docs/setup.md")))
        .contains(comparable(plugin), comparable(gradle));
  }

  private static String comparable(Path document) throws IOException {
    return comparable(Files.readString(document));
  }

  /** Without versions and indentation, which depends on what stands around a snippet. */
  private static String comparable(String text) {
    return text.replaceAll("(?m)^ +", "")
        .replaceAll("<version>[^<]+</version>", "<version/>")
        .replaceAll("jobs-processor:[^\"]+\"", "jobs-processor\"");
  }

  @Test
  void aWorkerWithoutHandlersIsRefused() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();

      assertThatThrownBy(() -> runtime.startWorker(TestJobs.handlers()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The worker of module TestJobs would run nothing")
          .hasMessageEndingWith(ProcessorSetup.snippets());
    }
  }

  @Test
  void aProcessMayHaveNoJobTypes() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start(fixture.builder().modules());

      assertThat(runtime.health().isHealthy()).isTrue();
    }
  }

  @Test
  void twoModulesThatMeanDifferentThingsByOneTypeAreRefused() {
    ModuleDefinition other = new Module("OtherJobs", ordersOfAnotherKind(), List.of());

    assertThatThrownBy(
            () ->
                JobsRuntime.builder()
                    .database("jdbc:postgresql://127.0.0.1:1/none", "", "")
                    .modules(new TestJobsModule(), other)
                    .start())
        .isInstanceOfSatisfying(
            JobsException.class, e -> assertThat(e.jobType()).hasValue(TestJobs.ORDER.type()))
        .hasMessage(
            "Job type 'test.order.place' is declared in the module TestJobs by"
                + " dev.tenon.jobs.TestJobs$Order and in the module OtherJobs by java.lang.String. Rename one of them, or remove its module from the class path.");
  }

  @Test
  void aModuleThatTwoIncludeIsNoContradiction() {
    ModuleDefinition shared = new TestJobsModule();

    JobModules.check(
        List.of(
            new Module("OneJobs", List.of(), List.of(shared)),
            new Other("TwoJobs", List.of(shared)),
            shared));
  }

  @Test
  void aTypeMayNotBeAnAliasInAnotherModule() {
    ModuleDefinition other =
        new Module(
            "OtherJobs",
            List.of(
                TestCodecs.builder("test.renamed", String.class, Void.class)
                    .aliases(TestJobs.ORDER.type())
                    .build()),
            List.of());

    assertThatThrownBy(() -> JobModules.check(List.of(new TestJobsModule(), other)))
        .hasMessage(
            "Job type 'test.order.place' is declared in the module TestJobs by"
                + " dev.tenon.jobs.TestJobs$Order and in the module OtherJobs by java.lang.String (as an alias of 'test.renamed'). Rename one of them, or remove its module from the class path.");
  }

  @Test
  void anIncludedModuleIsCheckedToo() {
    ModuleDefinition outer =
        new Other("OuterJobs", List.of(new Module("InnerJobs", ordersOfAnotherKind(), List.of())));

    assertThatThrownBy(() -> JobModules.check(List.of(new TestJobsModule(), outer)))
        .hasMessageContaining("in the module InnerJobs");
  }

  private static List<JobDefinition<?, ?>> ordersOfAnotherKind() {
    return List.of(
        TestCodecs.builder(TestJobs.ORDER.type(), String.class, Void.class).build(),
        TestCodecs.builder("test.other", Order.class, Void.class).build());
  }

  private record Module(
      String name, List<JobDefinition<?, ?>> definitions, List<ModuleDefinition> includes)
      implements ModuleDefinition {
    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return Optional.empty();
    }
  }

  private record Other(String name, List<ModuleDefinition> includes) implements ModuleDefinition {
    @Override
    public List<JobDefinition<?, ?>> definitions() {
      return List.of();
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return Optional.empty();
    }
  }
}
