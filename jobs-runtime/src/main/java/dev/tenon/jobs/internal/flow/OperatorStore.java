package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredRates;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes what operators set for job types: pauses and overrides. Thread-safe. */
public final class OperatorStore {

  private static final JsonCodec<Map<String, Integer>> WEIGHTS =
      JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.INT);

  private final Database database;

  /** The store of this database. */
  public OperatorStore(Database database) {
    this.database = database;
  }

  /** All types, sorted by name. */
  public List<JobTypeState> list() {
    Tables.JobTypes t = database.tables().jobTypes;
    return database.dsl().selectFrom(t).orderBy(t.type).fetch(this::state);
  }

  /** The type of this name; failing that, the one with this alias. */
  public Optional<JobTypeState> find(String name) {
    Tables.JobTypes t = database.tables().jobTypes;
    return database
        .dsl()
        .selectFrom(t)
        .where(t.type.eq(name).or(t.aliases.contains(new String[] {name})))
        .orderBy(t.type.eq(name).desc(), t.type)
        .limit(1)
        .fetchOptional(this::state);
  }

  private JobTypeState state(Record row) {
    Tables.JobTypes t = database.tables().jobTypes;
    return new StoredType(
        row.get(t.type),
        List.of(row.get(t.aliases)),
        Optional.ofNullable(row.get(t.signals)).map(List::of).orElse(List.of()),
        new StoredType.StoredSettings(
            row.get(t.priority),
            row.get(t.maxAttempts),
            JobLimits.NONE
                .withMaxConcurrent(row.get(t.maxConcurrent))
                .withRates(StoredRates.read(row.get(t.rates)))
                .withMaxConcurrentPerKey(row.get(t.maxConcurrentPerKey))
                .withRatesPerKey(StoredRates.read(row.get(t.ratesPerKey))),
            Optional.ofNullable(row.get(t.limitBy)),
            Optional.ofNullable(row.get(t.costBy)),
            row.get(t.maxWaiting),
            Optional.ofNullable(row.get(t.waitingBy))),
        Optional.ofNullable(row.get(t.overriddenAt))
            .map(
                at ->
                    new StoredType.StoredOverrides(
                        overrides(row), at, row.get(t.overriddenBy), row.get(t.overrideReason))),
        weights(row.get(t.keyWeights)),
        Optional.ofNullable(row.get(t.pausedAt))
            .map(since -> new Pause(since, row.get(t.pausedBy), row.get(t.pauseReason))));
  }

  private static Map<String, Integer> weights(@Nullable JSONB stored) {
    return stored == null
        ? Map.of()
        : StoredJson.read(stored.data(), WEIGHTS, Map.class, "weights of keys");
  }

  /** Sets the weight of a key, or removes it if it is 1. */
  public void weigh(String type, String key, int weight, Actor actor) {
    Tables.JobTypes t = database.tables().jobTypes;
    Field<JSONB> weights = DSL.coalesce(t.keyWeights, JSONB.jsonb("{}"));
    Field<JSONB> changed =
        weight == 1
            ? DSL.field(
                "nullif({0} - {1}::text, {2})",
                SQLDataType.JSONB, weights, val(key), DSL.inline(JSONB.jsonb("{}")))
            : DSL.field(
                "{0} || jsonb_build_object({1}::text, {2})",
                SQLDataType.JSONB, weights, val(key), DSL.inline(weight));
    Field<Integer> present =
        DSL.field(
            "coalesce(({0} ->> {1}::text)::integer, 1)",
            SQLDataType.INTEGER, t.keyWeights, val(key));
    boolean unused =
        change(
            ChangeByHand.of("weigh key", type, actor),
            "%s = %d".formatted(key, weight),
            dsl ->
                dsl.update(t)
                    .set(t.keyWeights, changed)
                    .where(isCalled(type).and(present.ne(weight)))
                    .execute());
  }

  private JobTypeOverrides overrides(Record row) {
    Tables.JobTypes t = database.tables().jobTypes;
    JobTypeOverrides overrides = JobTypeOverrides.none();
    if (row.get(t.overridePriority) != null) {
      overrides = overrides.withPriority(row.get(t.overridePriority));
    }
    if (row.get(t.overrideMaxAttempts) != null) {
      overrides = overrides.withMaxAttempts(row.get(t.overrideMaxAttempts));
    }
    if (row.get(t.overrideMaxConcurrent) != null) {
      overrides = overrides.withMaxConcurrent(row.get(t.overrideMaxConcurrent));
    }
    if (row.get(t.overrideRates) != null) {
      overrides = overrides.withRates(StoredRates.read(row.get(t.overrideRates)));
    }
    if (row.get(t.overrideMaxConcurrentPerKey) != null) {
      overrides = overrides.withMaxConcurrentPerKey(row.get(t.overrideMaxConcurrentPerKey));
    }
    if (row.get(t.overrideRatesPerKey) != null) {
      overrides = overrides.withRatesPerKey(StoredRates.read(row.get(t.overrideRatesPerKey)));
    }
    if (row.get(t.overrideMaxWaiting) != null) {
      overrides = overrides.withMaxWaiting(row.get(t.overrideMaxWaiting));
    }
    return overrides;
  }

  /** Pauses a type, unless it is already paused. */
  public void pause(String type, Actor actor) {
    Tables.JobTypes t = database.tables().jobTypes;
    boolean unused =
        change(
            ChangeByHand.of("pause type", type, actor),
            "done",
            dsl ->
                dsl.update(t)
                    .set(t.pausedAt, currentInstant())
                    .set(t.pausedBy, actor.name())
                    .set(t.pauseReason, actor.reason().orElseThrow())
                    .where(isCalled(type).and(t.pausedAt.isNull()))
                    .execute());
  }

  /** Ends the pause of a type. Returns true if it was paused. */
  public boolean resume(String type, Actor actor) {
    Tables.JobTypes t = database.tables().jobTypes;
    return change(
        ChangeByHand.of("resume type", type, actor),
        "done",
        dsl ->
            dsl.update(t)
                .setNull(t.pausedAt)
                .setNull(t.pausedBy)
                .setNull(t.pauseReason)
                .where(isCalled(type).and(t.pausedAt.isNotNull()))
                .execute());
  }

  private boolean change(
      ChangeByHand change, String outcome, Function<DSLContext, Integer> update) {
    return change.inTransaction(
        database.dsl(),
        dsl -> {
          boolean hasChanged = update.apply(dsl) > 0;
          if (hasChanged) {
            change.record(dsl, database.tables(), outcome);
          }
          return hasChanged;
        });
  }

  /**
   * Sets the overrides of a type, which replace all earlier ones. Returns true if that has changed
   * anything.
   */
  public boolean override(String type, JobTypeOverrides overrides, Actor actor) {
    boolean isSet = !overrides.isEmpty();
    Tables.JobTypes t = database.tables().jobTypes;
    return change(
        ChangeByHand.of(isSet ? "override type" : "clear overrides", type, actor),
        isSet ? overrides.toString() : "done",
        dsl ->
            dsl.update(t)
                .set(t.overridePriority, overrides.priority().orElse(null))
                .set(t.overrideMaxAttempts, orNull(overrides.maxAttempts()))
                .set(t.overrideMaxConcurrent, orNull(overrides.maxConcurrent()))
                .set(t.overrideRates, overrides.rates().map(StoredRates::text).orElse(null))
                .set(t.overrideMaxConcurrentPerKey, orNull(overrides.maxConcurrentPerKey()))
                .set(
                    t.overrideRatesPerKey,
                    overrides.ratesPerKey().map(StoredRates::text).orElse(null))
                .set(t.overrideMaxWaiting, orNull(overrides.maxWaiting()))
                .set(t.overriddenAt, isSet ? currentInstant() : val(null, t.overriddenAt))
                .set(t.overriddenBy, isSet ? actor.name() : null)
                .set(t.overrideReason, isSet ? actor.reason().orElseThrow() : null)
                .where(isSet ? isCalled(type) : isCalled(type).and(t.overriddenAt.isNotNull()))
                .execute());
  }

  /**
   * A condition for the rows of a type, by all of its names. A renamed type has one row for each
   * name. All of them have the same values, because claims read the row with the name of the job.
   */
  private Condition isCalled(String type) {
    Tables.JobTypes t = database.tables().jobTypes;
    Table<?> own = t.as("own");
    Field<String> earlierName =
        DSL.field("unnest({0})", SQLDataType.CLOB, SubqueryFields.of(own, t.aliases));
    return t.type
        .eq(type)
        .or(t.aliases.contains(new String[] {type}))
        .or(
            t.type.in(
                select(earlierName).from(own).where(SubqueryFields.of(own, t.type).eq(type))));
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  /**
   * The types that workers do not claim in the usual way, although they know them.
   *
   * @param paused the names of paused types
   * @param limited the names of limited types: their jobs get keys before they are claimed
   */
  public record Barred(Set<String> paused, Set<String> limited) {

    /** No types. */
    public static final Barred NONE = new Barred(Set.of(), Set.of());

    /** Makes the sets immutable. */
    public Barred {
      paused = Set.copyOf(paused);
      limited = Set.copyOf(limited);
    }
  }

  /** Those paused and limited types that have one of these names, by all of their names. */
  public Barred barred(Set<String> names) {
    Tables.JobTypes t = database.tables().jobTypes;
    Condition isBarred = t.pausedAt.isNotNull().or(DSL.condition(t.isLimited));
    Set<String> paused = new HashSet<>();
    Set<String> limited = new HashSet<>();
    database
        .control()
        .select(t.type, t.aliases, t.pausedAt, t.isLimited)
        .from(t)
        .where(isBarred)
        .forEach(
            row -> {
              Set<String> all = new HashSet<>(List.of(row.value2()));
              all.add(row.value1());
              all.retainAll(names);
              if (row.value3() != null) {
                paused.addAll(all);
              }
              if (row.value4()) {
                limited.addAll(all);
              }
            });
    return new Barred(paused, limited);
  }
}
