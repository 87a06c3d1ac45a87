package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.internal.rollout.MigrationLocks.Work;
import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.internal.schema.Rights;
import dev.tenon.jobs.internal.schema.StartStore;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds migrations that lock tables, and missing rights. They depend on the version of Tenon that
 * asks, so that has to be the one of the build.
 */
public final class SchemaRules {

  /** The time that a migration may lock a table without anybody asking first. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  private static final long MEGABYTE = 1024L * 1024;

  private SchemaRules() {}

  /**
   * The findings about migrations.
   *
   * @param missing the migrations that the schema lacks
   * @param sizes the sizes of its tables, in bytes, by name
   */
  public static List<Finding> ofMigrations(
      List<MigrationScript.Step> missing, Map<String, Long> sizes) {
    Map<String, Work> locks = new TreeMap<>();
    for (MigrationScript.Step step : missing) {
      MigrationLocks.of(step.sql())
          .forEach(
              (table, work) ->
                  locks.merge(table, work, (one, other) -> one.compareTo(other) > 0 ? one : other));
    }
    List<Finding> found = new ArrayList<>();
    locks.forEach(
        (table, work) -> {
          Long size = sizes.get(table);
          if (size != null) {
            found.add(ofMigration(table, work, size));
          }
        });
    return found;
  }

  private static Finding ofMigration(String table, Work work, long bytes) {
    Duration estimate = work.estimate(bytes);
    boolean isLong = estimate.compareTo(SHORT) > 0;
    String size = String.format(Locale.ROOT, "%,d MB", (bytes + MEGABYTE - 1) / MEGABYTE);
    return new Found(
        isLong ? Verdict.AFTER : Verdict.GO,
        Kind.MIGRATION,
        table,
        switch (work) {
          case CATALOG ->
              "A migration locks %s (%s) for a moment, as soon as nobody uses it."
                  .formatted(table, size);
          case SCAN ->
              "A migration locks %s while it reads all of it (%s): about %d s."
                  .formatted(table, size, estimate.toSeconds());
          case REWRITE ->
              "A migration locks %s while it rewrites all of it (%s): about %d s."
                  .formatted(table, size, estimate.toSeconds());
        },
        isLong
            ? "Choose a quiet time, and run 'tenon migrate --apply' before the rollout."
            : "Nothing.");
  }

  /**
   * The findings about rights.
   *
   * @param schema what the schema has, and what the user may do with it
   * @param name the name of the schema
   * @param user the user that the build connects as
   * @param runsJobs whether the build has handlers
   */
  public static List<Finding> ofRights(
      StartStore.Schema schema, String name, String user, boolean runsJobs) {
    Set<Rights> rights = EnumSet.of(Rights.SUBMITTING, Rights.BACKGROUND, Rights.MAINTENANCE);
    if (runsJobs) {
      rights.add(Rights.WORKING);
    }
    List<String> grants = Rights.missing(schema, name, user, rights);
    if (grants.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Found(
            Verdict.NO,
            Kind.RIGHTS,
            user,
            "The user '%s' lacks rights to the schema '%s', so the processes of the build would not start."
                .formatted(user, name),
            "Have its owner run: " + String.join(" ", grants)));
  }
}
