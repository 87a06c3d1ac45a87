package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A job type that two modules declare is a single error. */
class DuplicateTypesTest extends ModuleSources {

  @Test
  void isOneErrorWhereverTheHandlersAre() {
    Compilation.Result core = withHandlers("core", "", "Mail");
    Compilation.Result other =
        Compilation.in(directory)
            .source("other/Module.java", module("other", "", false))
            .source("other/Mail.java", payload("other", "Mail").replace("other.mail", "core.mail"))
            .source(
                "other/MailHandler.java",
                handler("other", "other", "Mail").replace("other.mail", "core.mail"))
            .run()
            .clean();

    Compilation.Result own =
        Compilation.in(directory)
            .source("app/App.java", module("app", ", includes = core.CoreJobsModule.class", false))
            .source("app/Mail.java", payload("app", "Mail").replace("app.mail", "core.mail"))
            .source(
                "app/MailHandler.java",
                handler("app", "app", "Mail").replace("app.mail", "core.mail"))
            .classPath(core)
            .run();
    Compilation.Result included =
        application("{core.CoreJobsModule.class, other.OtherJobsModule.class}")
            .classPath(core)
            .classPath(other)
            .run();

    assertThat(own.diagnostics()).singleElement().asString().contains("[JobsDuplicateType]");
    assertThat(included.diagnostics()).singleElement().asString().contains("[JobsDuplicateType]");
  }

  @Test
  void withAnAliasIsOneErrorToo() {
    String aliases = "aliases = \"core.letter\"";
    Compilation.Result core =
        Compilation.in(directory)
            .source("core/Module.java", module("core", "", true))
            .source("core/Mail.java", payload("core", "Mail", aliases))
            .run()
            .clean();

    Compilation.Result own =
        Compilation.in(directory)
            .source("app/App.java", module("app", ", includes = core.CoreJobsModule.class", true))
            .source(
                "app/Mail.java", payload("app", "Mail", aliases).replace("app.mail", "core.mail"))
            .classPath(core)
            .run();

    assertThat(own.diagnostics()).singleElement().asString().contains("[JobsDuplicateType]");
  }
}
