package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Earlier names of job types across several compilations. */
class AliasesTest {

  @TempDir Path directory;

  private Compilation.Result core(String declaration) {
    return Compilation.in(directory)
        .source("core/Mail.java", declaring("core", "Core", "", declaration, "Mail"))
        .options("-Werror")
        .run()
        .clean();
  }

  private Compilation application(Compilation.Result core, String declaration) {
    return Compilation.in(directory)
        .classPath(core)
        .source(
            "app/Own.java",
            declaring("app", "App", ", includes = core.CoreJobsModule.class", declaration, "Own"));
  }

  private static String declaring(
      String packageName, String module, String includes, String declaration, String record) {
    return """
        package %s;

        import dev.tenon.jobs.annotation.JobModule;
        import dev.tenon.jobs.annotation.JobType;

        @JobModule(value = "%sJobs", handlers = JobModule.Handlers.ELSEWHERE%s)
        @JobType(%s)
        public record %s(String text) {}
        """
        .formatted(packageName, module, includes, declaration, record);
  }

  @Test
  void anAliasOfAnIncludedModuleIsReportedWhereItCanBeFixed() {
    Compilation.Result core = core("value = \"core.mail\", aliases = \"app.own\"");

    assertThat(application(core, "\"app.own\"").run().diagnostics())
        .containsExactly(
            "Own.java:7:10: error: [JobsAliasClash] 'app.own' is both the name of Own and an alias"
                + " of Mail. A name can belong to only one job type. Remove one of them.");
  }

  @Test
  void anAliasThatIsTheNameOfAnIncludedTypeIsShown() {
    Compilation.Result core = core("\"core.mail\"");

    assertThat(
            application(core, "value = \"app.own\", aliases = \"core.mail\"").run().diagnostics())
        .containsExactly(
            "Own.java:7:39: error: [JobsAliasClash] 'core.mail' is both the name of Mail and an alias"
                + " of Own. A name can belong to only one job type. Remove one of them.");
  }

  @Test
  void aHandlerOfAnIncludedTypeNamesItByItsNameOfToday() {
    Compilation.Result core = core("value = \"core.mail\", aliases = \"core.post\"");

    assertThat(
            Compilation.in(directory)
                .classPath(core)
                .source(
                    "app/MailHandler.java",
                    """
                    package app;

                    import dev.tenon.jobs.JobContext;
                    import dev.tenon.jobs.JobHandler;
                    import dev.tenon.jobs.annotation.JobModule;
                    import dev.tenon.jobs.annotation.JobType;

                    @JobModule(value = "AppJobs", includes = core.CoreJobsModule.class)
                    @JobType("core.post")
                    public final class MailHandler implements JobHandler<core.Mail, Void> {
                      @Override
                      public Void execute(core.Mail mail, JobContext context) {
                        return null;
                      }
                    }
                    """)
                .run()
                .diagnostics())
        .containsExactly(
            "MailHandler.java:9:10: error: [JobsUnknownType] No record in this compilation or in an"
                + " included module declares the job type 'core.post'. It is an earlier name of"
                + " 'core.mail'. Write that.");
  }
}
