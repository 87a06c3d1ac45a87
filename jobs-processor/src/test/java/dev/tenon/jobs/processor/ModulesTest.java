package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.lang.reflect.Constructor;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** Modules across several compilations: definitions in one, handlers in another. */
class ModulesTest extends ModuleSources {

  @Test
  void aHandlerOfALibrarysTypeNamesTheModuleToInclude() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/deep/Index.java", payload("core.deep", "Index"))
            .run()
            .clean();

    Compilation.Result withModule =
        Compilation.in(directory)
            .source("app/App.java", module("app", "", false))
            .source("app/IndexHandler.java", handler("app", "core.deep", "Index"))
            .classPath(core)
            .run();
    Compilation.Result withoutModule =
        Compilation.in(directory)
            .source("app/IndexHandler.java", handler("app", "core.deep", "Index"))
            .classPath(core)
            .run();

    assertThat(withModule.diagnostics())
        .containsExactly(
            "IndexHandler.java:7:10: error: [JobsNotIncluded] IndexHandler handles Index, a job"
                + " type of a module that this one does not include. Add includes ="
                + " core.CoreJobsModule.class.");
    assertThat(withoutModule.diagnostics())
        .singleElement()
        .asString()
        .contains(
            "Write @JobModule(\"AppJobs\") on the package, with includes ="
                + " core.CoreJobsModule.class.");
  }

  @Test
  void definitionsAloneCompileWithoutHandlers() {
    Compilation.Result result = definitions("core", "Mail");

    assertThat(result.generated())
        .containsKey("core/CoreJobs.java")
        .doesNotContainKey("core/CoreJobsHandlers.java");
  }

  @Test
  void theQueueOfAModuleHasANameThatRabbitMqTakes() {
    String letters = "a".repeat(100);
    String longest = "core." + letters + "." + letters + "." + "a".repeat(33);

    assertThat(("jobs." + longest + ".CoreJobs")).hasSize(254);
    assertThat(inPackage(longest, "").diagnostics()).isEmpty();
    assertThat(inPackage(longest + "a", "").diagnostics()).isEmpty();
    assertThat(inPackage(longest + "aa", ", external = true").diagnostics()).isEmpty();
    assertThat(inPackage(longest + "aa", ", routingKey = \"mails\"").diagnostics()).isEmpty();
    assertThat(inPackage(longest + "aa", "").diagnostics())
        .containsExactly(
            "Module.java:5:20: error: [JobsModuleName] The name of the module's queue is"
                + " 'jobs.' with the module's package and name. It has 256 bytes, but RabbitMQ"
                + " allows 255. Shorten the package or the name.");
  }

  private Compilation.Result inPackage(String name, String attributes) {
    return Compilation.in(directory)
        .source(
            "core/Module.java", module("core", "", true).replace("package core", "package " + name))
        .source(
            "core/Mail.java",
            "package %s; @dev.tenon.jobs.annotation.JobType(value = \"core.mail\"%s) record Mail() {}"
                .formatted(name, attributes))
        .run();
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
            "App.java:5:61: error: [JobsMissingHandler] 'core.index' has no handler. Each job type"
                + " needs exactly one. Write a class with @JobType(\"core.index\") that implements"
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
      ModuleDefinition module = make(loader, ModuleDefinition.class, "app.AppJobsModule");
      assertThat(module.definitions()).extracting(JobDefinition::type).containsExactly("app.own");
      assertThat(module.includes()).extracting(ModuleDefinition::name).containsExactly("CoreJobs");
      assertThat(module.find("core.mail")).isPresent();
      assertThat(module.find("core.other")).isEmpty();

      JobHandlers handlers = makeWithParts(loader, "app.AppJobsHandlers");
      assertThat(types(handlers)).containsExactly("app.own", "core.index", "core.mail");
    }
    assertThat(app.generated().get("app/AppJobs.java")).contains("own()").doesNotContain("mail()");
  }

  @Test
  void aModuleWithoutItsOwnTypesHasNoSubmitClass() throws Exception {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            // The name is free
            .source("app/AppJobs.java", "package app; final class AppJobs {}")
            .options("-Werror")
            .run()
            .clean();

    assertThat(app.generated().keySet())
        .containsExactly("app/AppJobsHandlers.java", "app/AppJobsModule.java");
    assertThat(app.generated().get("app/AppJobsModule.java")).doesNotContain("@see");
    try (URLClassLoader loader = app.load(core)) {
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers"))).containsExactly("core.mail");
      assertThat(make(loader, ModuleDefinition.class, "app.AppJobsModule").find("core.mail"))
          .isPresent();
      assertThat(loader.loadClass("core.CoreJobs").getMethod("mail")).isNotNull();
    }
  }

  @Test
  void aModuleWithNothingButErrorsHasASubmitClass() {
    Compilation.Result result =
        application("{}")
            .source(
                "app/Mail.java",
                """
                package app;

                @dev.tenon.jobs.annotation.JobType("app.mail")
                final class Mail {}
                """)
            .source("app/Web.java", "package app; record Web(AppJobs jobs) {}")
            .run();

    assertThat(result.diagnostics()).singleElement().asString().contains("[JobsNotRecord]");
  }

  @Test
  void aHandlerOfAnIncludedTypeThatLacksItsAnnotationIsNamed() {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source(
                "app/MailHandler.java",
                handler("app", "core", "Mail").replace("@JobType(\"core.mail\")", ""))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "MailHandler.java:8:14: error: [JobsMissingHandler] 'core.mail' has no handler. Each"
                + " job type needs exactly one. Add @JobType(\"core.mail\") to MailHandler, which"
                + " handles its payload.");
  }

  @Test
  void aHandlerMayBeOpenAndInheritItsMethods() throws Exception {
    Compilation.Result core = definitions("core", "Mail");
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source(
                "app/Base.java",
                handler("app", "core", "Mail")
                    .replace("@JobType(\"core.mail\")", "")
                    .replace(
                        "final class MailHandler implements", "abstract class Base implements"))
            .source(
                "app/MailHandler.java",
                """
                package app;

                @dev.tenon.jobs.annotation.JobType("core.mail")
                public class MailHandler extends Base {}
                """)
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core)) {
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers"))).containsExactly("core.mail");
    }
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
            "MailHandler.java:7:10: error: [JobsDuplicateHandler] 'core.mail' is handled by both"
                + " the included module CoreJobsModule and MailHandler. Each job type has exactly"
                + " one handler. Remove one of them.");
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
            "App.java:5:85: error: [JobsDuplicateHandler] 'core.mail' is handled by both the"
                + " included module OneJobsModule and the included module TwoJobsModule. Each job"
                + " type has exactly one handler. Remove one of them.");
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
        .contains("[JobsDuplicateType]", "declared by both core.Mail and other.Mail");
  }

  @Test
  void anAliasThatAnIncludedTypeHasTooIsReportedWhereItCanBeFixed() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail", "aliases = \"old.name\""))
            .run()
            .clean();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source("app/Own.java", payload("app", "Own", "aliases = \"old.name\""))
            .source("app/OwnHandler.java", handler("app", "app", "Own"))
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Own.java:5:")
        .contains("[JobsAliasClash]", "'old.name' is both an alias of Own and an alias of Mail");
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
        .anyMatch(text -> text.endsWith("Did you mean CoreJobsModule.class?"))
        .anyMatch(
            text -> text.endsWith("includes names CoreJobsModule twice. Remove one of the two."));
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
        .contains(
            "[JobsIncludes]", "includes names AppJobsModule, which itself includes CoreJobsModule");
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
}
