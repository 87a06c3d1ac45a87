package dev.tenon.jobs.store;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.pointer.JobPointer;
import dev.tenon.jobs.pointer.PublishedPointer;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database with Tenon's tables, and jobs in it as a test needs them. */
final class StoreFixture implements AutoCloseable {

  static final String TYPE = "test.store";
  static final Map<String, Integer> KNOWN = Map.of(TYPE, 1);

  final PostgresDatabase postgres = PostgresDatabase.shared();
  final Database database;
  final ClaimStore claims;
  final OutcomeStore outcomes;
  final ReportStore reports;
  final PublishStore publishes;
  final ReadStore reads;

  StoreFixture() {
    Migrations.migrate(postgres.dataSource(), "tenon");
    database =
        new Database(postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon");
    claims = new ClaimStore(database);
    outcomes = new OutcomeStore(database);
    reports = new ReportStore(database);
    publishes = new PublishStore(database);
    reads = new ReadStore(database);
  }

  static NewJob job(String type, int version, String payload) {
    return job(type, version, payload, null);
  }

  /** A job with a unique key. */
  static NewJob unique(NewJob.UniqueKey key) {
    return job(TYPE, 1, "{}", key);
  }

  private static NewJob job(
      String type, int version, String payload, NewJob.@Nullable UniqueKey key) {
    return new NewJob(
        UUID.randomUUID(),
        type,
        version,
        "jobs." + type,
        JobPriority.NORMAL,
        payload,
        null,
        "tester",
        3,
        Duration.ofDays(1),
        null,
        null,
        null,
        Duration.ofDays(1),
        null,
        key);
  }

  /** The pointers as if each was published in a message of its own. */
  static List<PublishedPointer> eachAlone(List<JobPointer> pointers) {
    return pointers.stream().map(each -> new PublishedPointer(each, each.jobId())).toList();
  }

  /** Jobs, in the order of their ids. */
  List<UUID> submit(NewJob... jobs) {
    new SubmitStore(database).insert(Arrays.asList(jobs));
    return Arrays.stream(jobs).map(NewJob::id).sorted(new ById()).toList();
  }

  List<UUID> submit(int count) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(job(TYPE, 1, "{}"));
    }
    return submit(jobs.toArray(NewJob[]::new));
  }

  List<Lease> claim(String worker, Collection<UUID> ids) {
    return claims.claim(worker, ids, KNOWN, Long.MAX_VALUE).jobs().stream()
        .map(ClaimedJob::lease)
        .toList();
  }

  void execute(String sql, Object... bindings) {
    database.dsl().execute(sql, bindings);
  }

  /** PostgreSQL compares ids as unsigned numbers, and Java does not. */
  static final class ById implements java.util.Comparator<UUID> {
    @Override
    public int compare(UUID one, UUID other) {
      return one.toString().compareTo(other.toString());
    }
  }

  @Override
  public void close() {
    postgres.close();
  }
}
