package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.SensitiveJson;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.operate.JobMonitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads what job types have declared to be sensitive. The process that shows a job need not know
 * its type. Thread-safe.
 */
public final class SensitiveStore {

  private static final String PAYLOAD = "payload";
  private static final String RESULT = "result";

  /** The paths of each version. */
  private static final JsonCodec<Map<Integer, List<String>>> CODEC =
      JsonCodecs.map(JsonCodecs.INT, JsonCodecs.list(JsonCodecs.STRING));

  private final Database database;

  /** The store of this database. */
  public SensitiveStore(Database database) {
    this.database = database;
  }

  /** What is sensitive in jobs that were submitted under this name. */
  public Declared find(String name) {
    Tables.JobTypes t = database.tables().jobTypes;
    Map<Integer, SensitivePaths> versions = new HashMap<>();
    // The type itself, and one that has been given its name as an alias
    database
        .dsl()
        .select(t.sensitive)
        .from(t)
        .where(t.type.eq(name).or(t.aliases.contains(new String[] {name})))
        .forEach(
            row ->
                StoredJson.read(
                        row.value1().data(), CODEC, Map.class, "what is sensitive in " + name)
                    .forEach(
                        (version, paths) ->
                            versions.merge(
                                version, SensitivePaths.of(paths), SensitivePaths::and)));
    return new Declared(versions);
  }

  /** What a type declares, as {@code job_types} has it. */
  static String json(JobDefinition<?, ?> definition) {
    List<String> paths = new ArrayList<>();
    definition.sensitivePayload().paths().forEach(path -> paths.add("/" + PAYLOAD + path));
    definition.sensitiveResult().paths().forEach(path -> paths.add("/" + RESULT + path));
    return StoredJson.write(Map.of(definition.version(), paths), CODEC, "what is sensitive");
  }

  private record DeclaredVersion(int version, SensitivePaths payload, SensitivePaths result)
      implements JobMonitor.Sensitive {}

  /**
   * What is sensitive in the jobs of a type. Everything is in those of a type that has never said
   * it. So it is in those of a version that has not, if another has sensitive values.
   *
   * @param versions what each version has declared
   */
  public record Declared(Map<Integer, SensitivePaths> versions) {

    /** Copies the map. */
    public Declared {
      versions = Map.copyOf(versions);
    }

    /** What each version has declared, in the order of the versions. */
    public List<JobMonitor.Sensitive> byVersion() {
      return new TreeMap<>(versions)
          .entrySet().stream()
              .<JobMonitor.Sensitive>map(
                  entry ->
                      new DeclaredVersion(
                          entry.getKey(),
                          entry.getValue().in(PAYLOAD),
                          entry.getValue().in(RESULT)))
              .toList();
    }

    /** A payload as people may see it. */
    public String payload(int version, String json) {
      return SensitiveJson.masked(json, of(version).in(PAYLOAD));
    }

    /**
     * A result as people may see it.
     *
     * @param version the version of the type with which it was written
     */
    public String result(int version, String json) {
      return SensitiveJson.masked(json, of(version).in(RESULT));
    }

    private SensitivePaths of(int version) {
      SensitivePaths declared = versions.get(version);
      if (declared != null) {
        return declared;
      }
      boolean isHarmless =
          !versions.isEmpty() && versions.values().stream().allMatch(SensitivePaths::isNone);
      return isHarmless ? SensitivePaths.NONE : SensitivePaths.ALL;
    }
  }
}
