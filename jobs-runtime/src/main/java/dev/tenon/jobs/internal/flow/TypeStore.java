package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.excluded;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobCost;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.LimitKey;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredRates;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Stores the declarations of job types. Thread-safe. */
public final class TypeStore {

  /** The queues of a type, by routing key. */
  private static final JsonCodec<Map<String, String>> QUEUES =
      JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.STRING);

  private final Database database;

  /** The store of this database. */
  public TypeStore(Database database) {
    this.database = database;
  }

  /**
   * Stores the declarations of job types. They replace earlier ones, even those of an older version
   * of the application that still runs. The settings of operators stay, even if the type is
   * renamed, and so do the sensitive values that other versions of a type have declared.
   *
   * @param queues returns the RabbitMQ queues of a type, by routing key
   * @param submission returns the rules for submitting jobs of a type, as JSON
   */
  public void register(
      Collection<? extends JobDefinition<?, ?>> definitions,
      Function<JobDefinition<?, ?>, Map<String, String>> queues,
      Function<JobDefinition<?, ?>, String> submission) {
    if (definitions.isEmpty()) {
      return;
    }
    List<? extends JobDefinition<?, ?>> sorted =
        definitions.stream().sorted(Comparator.comparing(JobDefinition::type)).toList();
    Tables.JobTypes t = database.tables().jobTypes;
    UnnestedRows<JobDefinition<?, ?>> d = new UnnestedRows<>("d", sorted);
    Field<String> type = d.column("type", SQLDataType.CLOB, JobDefinition::type);
    // An array of arrays would need the same length for all
    Field<String[]> aliases =
        DSL.field(
            "string_to_array(nullif({0}, ''), ' ')",
            SQLDataType.CLOB.array(),
            d.column("aliases", SQLDataType.CLOB, each -> String.join(" ", each.aliases())));
    Map<Field<?>, Field<?>> declared = declared(d, aliases, queues);
    declared.put(
        t.submission, d.column("submission", SQLDataType.CLOB, submission).cast(JSONB.class));
    Table<?> before = setBefore(aliases);
    List<Field<?>> columns = new ArrayList<>(List.of(t.type));
    columns.addAll(declared.keySet());
    List<Field<?>> values = new ArrayList<>(List.of(type));
    values.addAll(declared.values());
    setByOperators()
        .forEach(
            field -> {
              columns.add(field);
              values.add(SubqueryFields.of(before, field));
            });
    Map<Field<?>, Field<?>> changes = new LinkedHashMap<>();
    declared.keySet().forEach(each -> changes.put(each, excluded(each)));
    changes.put(
        t.sensitive, DSL.field("{0} || {1}", JSONB.class, t.sensitive, excluded(t.sensitive)));
    // Those of the newest code, even if an older version of the application starts later
    changes.put(
        t.submission,
        DSL.when(version(t.submission).gt(version(excluded(t.submission))), t.submission)
            .otherwise(excluded(t.submission)));
    database
        .control()
        .insertInto(t)
        .columns(columns)
        .select(
            select(values)
                .from(d.table())
                .leftJoin(before)
                .on(DSL.trueCondition())
                // Processes that start at the same time lock the rows in the same order
                .orderBy(type))
        .onConflict(t.type)
        .doUpdate()
        .set(changes)
        .where(row(changes.keySet()).isDistinctFrom(row(changes.values())))
        .execute();
  }

  private static Field<Integer> version(Field<JSONB> submission) {
    return DSL.field("({0} ->> 'version')::integer", SQLDataType.INTEGER, submission);
  }

  /** The declarations of types, except for their names. */
  private Map<Field<?>, Field<?>> declared(
      UnnestedRows<JobDefinition<?, ?>> d,
      Field<String[]> aliases,
      Function<JobDefinition<?, ?>, Map<String, String>> queues) {
    Tables.JobTypes t = database.tables().jobTypes;
    DataType<Integer> number = SQLDataType.INTEGER;
    DataType<String> text = SQLDataType.CLOB;
    Map<Field<?>, Field<?>> declared = new LinkedHashMap<>();
    declared.put(t.aliases, DSL.coalesce(aliases, DSL.field("'{}'::text[]", text.array())));
    declared.put(
        t.limitBy,
        d.column("limit_by", text, each -> each.limitKey().map(LimitKey::component).orElse(null)));
    declared.put(
        t.costBy,
        d.column("cost_by", text, each -> each.cost().map(JobCost::component).orElse(null)));
    declared.put(
        t.orderBy,
        d.column(
            "order_by",
            text,
            each -> each.order().map(rule -> rule.component().orElse("")).orElse(null)));
    declared.put(
        t.letsPass,
        d.column(
            "lets_pass",
            SQLDataType.BOOLEAN,
            each -> each.order().map(rule -> rule.retries() == RetryOrder.PASS).orElse(false)));
    declared.put(
        t.uniqueBy,
        d.column(
            "unique_by",
            text,
            each -> each.unique().map(rule -> String.join(", ", rule.components())).orElse(null)));
    declared.put(
        t.maxConcurrent, d.column("max_concurrent", number, each -> each.limits().maxConcurrent()));
    declared.put(t.rates, d.column("rates", text, each -> StoredRates.text(each.limits().rates())));
    declared.put(
        t.maxConcurrentPerKey,
        d.column("max_concurrent_per_key", number, each -> each.limits().maxConcurrentPerKey()));
    declared.put(
        t.ratesPerKey,
        d.column("rates_per_key", text, each -> StoredRates.text(each.limits().ratesPerKey())));
    declared.put(
        t.maxWaiting,
        d.column("max_waiting", number, each -> each.backlog().map(BacklogRule::max).orElse(0)));
    declared.put(
        t.waitingBy,
        d.column(
            "waiting_by",
            text,
            each -> each.backlog().flatMap(BacklogRule::component).orElse(null)));
    declared.put(
        t.whenFull,
        d.column(
            "when_full",
            text,
            each -> each.backlog().map(BacklogRule::whenFull).orElse(WhenFull.REFUSE).code()));
    declared.put(t.priority, d.column("priority", Tables.PRIORITY, JobDefinition::priority));
    declared.put(
        t.maxAttempts, d.column("max_attempts", number, each -> each.retryPolicy().maxAttempts()));
    declared.put(t.sensitive, d.column("sensitive", text, SensitiveStore::json).cast(JSONB.class));
    declared.put(
        t.queues,
        d.column(
                "queues",
                text,
                each -> StoredJson.write(queues.apply(each), QUEUES, "the queues of a type"))
            .cast(JSONB.class));
    return declared;
  }

  /** The RabbitMQ queues that any process has declared for its types, by routing key. */
  public Map<String, String> queues() {
    Tables.JobTypes t = database.tables().jobTypes;
    var rows =
        database.control().select(t.type, t.aliases, t.queues).from(t).orderBy(t.type).fetch();
    Set<String> earlierNames = new HashSet<>();
    rows.forEach(row -> earlierNames.addAll(List.of(row.get(t.aliases))));
    Map<String, String> ofEarlierNames = new HashMap<>();
    Map<String, String> queues = new HashMap<>();
    rows.forEach(
        row ->
            StoredJson.read(row.get(t.queues).data(), QUEUES, Map.class, "queues of a type")
                .forEach(
                    (key, queue) -> {
                      if (earlierNames.contains(row.get(t.type))) {
                        ofEarlierNames.put(key, queue);
                      } else {
                        // One type may name the routing key that another one has by default
                        queues.merge(key, queue, (one, other) -> one.equals(key) ? one : other);
                      }
                    }));
    ofEarlierNames.forEach(queues::putIfAbsent);
    return queues;
  }

  private List<Field<?>> setByOperators() {
    Tables.JobTypes t = database.tables().jobTypes;
    return List.of(
        t.pausedAt,
        t.pausedBy,
        t.pauseReason,
        t.overridePriority,
        t.overrideMaxAttempts,
        t.overrideMaxConcurrent,
        t.overrideRates,
        t.overrideMaxConcurrentPerKey,
        t.overrideRatesPerKey,
        t.overrideMaxWaiting,
        t.overriddenAt,
        t.overriddenBy,
        t.overrideReason,
        t.keyWeights);
  }

  /**
   * The settings of operators from when a type had another name; they also apply to the new one.
   */
  private Table<?> setBefore(Field<String[]> earlierNames) {
    Tables.JobTypes t = database.tables().jobTypes;
    Table<?> earlier = t.as("earlier");
    return DSL.lateral(
            select(
                    setByOperators().stream()
                        .map(field -> SubqueryFields.of(earlier, field))
                        .toList())
                .from(earlier)
                .where(
                    SubqueryFields.of(earlier, t.type)
                        .eq(DSL.any(earlierNames))
                        .and(
                            SubqueryFields.of(earlier, t.pausedAt)
                                .isNotNull()
                                .or(SubqueryFields.of(earlier, t.overriddenAt).isNotNull())
                                .or(SubqueryFields.of(earlier, t.keyWeights).isNotNull())))
                .orderBy(SubqueryFields.of(earlier, t.type))
                .limit(1))
        .as("before");
  }
}
