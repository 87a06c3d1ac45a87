package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.ModuleDefinition;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** Types that a worker in another language handles, across several modules. */
class ExternalModulesTest extends ModuleSources {

  @Test
  void externalTypesCountAsHandledInEveryModule() throws Exception {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail", "external = true"))
            .source("core/Index.java", payload("core", "Index"))
            .run()
            .clean();
    Compilation.Result one =
        application("one", "core.CoreJobsModule.class")
            .classPath(core)
            .source("one/IndexHandler.java", handler("one", "core", "Index"))
            .source("one/Own.java", payload("one", "Own", "external = true"))
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
    assertThat(core.generated().get("core/CoreJobs.java")).contains("mail()");
    try (URLClassLoader loader = app.load(core, one, two)) {
      assertThat(types(makeWithParts(loader, "app.AppJobsHandlers"))).containsExactly("core.index");
      ModuleDefinition module = make(loader, ModuleDefinition.class, "app.AppJobsModule");
      assertThat(module.find("core.mail").orElseThrow().isExternal()).isTrue();
      assertThat(module.find("core.mail").orElseThrow().hasOwnQueue()).isTrue();
      assertThat(module.find("core.index").orElseThrow().isExternal()).isFalse();
      assertThat(module.find("core.index").orElseThrow().hasOwnQueue()).isFalse();
    }
  }

  @Test
  void modulesThatBothHandleIncludeTheSameExternalTypes() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail", "external = true"))
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
            .source("core/Mail.java", payload("core", "Mail", "external = true"))
            .run()
            .clean();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source("app/Own.java", payload("app", "Own", "routingKey = \"jobs.core.mail\""))
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
            .source("core/Mail.java", payload("core", "Mail", "external = true"))
            .run()
            .clean();
    Compilation.Result other =
        Compilation.in(directory)
            .source("other/Module.java", module("other", "", true))
            .source("other/Post.java", payload("other", "Post", "routingKey = \"jobs.core.mail\""))
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

  /** The queue of a module is found by its name, which may also be the name of a routing key. */
  @Test
  void anExternalTypeDoesNotTakeTheQueueOfAModule() {
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail"))
            .run()
            .clean();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/MailHandler.java", handler("app", "core", "Mail"))
            .source(
                "app/Own.java",
                payload("app", "Own", "external = true, routingKey = \"jobs.core.CoreJobs\""))
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Own.java:5:")
        .contains(
            "[JobsSharedQueue] 'app.own' is external and 'core.mail' is not, but both use the queue"
                + " 'jobs.core.CoreJobs'.");
  }
}
