package dev.tenon.jobs.internal.rollout;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The locks that migrations take, judged by their statements. It knows the forms that Tenon's own
 * migrations have; a statement that it does not know counts as one that rewrites its table.
 */
final class MigrationLocks {

  /** A cautious rate for reading or writing a table, as on a slow network disk. */
  private static final long BYTES_PER_SECOND = 50L * 1024 * 1024;

  /** The work that a statement does while it holds its lock, the least first. */
  enum Work {
    /** It changes only the catalog. It still waits for whoever uses the table. */
    CATALOG,
    /** It reads the whole table. */
    SCAN,
    /** It reads and writes the whole table. */
    REWRITE;

    /** The estimated time for a table of a size. */
    Duration estimate(long bytes) {
      return switch (this) {
        case CATALOG -> Duration.ZERO;
        case SCAN -> Duration.ofSeconds(bytes / BYTES_PER_SECOND);
        case REWRITE -> Duration.ofSeconds(2 * bytes / BYTES_PER_SECOND);
      };
    }
  }

  private static final String TABLE = "(?:ONLY )?(?:IF EXISTS )?\"?([a-z_][a-z0-9_]*)\"?";

  /** The forms of statements, each with the table as a group. */
  private static final Map<Work, Pattern> FORMS = new EnumMap<>(Work.class);

  static {
    FORMS.put(
        Work.CATALOG,
        form(
            // A default that is computed for each row has to be written to each row
            "ALTER TABLE %s (?:ADD COLUMN (?!.*(?:GENERATED|DEFAULT [a-z_]+\\())[^,]*"
                + "|DROP .*|RENAME .*|SET \\(.*|RESET .*|ADD CONSTRAINT .* NOT VALID"
                + "|ALTER COLUMN \\S+ (?:SET DEFAULT|DROP) [^,]*)",
            "CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER .*? ON %s\\b.*",
            "DROP TRIGGER .* ON %s\\b.*"));
    FORMS.put(
        Work.SCAN,
        form(
            "CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\\S+ ON %s\\b.*",
            "ALTER TABLE %s (?:ADD|VALIDATE) CONSTRAINT .*",
            "ALTER TABLE %s ALTER COLUMN \\S+ SET NOT NULL"));
    FORMS.put(
        Work.REWRITE,
        form("ALTER TABLE %s\\b.*", "UPDATE %s\\b.*", "DELETE FROM %s\\b.*", "LOCK TABLE %s\\b.*"));
  }

  private static final Pattern CREATED = form("CREATE (?:UNLOGGED )?TABLE %s\\b.*");
  private static final Pattern COMMENT = Pattern.compile("--[^\n]*");
  private static final Pattern BODY = Pattern.compile("(?s)\\$([a-z]*)\\$.*?\\$\\1\\$");

  private static Pattern form(String... alternatives) {
    return Pattern.compile(String.join("|", alternatives).replace("%s", TABLE));
  }

  private MigrationLocks() {}

  /**
   * The tables that a script locks, with the most work that it does on each. Tables that it creates
   * itself are not among them.
   */
  static Map<String, Work> of(String script) {
    String text = BODY.matcher(COMMENT.matcher(script).replaceAll("")).replaceAll("''");
    Map<String, Work> locks = new LinkedHashMap<>();
    Set<String> created = new HashSet<>();
    for (String each : text.split(";", -1)) {
      String statement = each.strip().replaceAll("\\s+", " ");
      Matcher creates = CREATED.matcher(statement);
      if (creates.matches()) {
        created.add(creates.group(1));
        continue;
      }
      find(statement, locks, created);
    }
    return locks;
  }

  private static void find(String statement, Map<String, Work> locks, Set<String> created) {
    for (Map.Entry<Work, Pattern> form : FORMS.entrySet()) {
      Matcher found = form.getValue().matcher(statement);
      if (found.matches()) {
        String table = group(found);
        if (!created.contains(table)) {
          locks.merge(table, form.getKey(), (one, other) -> one.compareTo(other) > 0 ? one : other);
        }
        return;
      }
    }
  }

  private static String group(Matcher found) {
    for (int i = 1; i <= found.groupCount(); i++) {
      if (found.group(i) != null) {
        return found.group(i);
      }
    }
    throw new IllegalStateException("No table in: " + found.group());
  }
}
