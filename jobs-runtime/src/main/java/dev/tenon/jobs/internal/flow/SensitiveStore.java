package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.SensitiveJson;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.operate.JobMonitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the sensitive values that job types have declared. The process that shows a job need not
 * know its type. Thread-safe.
 */
public final class SensitiveStore {

  private static final String PAYLOAD = "payload";
  private static final String RESULT = "result";
  private static final String EMITTED = "emitted";
  private static final String STEPS = "steps";
  private static final String SIGNALS = "signals";
  private static final String CURSOR = "cursor";

  /** The paths of each version. */
  private static final JsonCodec<Map<Integer, List<String>>> CODEC =
      JsonCodecs.map(JsonCodecs.INT, JsonCodecs.list(JsonCodecs.STRING));

  private final Database database;

  /** The store of this database. */
  public SensitiveStore(Database database) {
    this.database = database;
  }

  /** The sensitive values of jobs that were submitted with this name. */
  public Declared find(String name) {
    return new Declared(find(name, database.tables().jobTypes.sensitive));
  }

  /** The sensitive values in what is kept with the jobs that were submitted with this name. */
  public DeclaredSteps findSteps(String name) {
    return new DeclaredSteps(new Declared(find(name, database.tables().jobTypes.sensitiveSteps)));
  }

  private Map<Integer, SensitivePaths> find(String name, Field<JSONB> column) {
    Tables.JobTypes t = database.tables().jobTypes;
    Map<Integer, SensitivePaths> versions = new HashMap<>();
    // The type itself, and one that has this name as an alias
    database
        .dsl()
        .select(column)
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
    return versions;
  }

  /** The declarations of a handler, as {@code job_types} stores them. */
  static String json(int version, StepsDefinition steps) {
    List<String> paths = new ArrayList<>();
    for (StepDefinition<?> step : steps.steps()) {
      List<String> names = new ArrayList<>(step.aliases());
      names.add(step.name());
      step.result()
          .ifPresent(value -> names.forEach(name -> add(paths, STEPS, name, value.sensitive())));
    }
    for (WaitDefinition<?> wait : steps.waits()) {
      wait.signals()
          .forEach(signal -> add(paths, SIGNALS, signal.name(), signal.value().sensitive()));
    }
    steps
        .cursor()
        .ifPresent(
            value -> value.sensitive().paths().forEach(path -> paths.add("/" + CURSOR + path)));
    return StoredJson.write(
        Map.of(version, paths.stream().distinct().sorted().toList()), CODEC, "what is sensitive");
  }

  private static void add(List<String> paths, String kind, String name, SensitivePaths sensitive) {
    String escaped = name.replace("~", "~0").replace("/", "~1");
    sensitive.paths().forEach(path -> paths.add("/" + kind + "/" + escaped + path));
  }

  /** The declarations of a type, as {@code job_types} stores them. */
  static String json(JobDefinition<?, ?> definition) {
    List<String> paths = new ArrayList<>();
    definition.sensitivePayload().paths().forEach(path -> paths.add("/" + PAYLOAD + path));
    definition.sensitiveResult().paths().forEach(path -> paths.add("/" + RESULT + path));
    definition
        .emitted()
        .ifPresent(
            value -> value.sensitive().paths().forEach(path -> paths.add("/" + EMITTED + path)));
    return StoredJson.write(Map.of(definition.version(), paths), CODEC, "what is sensitive");
  }

  private record DeclaredVersion(int version, SensitivePaths payload, SensitivePaths result)
      implements JobMonitor.Sensitive {}

  /**
   * The sensitive values in the jobs of a type. Everything is sensitive if the type has never
   * declared any. Everything is also sensitive for a version that has declared nothing, if another
   * version has sensitive values.
   *
   * @param versions the declarations of each version
   */
  public record Declared(Map<Integer, SensitivePaths> versions) {

    /** Those of a type that has declared nothing: everything is sensitive. */
    public static final Declared UNKNOWN = new Declared(Map.of());

    /** Copies the map. */
    public Declared {
      versions = Map.copyOf(versions);
    }

    /** The declarations of each version, in the order of the versions. */
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

    /** A payload without sensitive values, for people. */
    public String payload(int version, String json) {
      return SensitiveJson.masked(json, of(version).in(PAYLOAD));
    }

    /**
     * A result without sensitive values, for people.
     *
     * @param version the version of the type that it was written as
     */
    public String result(int version, String json) {
      return SensitiveJson.masked(json, of(version).in(RESULT));
    }

    /**
     * An emitted value without its sensitive parts, for people.
     *
     * @param version the version of the type that it was written for
     */
    public String emitted(int version, String json) {
      return SensitiveJson.masked(json, of(version).in(EMITTED));
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

  /**
   * The sensitive values in what is kept with the jobs of a type. Everything is sensitive if no
   * worker has declared any.
   *
   * @param declared the declarations of each version
   */
  public record DeclaredSteps(Declared declared) {

    /**
     * The result of a step without sensitive values, for people.
     *
     * @param version the version of the type whose code has recorded it
     */
    public String step(int version, String name, String json) {
      return SensitiveJson.masked(json, declared.of(version).in(STEPS).in(name));
    }

    /**
     * The paths of the sensitive values in the result of a step; none if no worker has declared
     * any.
     *
     * @param version the version of the type whose code has recorded the step
     */
    public SensitivePaths ofStep(int version, String name) {
      return declared.versions().isEmpty()
          ? SensitivePaths.NONE
          : declared.of(version).in(STEPS).in(name);
    }

    /** A signal without what any version has declared as sensitive, for people. */
    public String signal(String name, String json) {
      return SensitiveJson.masked(
          json, declared.versions().isEmpty() ? SensitivePaths.ALL : ofSignal(name));
    }

    /** The paths of the sensitive values in a signal, as any version has declared them. */
    public SensitivePaths ofSignal(String name) {
      SensitivePaths paths = SensitivePaths.NONE;
      for (SensitivePaths version : declared.versions().values()) {
        paths = paths.and(version.in(SIGNALS).in(name));
      }
      return paths;
    }

    /** A cursor without sensitive values, for people. */
    public String cursor(int version, String json) {
      return SensitiveJson.masked(json, declared.of(version).in(CURSOR));
    }
  }
}
