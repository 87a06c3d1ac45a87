package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.rollout.BuildDescription;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.internal.rollout.RolloutCheck;
import dev.tenon.jobs.internal.rollout.RolloutStore;
import dev.tenon.jobs.internal.rollout.SchemaRules;
import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.internal.schema.StartStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Report;
import dev.tenon.jobs.operate.JobRollouts.RunningVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon rollout}. */
@Command(
    name = "rollout",
    description = "Show the versions of applications that run, and what each would leave behind.",
    subcommands = RolloutCommand.Check.class)
final class RolloutCommand extends TenonCommand {

  /** As with the default heartbeat interval, like in the other commands. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(15);

  RolloutCommand() {}

  @Override
  int run(Connection database) {
    List<RunningVersion> versions = database.runtime().monitor().rollouts().running();
    if (isJson()) {
      print(versions.stream().map(RolloutCommand::view).toList());
      return 0;
    }
    if (versions.isEmpty()) {
      line("No workers of Java applications are live.");
    }
    Text.table(
            List.of("MODULE", "VERSION", "WORKERS", "RUNNING", "ALONE"),
            versions.stream().map(RolloutCommand::row).toList())
        .forEach(this::line);
    for (RunningVersion version : versions) {
      if (!version.alone().findings().isEmpty()) {
        line("");
        line(
            "If only %s of %s continued:"
                .formatted(
                    version.version().map(name -> "version " + name).orElse("this version"),
                    version.module()));
        lines(version.alone()).forEach(this::line);
      }
    }
    return 0;
  }

  private static List<String> row(RunningVersion version) {
    return List.of(
        version.module(),
        version.version().orElse("?"),
        Integer.toString(version.workers().size()),
        Integer.toString(version.runningJobs()),
        version.alone().verdict().code());
  }

  private static Map<String, @Nullable Object> view(RunningVersion version) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("module", version.module());
    view.put("version", version.version().orElse(null));
    view.put("workers", version.workers());
    view.put("runningJobs", version.runningJobs());
    view.put("alone", view(version.alone()));
    return view;
  }

  private static Map<String, @Nullable Object> view(Report report) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("verdict", report.verdict().code());
    view.put("findings", report.findings().stream().map(RolloutCommand::view).toList());
    return view;
  }

  private static Map<String, @Nullable Object> view(Finding finding) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("verdict", finding.verdict().code());
    view.put("kind", finding.kind().code());
    view.put("subject", finding.subject());
    view.put("jobs", finding.jobs());
    view.put("oldest", finding.oldest());
    view.put("message", finding.message());
    view.put("remedy", finding.remedy());
    return view;
  }

  private static List<String> lines(Report report) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : report.findings()) {
      String label =
          switch (finding.verdict()) {
            case NO -> "no:    ";
            case AFTER -> "after: ";
            case GO -> "note:  ";
          };
      lines.add(label + finding.message() + " [" + finding.kind().code() + "]");
      if (!finding.oldest().isEmpty()) {
        lines.add(
            "       oldest: "
                + String.join(", ", finding.oldest().stream().map(Object::toString).toList()));
      }
      lines.add("       " + finding.remedy());
    }
    return lines;
  }

  /** {@code tenon rollout check}. */
  @Command(
      name = "check",
      description = {
        "Check whether a build may go out, or back, without leaving jobs behind.",
        "The exit code is 0 for go, 4 for go after something, and 3 for no."
      })
  static final class Check extends TenonCommand {

    @Parameters(
        paramLabel = "BUILD",
        arity = "1..*",
        description =
            "The build: its jars, its class folders, or its files META-INF/tenon/*.module.json")
    private List<Path> build;

    @Option(
        names = "--as",
        paramLabel = "USER",
        description = "User of the build in PostgreSQL, whose rights are checked")
    private @Nullable String user;

    @SuppressWarnings("NullAway.Init")
    Check() {}

    @Override
    int run(Connection database) {
      BuildDescription description = DescriptionJson.read(BuildFiles.descriptions(build));
      List<MigrationScript.Step> missing = Schemas.missing(database);
      if (missing.stream().anyMatch(MigrationScript.Step::isFirst)) {
        throw Failure.of(
            "The schema '%s' has no Tenon tables, so there is nothing to check. Use --schema if they are in another schema."
                .formatted(database.schema()));
      }
      Report report = Schemas.accessing(database, () -> check(database, description, missing));
      if (isJson()) {
        print(view(report));
      } else {
        line(
            switch (report.verdict()) {
              case GO -> "Go.";
              case AFTER -> "Go after:";
              case NO -> "No:";
            });
        lines(report).forEach(this::line);
      }
      return switch (report.verdict()) {
        case GO -> 0;
        case AFTER -> Failure.AFTER;
        case NO -> Failure.UNWELL;
      };
    }

    private Report check(
        Connection database, BuildDescription description, List<MigrationScript.Step> missing) {
      DataSource source = database.dataSource();
      String schema = database.schema();
      List<Finding> others =
          new ArrayList<>(
              SchemaRules.ofMigrations(
                  missing, StartStore.look(source, schema, StartStore::tableSizes)));
      if (user != null) {
        others.addAll(
            SchemaRules.ofRights(
                StartStore.lookAs(source, schema, user, StartStore::schema),
                schema,
                user,
                !description.handlers().isEmpty()));
      }
      return RolloutCheck.check(
          description,
          new RolloutStore(new Database(source, source, source, schema), LOST_AFTER).read(),
          others);
    }
  }
}
