package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Updates the schedules in the table to the declarations of an application that starts: its
 * schedules, their names, and those that it no longer has. Thread-safe.
 */
final class ScheduleDeclarations {

  private final Database database;

  ScheduleDeclarations(Database database) {
    this.database = database;
  }

  /** See {@link ScheduleStore#register}. */
  void register(
      List<NewSchedule> declared,
      Map<String, String> renamed,
      Collection<String> types,
      Function<LockedSchedule, Optional<NewSchedule>> today,
      BiFunction<LockedSchedule, NewSchedule, NewSchedule> kept) {
    Tables.Schedules s = database.tables().schedules;
    // Processes that start at the same time lock the rows in the same order
    List<NewSchedule> sorted =
        declared.stream().sorted(Comparator.comparing(NewSchedule::name)).toList();
    int unused =
        // An earlier and a later version that start at the same time may lock them in another order
        Database.inRepeatedTransaction(
            database.control(),
            dsl -> {
              List<LockedSchedule> known =
                  LockedSchedule.lock(
                      dsl, database.tables(), s.type.in(types).and(s.declared.isFalse()));
              renamed.forEach((before, name) -> rename(dsl, before, name));
              Map<String, String> takenBack = laterNames(dsl, sorted, types);
              takenBack.forEach((later, name) -> rename(dsl, later, name));
              Map<String, LockedSchedule> stored =
                  LockedSchedule.lock(
                          dsl,
                          database.tables(),
                          s.name.in(sorted.stream().map(NewSchedule::name).toList()))
                      .stream()
                      .collect(Collectors.toMap(LockedSchedule::name, each -> each));
              for (NewSchedule each : sorted) {
                LockedSchedule found = stored.get(each.name());
                ScheduleRows.write(
                    dsl, s, found == null ? each : kept.apply(found, each), true, null);
              }
              known.forEach(
                  each ->
                      today
                          .apply(each)
                          .ifPresent(
                              now ->
                                  ScheduleRows.write(dsl, s, kept.apply(each, now), false, null)));
              Set<String> otherNames = new HashSet<>(renamed.keySet());
              otherNames.addAll(takenBack.keySet());
              sorted.forEach(each -> otherNames.remove(each.name()));
              int deleted =
                  dsl.deleteFrom(s).where(s.declared.isTrue().and(s.name.in(otherNames))).execute();
              return deleted + withdraw(dsl, types, sorted);
            });
  }

  /**
   * The names of these schedules in a later version of the application, which has renamed their
   * types and declared them last. If the earlier version is started again, its declarations apply;
   * with both, each run would take place twice.
   */
  private Map<String, String> laterNames(
      DSLContext dsl, List<NewSchedule> declared, Collection<String> types) {
    Tables.Schedules s = database.tables().schedules;
    Tables.JobTypes t = database.tables().jobTypes;
    Set<String> names = declared.stream().map(NewSchedule::name).collect(Collectors.toSet());
    Map<String, String> later = new TreeMap<>();
    dsl.select(t.type, t.aliases, s.name)
        .from(t)
        .join(s)
        .on(s.type.eq(t.type))
        .where(s.declared.isTrue().and(s.name.startsWith(t.type)).and(t.type.notIn(types)))
        .forEach(
            row -> {
              String name = row.value3();
              String ofSchedule = name.substring(row.value1().length());
              Stream.of(row.value2())
                  .map(alias -> alias + ofSchedule)
                  .filter(names::contains)
                  .findFirst()
                  .ifPresent(earlier -> later.put(name, earlier));
            });
    return later;
  }

  /**
   * Removes schedules that these types no longer declare. The pause of a paused schedule stays: an
   * earlier or later version of the application may declare it again.
   */
  private int withdraw(DSLContext dsl, Collection<String> types, List<NewSchedule> declared) {
    Tables.Schedules s = database.tables().schedules;
    Condition gone =
        s.declared
            .isTrue()
            .and(s.type.in(types))
            .and(s.name.notIn(declared.stream().map(NewSchedule::name).toList()));
    int deleted = dsl.deleteFrom(s).where(gone.and(s.pausedAt.isNull())).execute();
    return deleted
        + dsl.update(s)
            .set(s.withdrawnAt, currentInstant())
            .setNull(s.waitingRunAt)
            .where(gone.and(s.withdrawnAt.isNull()))
            .execute();
  }

  /**
   * Renames the schedules of a renamed type, with their pauses, their next runs and the runs that
   * have not ended, which decide whether another run would overlap.
   */
  private void rename(DSLContext dsl, String before, String name) {
    Tables.Schedules s = database.tables().schedules;
    // A transaction that submits a run of the old name has the row locked, and has ended once it is
    // locked here
    if (LockedSchedule.lock(dsl, database.tables(), s.name.eq(before).and(s.declared.isTrue()))
        .isEmpty()) {
      return;
    }
    var other = s.as("other");
    dsl.update(s)
        .set(s.name, name)
        .where(
            s.name
                .eq(before)
                .and(s.declared.isTrue())
                .and(
                    notExists(
                        selectOne().from(other).where(SubqueryFields.of(other, s.name).eq(name)))))
        .execute();
    JobTables.Live j = database.tables().live;
    JobTables.Data d = database.tables().data;
    List<UUID> runs =
        dsl.select(j.id).from(j).where(j.schedule.eq(before)).orderBy(j.id).fetch(j.id);
    if (!runs.isEmpty()) {
      int unused =
          LockedJobs.updateWithData(
              dsl,
              database.tables(),
              runs,
              DSL.noCondition(),
              Map.of(j.schedule, DSL.val(name)),
              Map.of(d.schedule, DSL.val(name)));
    }
  }
}
