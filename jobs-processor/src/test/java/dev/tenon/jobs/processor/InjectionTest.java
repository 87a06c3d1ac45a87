package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The annotation that marks the constructors of generated classes for containers. */
class InjectionTest extends ModuleSources {

  private Compilation.Result compile(List<Path> libraries) {
    return Compilation.in(directory)
        .classPath(libraries)
        .source("core/Module.java", module("core", "", false))
        .source("core/Mail.java", payload("core", "Mail"))
        .source("core/MailHandler.java", handler("core", "core", "Mail"))
        .options("-Werror")
        .run()
        .clean();
  }

  private static void assertInjectedBy(String annotation, Map<String, String> generated) {
    assertThat(generated.get("core/CoreJobsHandlers.java"))
        .contains("import " + annotation + ";")
        .contains("  @Inject\n  public CoreJobsHandlers(MailHandler mailHandler) {");
    assertThat(generated.get("core/CoreJobs.java"))
        .contains("import " + annotation + ";")
        .contains("  @Inject\n  public CoreJobs(JobService service) {")
        .doesNotContain("@Inject\n  private");
  }

  @Test
  void jakartaComesFirst() {
    List<Path> both = TestPath.dagger().stream().filter(jar -> !isDagger(jar)).toList();
    assertThat(both).hasSize(2);

    assertInjectedBy("jakarta.inject.Inject", compile(TestPath.jakartaInject()).generated());
    assertInjectedBy("jakarta.inject.Inject", compile(both).generated());
  }

  private static boolean isDagger(Path jar) {
    return jar.getFileName().toString().startsWith("dagger-");
  }

  @Test
  void javaxIsTakenWhereThereIsNoOther() {
    Map<String, String> generated = compile(TestPath.javaxInject()).generated();

    assertInjectedBy("javax.inject.Inject", generated);
    assertThat(generated).doesNotContainKey("core/CoreJobsDaggerModule.java");
  }

  @Test
  void withoutEitherNothingIsAnnotated() {
    assertThat(compile(List.of()).generated().values())
        .allSatisfy(text -> assertThat(text).doesNotContain("Inject", "dagger"));
  }

  @Test
  void aJavaModuleThatDoesNotReadTheAnnotationsIsNotGivenThem() {
    String moduleInfo =
        """
        module core {
          requires dev.tenon.jobs.runtime;%s

          provides dev.tenon.jobs.definition.ModuleDefinition with core.CoreJobsModule;
        }
        """;

    assertThat(onModulePath(moduleInfo.formatted("")).values())
        .allSatisfy(text -> assertThat(text).doesNotContain("Inject", "dagger"));
    assertInjectedBy(
        "jakarta.inject.Inject", onModulePath(moduleInfo.formatted("\nrequires jakarta.inject;")));
  }

  private Map<String, String> onModulePath(String moduleInfo) {
    return Compilation.in(directory)
        .classPath(TestPath.jakartaInject())
        .source("module-info.java", moduleInfo)
        .source("core/Module.java", module("core", "", false))
        .source("core/Mail.java", payload("core", "Mail"))
        .source("core/MailHandler.java", handler("core", "core", "Mail"))
        // Javac reads no jar of the module path that nothing requires
        .options("--add-modules", "jakarta.inject")
        .run()
        .clean()
        .generated();
  }
}
