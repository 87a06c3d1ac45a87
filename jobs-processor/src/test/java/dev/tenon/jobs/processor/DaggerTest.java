package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dagger.internal.codegen.ComponentProcessor;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dagger with the module that is generated for it, in the same compilation and in others. */
class DaggerTest extends ModuleSources {

  private static final JobService SERVICE =
      (JobService)
          Proxy.newProxyInstance(
              JobService.class.getClassLoader(),
              new Class<?>[] {JobService.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  /** A handler that Dagger can create. */
  private static String injected(String packageName, String payloadPackage, String payload) {
    return handler(packageName, payloadPackage, payload)
        .replaceFirst(
            "implements JobHandler<.*",
            "$0\n  @jakarta.inject.Inject\n  public %sHandler() {}\n".formatted(payload));
  }

  /** A component with the handlers class and these submit classes. */
  private static String component(String name, String... submitClasses) {
    String module = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "Jobs";
    StringBuilder methods = new StringBuilder("  %sHandlers handlers();\n".formatted(module));
    for (int i = 0; i < submitClasses.length; i++) {
      methods.append("  %s submits%d();\n".formatted(submitClasses[i], i));
    }
    return """
        package %s;

        import dagger.BindsInstance;
        import dagger.Component;
        import dev.tenon.jobs.JobService;

        @Component(modules = %sDaggerModule.class)
        public interface Main {
        %s
          @Component.Factory
          interface Factory {
            Main create(@BindsInstance JobService service);
          }

          static Main of(JobService service) {
            return DaggerMain.factory().create(service);
          }
        }
        """
        .formatted(name, module, methods);
  }

  private static Object main(ClassLoader loader, String name) throws Exception {
    return loader.loadClass(name).getMethod("of", JobService.class).invoke(null, SERVICE);
  }

  private static Object call(Object component, String method) throws Exception {
    return component.getClass().getInterfaces()[0].getMethod(method).invoke(component);
  }

  private Compilation shop() {
    return Compilation.in(directory)
        .source(
            "core/package-info.java",
            "@dev.tenon.jobs.annotation.JobModule(\"CoreJobs\")\npackage core;")
        .source("core/Mail.java", payload("core", "Mail"))
        .source("core/MailHandler.java", injected("core", "core", "Mail"))
        .source("core/Index.java", payload("core", "Index"))
        .source("core/IndexHandler.java", injected("core", "core", "Index"))
        .source("core/Main.java", component("core", "CoreJobs"))
        .options("-Werror");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneCompilationMakesEverything(boolean daggerFirst) throws Exception {
    Compilation compilation = shop().classPath(TestPath.dagger());
    if (daggerFirst) {
      compilation.onlyProcessors(
          new ComponentProcessor(), new JobsProcessor(), new JobsModuleProcessor());
    } else {
      compilation.processor(new ComponentProcessor());
    }
    Compilation.Result result = compilation.run().clean();

    try (URLClassLoader loader = result.load()) {
      Object main = main(loader, "core.Main");
      assertThat(types((JobHandlers) call(main, "handlers")))
          .containsExactly("core.index", "core.mail");
      assertThat(call(main, "submits0").getClass().getName()).isEqualTo("core.CoreJobs");
    }
  }

  @Test
  void whatIsGeneratedIsAsExpected() {
    Map<String, String> generated = new TreeMap<>(shop().dagger().run().clean().generated());
    generated
        .keySet()
        .retainAll(
            List.of(
                "core/CoreJobs.java",
                "core/CoreJobsDaggerModule.java",
                "core/CoreJobsHandlers.java"));

    assertThat(generated).hasSize(3);
    generated.forEach(
        (path, text) ->
            Golden.check(Golden.RESOURCES.resolve("expected/dagger").resolve(path + ".txt"), text));
  }

  @Test
  void aHandlerThatCannotBeMadeIsAnErrorOfDagger() {
    Compilation.Result result =
        shop().source("core/MailHandler.java", handler("core", "core", "Mail")).dagger().run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Main.java:8:8: error: [Dagger/MissingBinding] ")
        .contains("core.MailHandler cannot be provided without an @Inject constructor")
        .contains("core.CoreJobsDaggerModule.coreJobsHandlers(…, mailHandler)");
  }

  @Test
  void aHandlerThatAModuleOfTheUsersProvidesNeedsNoInject() throws Exception {
    Compilation.Result result =
        shop()
            .source("core/MailHandler.java", handler("core", "core", "Mail"))
            .source(
                "core/Mails.java",
                """
                package core;

                @dagger.Module
                interface Mails {
                  @dagger.Provides
                  static MailHandler mailHandler() {
                    return new MailHandler();
                  }
                }
                """)
            .source(
                "core/Main.java",
                component("core", "CoreJobs")
                    .replace(
                        "modules = CoreJobsDaggerModule.class",
                        "modules = {CoreJobsDaggerModule.class, Mails.class}"))
            .dagger()
            .run()
            .clean();

    try (URLClassLoader loader = result.load()) {
      assertThat(types((JobHandlers) call(main(loader, "core.Main"), "handlers"))).hasSize(2);
    }
  }

  @Test
  void aMissingJobServiceIsAnErrorOfDagger() {
    Compilation.Result result =
        shop()
            .source(
                "core/Main.java",
                """
                package core;

                @dagger.Component(modules = CoreJobsDaggerModule.class)
                public interface Main {
                  CoreJobs jobs();
                }
                """)
            .dagger()
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("[Dagger/MissingBinding] dev.tenon.jobs.JobService cannot be provided")
        .contains("CoreJobsDaggerModule.coreJobs(service)");
  }

  @Test
  void anErrorOfTenonComesFirst() {
    Compilation.Result result =
        shop()
            .source("core/MailHandler.java", "package core; final class MailHandler {}")
            .dagger()
            .run();

    assertThat(result.diagnostics()).hasSize(2);
    assertThat(result.diagnostics().get(0))
        .contains("[JobsMissingHandler] 'core.mail' has no handler.");
    // Dagger gives up on each component after any error, and says so
    assertThat(result.diagnostics().get(1))
        .contains("unable to process 'core.Main'", "check above for compilation errors");
  }

  private Compilation.Result library(boolean withHandlers) {
    Compilation library =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", !withHandlers))
            .source("core/Mail.java", payload("core", "Mail"));
    if (withHandlers) {
      library.source("core/MailHandler.java", injected("core", "core", "Mail"));
    }
    return library.dagger().options("-Werror").run().clean();
  }

  @Test
  void definitionsOfALibraryBringTheirSubmitClass() throws Exception {
    Compilation.Result core = library(false);
    assertThat(core.generated().get("core/CoreJobsDaggerModule.java"))
        .contains("static CoreJobs coreJobs(JobService service)")
        .doesNotContain("Handlers", "each handler");

    assertWorks(core, "Module(\n    includes = {CoreJobsDaggerModule.class}\n)");
  }

  @Test
  void handlersOfALibraryAreMadeByItsOwnModule() throws Exception {
    Compilation.Result core = library(true);
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/Main.java", component("app", "core.CoreJobs"))
            .dagger()
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core)) {
      Object main = main(loader, "app.Main");
      assertThat(types((JobHandlers) call(main, "handlers"))).containsExactly("core.mail");
      assertThat(call(main, "submits0").getClass().getName()).isEqualTo("core.CoreJobs");
    }
  }

  @Test
  void aLibraryWithoutDaggerIsMadeByTheModuleThatIncludesIt() throws Exception {
    assertWorks(definitions("core", "Mail"), "static CoreJobs coreJobs(JobService service)");
  }

  @Test
  void aLibraryWithInjectNeedsNothing() throws Exception {
    Compilation.Result core =
        Compilation.in(directory)
            .classPath(TestPath.jakartaInject())
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail"))
            .run()
            .clean();

    Map<String, String> generated =
        assertWorks(core, "Module\npublic interface AppJobsDaggerModule {");
    assertThat(generated.get("app/AppJobsDaggerModule.java")).doesNotContain("JobService");
  }

  /** An application that has the handler of the library's type, but no job types. */
  private Map<String, String> assertWorks(Compilation.Result core, String inDaggerModule)
      throws Exception {
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", injected("app", "core", "Mail"))
            .source("app/Main.java", component("app", "core.CoreJobs"))
            .dagger()
            .options("-Werror")
            .run()
            .clean();
    assertThat(app.generated().get("app/AppJobsDaggerModule.java")).contains(inDaggerModule);
    try (URLClassLoader loader = app.load(core)) {
      Object main = main(loader, "app.Main");
      assertThat(types((JobHandlers) call(main, "handlers"))).containsExactly("core.mail");
      assertThat(call(main, "submits0").getClass().getName()).isEqualTo("core.CoreJobs");
    }
    return app.generated();
  }

  @Test
  void manyHandlersAreMadeInGroups() throws Exception {
    Compilation compilation =
        Compilation.in(directory).source("core/Module.java", module("core", "", false));
    for (int i = 0; i < 101; i++) {
      String name = "Mail" + i;
      compilation
          .source("core/" + name + ".java", payload("core", name))
          .source("core/" + name + "Handler.java", injected("core", "core", name));
    }
    Compilation.Result result =
        compilation.source("core/Main.java", component("core", "CoreJobs")).dagger().run().clean();

    try (URLClassLoader loader = result.load()) {
      assertThat(types((JobHandlers) call(main(loader, "core.Main"), "handlers"))).hasSize(101);
    }
  }

  @Test
  void aNameThatIsTakenIsReported() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail"))
            .source(
                "core/CoreJobsDaggerModule.java", "package core; interface CoreJobsDaggerModule {}")
            .dagger()
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("[JobsNameClash]", "the class CoreJobsDaggerModule, which already exists");
  }

  @Test
  void aSingleSourceCanBeCompiledAgain() throws Exception {
    Compilation.Result first = shop().dagger().run().clean();
    Compilation.Result second =
        Compilation.after(first)
            .source("core/IndexHandler.java", injected("core", "core", "Index"))
            .dagger()
            .options("-XDaddTypeAnnotationsToSymbol=true")
            .run()
            .clean();

    assertThat(second.generated()).isEqualTo(first.generated());
    try (URLClassLoader loader = second.load()) {
      assertThat(types((JobHandlers) call(main(loader, "core.Main"), "handlers"))).hasSize(2);
    }
  }
}
