package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobModule;
import java.lang.reflect.Constructor;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules over several compilations: definitions in one, handlers in another. */
class ModulesTest {

  @TempDir Path directory;

  @Test
  void definitionsAloneCompileWithoutHandlers() {
    Compilation.Result result = definitions("core", "Mail");

    assertThat(result.generated())
        .containsKey("core/CoreJobs.java")
        .doesNotContainKey("core/CoreJobsHandlers.java");
  }

  @Test
  void theApplicationMustHaveEveryHandler() {
    Compilation.Result core = definitions("core", "Mail", "Index");

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "App.java:5:61: error: [JobsMissingHandler] Each job type has exactly one handler."
                + " 'core.index' has none; write a class with @JobType(\"core.index\") that implements"
                + " JobHandler<Index, Void>; it is declared by Index, which the module includes.");
  }

  @Test
  void theApplicationBindsIncludedTypes() throws Exception {
    Compilation.Result core = definitions("core", "Mail", "Index");
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source("app/IndexHandler.java", handler("app", "core", "Index"))
            .source("app/Own.java", payload("app", "Own"))
            .source("app/OwnHandler.java", handler("app", "app", "Own"))
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core)) {
      JobModule module = make(loader, JobModule.class, "app.AppJobsModule");
      assertThat(module.definitions()).extracting(JobDefinition::type).containsExactly("app.own");
      assertThat(module.includes()).extracting(JobModule::name).containsExactly("CoreJobs");
      assertThat(module.find("core.mail")).isPresent();
      assertThat(module.find("core.other")).isEmpty();

      JobHandlers handlers = makeWithParts(loader, "app.AppJobsHandlers");
      assertThat(types(handlers)).containsExactly("app.own", "core.index", "core.mail");
    }
    assertThat(app.generated().get("app/AppJobs.java"))
        .contains("submitAppOwn")
        .doesNotContain("CoreMail");
  }

  @Test
  void handlersOfAnIncludedModuleAreTakenAsOne() throws Exception {
    Compilation.Result core = withHandlers("core", "", "Mail");
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/Own.java", payload("app", "Own"))
            .source("app/OwnHandler.java", handler("app", "app", "Own"))
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core)) {
      Constructor<?> constructor = loader.loadClass("app.AppJobsHandlers").getConstructors()[0];
      assertThat(constructor.getParameterTypes())
          .extracting(Class::getSimpleName)
          .containsExactly("OwnHandler", "CoreJobsHandlers");
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers")))
          .containsExactly("app.own", "core.mail");
    }
  }

  @Test
  void whatAnIncludedModuleIncludesBelongsToIt() throws Exception {
    Compilation.Result base = withHandlers("base", "", "Ping");
    Compilation.Result core =
        withHandlers("core", ", includes = base.BaseJobsModule.class", "Mail", base);
    Compilation.Result app =
        application("{base.BaseJobsModule.class, core.CoreJobsModule.class}")
            .classPath(core)
            .classPath(base)
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core, base)) {
      JobHandlers handlers = makeWithParts(loader, "app.AppJobsHandlers");
      assertThat(types(handlers)).containsExactly("base.ping", "core.mail");
      assertThat(handlers.module().find("base.ping")).isPresent();
    }
  }

  @Test
  void aHandlerForATypeThatIsHandledInAnIncludedModuleIsOneTooMany() {
    Compilation.Result core = withHandlers("core", "", "Mail");

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "MailHandler.java:7:10: error: [JobsDuplicateHandler] Each job type has exactly one"
                + " handler. 'core.mail' is handled by the included module CoreJobsModule and by"
                + " MailHandler; remove one of them.");
  }

  @Test
  void twoIncludedModulesThatHandleOneTypeAreOneTooMany() {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result one =
        application("one", "core.CoreJobsModule.class")
            .classPath(core)
            .source("one/MailHandler.java", handler("one", "core", "Mail"))
            .run()
            .clean();
    Compilation.Result two =
        application("two", "core.CoreJobsModule.class")
            .classPath(core)
            .source("two/MailHandler.java", handler("two", "core", "Mail"))
            .run()
            .clean();

    Compilation.Result result =
        application("{one.OneJobsModule.class, two.TwoJobsModule.class}")
            .classPath(core)
            .classPath(one)
            .classPath(two)
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "App.java:5:85: error: [JobsDuplicateHandler] Each job type has exactly one handler."
                + " 'core.mail' is handled by the included module OneJobsModule and by the included"
                + " module TwoJobsModule; remove one of them.");
  }

  @Test
  void externalTypesCountAsHandledInEveryModule() throws Exception {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", external(payload("core", "Mail")))
            .source("core/Index.java", payload("core", "Index"))
            .run()
            .clean();
    Compilation.Result one =
        application("one", "core.CoreJobsModule.class")
            .classPath(core)
            .source("one/IndexHandler.java", handler("one", "core", "Index"))
            .source("one/Own.java", external(payload("one", "Own")))
            .run()
            .clean();
    Compilation.Result two =
        Compilation.in(directory)
            .source(
                "two/Module.java", module("two", ", includes = core.CoreJobsModule.class", true))
            .classPath(core)
            .run()
            .clean();

    Compilation.Result app =
        application("{one.OneJobsModule.class, two.TwoJobsModule.class}")
            .classPath(core)
            .classPath(one)
            .classPath(two)
            .run()
            .clean();

    assertThat(app.generated().get("app/AppJobsHandlers.java")).doesNotContain("Mail", "Own");
    assertThat(core.generated().get("core/MailJob.java")).contains(".external(true)");
    assertThat(core.generated().get("core/CoreJobs.java")).contains("submitCoreMail(");
    try (URLClassLoader loader = app.load(core, one, two)) {
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers"))).containsExactly("core.index");
      JobModule module = make(loader, JobModule.class, "app.AppJobsModule");
      assertThat(module.find("core.mail").orElseThrow().external()).isTrue();
      assertThat(module.find("core.index").orElseThrow().external()).isFalse();
    }
  }

  @Test
  void modulesThatBothHandleIncludeTheSameExternalTypes() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", external(payload("core", "Mail")))
            .run()
            .clean();
    Compilation.Result one =
        application("one", "core.CoreJobsModule.class").classPath(core).run().clean();
    Compilation.Result two =
        application("two", "core.CoreJobsModule.class").classPath(core).run().clean();

    application("{one.OneJobsModule.class, two.TwoJobsModule.class}")
        .classPath(core)
        .classPath(one)
        .classPath(two)
        .run()
        .clean();
  }

  @Test
  void anIncludedExternalTypeHasNoHandlerAndNoNeighbour() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", external(payload("core", "Mail")))
            .run()
            .clean();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source(
                "app/Own.java",
                payload("app", "Own")
                    .replace("\"app.own\"", "value = \"app.own\", routingKey = \"jobs.core.mail\""))
            .source("app/OwnHandler.java", handler("app", "app", "Own"))
            .run();

    assertThat(result.diagnostics())
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .startsWith("Own.java:5:42: error: [JobsSharedQueue]")
                    .contains("'core.mail' is external and 'app.own' is not"),
            text ->
                assertThat(text).startsWith("MailHandler.java:7:10: error: [JobsExternalHandler]"));
  }

  @Test
  void twoModulesThatMixAQueueAreReportedWhereTheyAreIncluded() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", external(payload("core", "Mail")))
            .run()
            .clean();
    Compilation.Result other =
        Compilation.in(directory)
            .source("other/Module.java", module("other", "", true))
            .source(
                "other/Post.java",
                payload("other", "Post")
                    .replace(
                        "\"other.post\"",
                        "value = \"other.post\", routingKey = \"jobs.core.mail\""))
            .run()
            .clean();

    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "app/App.java",
                module(
                    "app",
                    ", includes = {other.OtherJobsModule.class, core.CoreJobsModule.class}",
                    true))
            .classPath(core)
            .classPath(other)
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("[JobsSharedQueue]", "'core.mail' is external and 'other.post' is not");
  }

  private static String external(String payload) {
    return payload
        .replace("@JobType(\"", "@JobType(value = \"")
        .replace("\")\n", "\", external = true)\n");
  }

  @Test
  void oneTypeInTwoModulesIsOneTooMany() {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result other =
        Compilation.in(directory)
            .source("other/Module.java", module("other", "", true))
            .source("other/Mail.java", payload("other", "Mail").replace("other.mail", "core.mail"))
            .run()
            .clean();

    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "app/App.java",
                module(
                    "app",
                    ", includes = {core.CoreJobsModule.class, other.OtherJobsModule.class}",
                    true))
            .classPath(core)
            .classPath(other)
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("App.java:5:")
        .contains("[JobsDuplicateType]", "'core.mail' is declared by Mail and by Mail");
  }

  @Test
  void anAliasThatAnIncludedTypeHasTooIsReportedWhereItCanBeMended() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", withAlias(payload("core", "Mail")))
            .run()
            .clean();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source("app/Own.java", withAlias(payload("app", "Own")))
            .source("app/OwnHandler.java", handler("app", "app", "Own"))
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Own.java:5:")
        .contains("[JobsAliasClash]", "'old.name' is an alias of Own and an alias of Mail");
  }

  private static String withAlias(String payload) {
    return payload
        .replace("@JobType(\"", "@JobType(value = \"")
        .replace("\")\n", "\", aliases = \"old.name\")\n");
  }

  @Test
  void includesThatAreWrongAreNamed() {
    Compilation.Result core = definitions("core", "Mail");

    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "app/App.java",
                module(
                    "app",
                    ", includes = {core.CoreJobs.class, core.CoreJobsModule.class,"
                        + " core.CoreJobsModule.class}",
                    true))
            .classPath(core)
            .run();

    assertThat(result.diagnostics())
        .hasSize(2)
        .allMatch(text -> text.contains("[JobsIncludes]"))
        .anyMatch(text -> text.endsWith("did you mean CoreJobsModule.class?"))
        .anyMatch(text -> text.endsWith("Found CoreJobsModule twice; remove one."));
  }

  @Test
  void modulesThatIncludeEachOtherAreRefused() {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result app =
        Compilation.in(directory)
            .source("app/App.java", module("app", ", includes = core.CoreJobsModule.class", true))
            .classPath(core)
            .run()
            .clean();

    Compilation.Result again =
        Compilation.in(directory)
            .source(
                "core/Module.java", module("core", ", includes = app.AppJobsModule.class", true))
            .source("core/Mail.java", payload("core", "Mail"))
            .classPath(app)
            .classPath(core)
            .run();

    assertThat(again.diagnostics())
        .singleElement()
        .asString()
        .contains("[JobsIncludes]", "Found AppJobsModule, which includes CoreJobsModule itself");
  }

  @Test
  void manyHandlersAreTakenInGroups() throws Exception {
    Compilation compilation =
        Compilation.in(directory).source("app/App.java", module("app", "", false));
    for (int i = 0; i < 250; i++) {
      String name = "Type%03d".formatted(i);
      compilation.source("app/" + name + ".java", payload("app", name));
      compilation.source("app/" + name + "Handler.java", handler("app", "app", name));
    }

    Compilation.Result result = compilation.options("-Werror").run().clean();

    try (URLClassLoader loader = result.load()) {
      Constructor<?> constructor = loader.loadClass("app.AppJobsHandlers").getConstructors()[0];
      assertThat(constructor.getParameterTypes())
          .extracting(Class::getSimpleName)
          .containsExactly("Group1", "Group2", "Group3");
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers"))).hasSize(250).isSorted();
    }
  }

  private Compilation.Result definitions(String name, String... payloads) {
    Compilation compilation =
        Compilation.in(directory).source(name + "/Module.java", module(name, "", true));
    for (String payload : payloads) {
      compilation.source(name + "/" + payload + ".java", payload(name, payload));
    }
    return compilation.options("-Werror").run().clean();
  }

  private Compilation.Result withHandlers(
      String name, String attributes, String payload, Compilation.Result... classPath) {
    Compilation compilation =
        Compilation.in(directory)
            .source(name + "/Module.java", module(name, attributes, false))
            .source(name + "/" + payload + ".java", payload(name, payload))
            .source(name + "/" + payload + "Handler.java", handler(name, name, payload));
    List.of(classPath).forEach(compilation::classPath);
    return compilation.options("-Werror").run().clean();
  }

  private Compilation application(String includes) {
    return application("app", includes);
  }

  private Compilation application(String name, String includes) {
    String file = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return Compilation.in(directory)
        .source(name + "/" + file + ".java", module(name, ", includes = " + includes, false));
  }

  private static String module(String name, String attributes, boolean elsewhere) {
    return """
        package %s;

        import dev.tenon.jobs.annotation.JobModule;

        @JobModule(value = "%sJobs"%s%s)
        interface Module {}
        """
        .formatted(
            name,
            name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
            attributes,
            elsewhere ? ", handlers = JobModule.Handlers.ELSEWHERE" : "");
  }

  private static String payload(String packageName, String name) {
    return """
        package %1$s;

        import dev.tenon.jobs.annotation.JobType;

        @JobType("%1$s.%2$s")
        public record %3$s(String text) {}
        """
        .formatted(packageName, name.toLowerCase(Locale.ROOT), name);
  }

  private static String handler(String packageName, String payloadPackage, String payload) {
    return """
        package %1$s;

        import dev.tenon.jobs.JobContext;
        import dev.tenon.jobs.JobHandler;
        import dev.tenon.jobs.annotation.JobType;

        @JobType("%2$s.%3$s")
        public final class %4$sHandler implements JobHandler<%2$s.%4$s, Void> {
          @Override
          public Void execute(%2$s.%4$s payload, JobContext context) {
            return null;
          }
        }
        """
        .formatted(packageName, payloadPackage, payload.toLowerCase(Locale.ROOT), payload);
  }

  private static List<String> types(JobHandlers handlers) {
    return handlers.bindings().stream().map(binding -> binding.definition().type()).toList();
  }

  private static <T> T make(ClassLoader loader, Class<T> type, String name) throws Exception {
    return type.cast(loader.loadClass(name).getConstructor().newInstance());
  }

  private static JobHandlers makeWithParts(ClassLoader loader, String name) throws Exception {
    return (JobHandlers) makeWithParts(loader.loadClass(name));
  }

  /** An instance of a class whose constructor takes instances of classes of this kind. */
  private static Object makeWithParts(Class<?> type) throws Exception {
    Constructor<?> constructor = type.getConstructors()[0];
    List<Object> parts = new ArrayList<>();
    for (Class<?> part : constructor.getParameterTypes()) {
      parts.add(makeWithParts(part));
    }
    return constructor.newInstance(parts.toArray());
  }
}
