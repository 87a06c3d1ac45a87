package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sensitive values that are encrypted in the database. */
class EncryptedJobsTest {

  private static final SubmitOptions LATER = SubmitOptions.by("t").withDelay(Duration.ofDays(1));
  private static final String IBAN = "DE02120300000000202051";
  private static final String OTHER_IBAN = "DE02500105170137075030";

  record Account(String owner, String iban) {}

  private static final TaskInput.Draft<Account, TaskInput.From1<Account, Account>> OF_ACCOUNT =
      TaskInput.draftFrom1(
          "ofAccount",
          (draft, before) -> {
            if (draft.owner().equals("refused")) {
              throw new IllegalStateException("no " + before.iban() + " for " + draft.iban());
            }
            return List.of(
                new Account(before.owner() + " to " + draft.owner(), before.iban() + draft.iban()));
          });

  private static final JobDefinition<Account, Account> PAY = pay("account.pay").build();
  private static final JobDefinition<Account, Account> UNIQUE =
      pay("account.settle")
          .unique(
              UniqueRule.by("iban", Account::iban)
                  .withHashedKey()
                  .withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD))
          .build();

  /** Nothing of it is sensitive. */
  private static final JobDefinition<Account, Account> READ =
      TestCodecs.builder("account.read", Account.class, Account.class)
          .retryPolicy(RetryPolicy.of(1))
          .timeout(Duration.ofSeconds(30))
          .build();

  private final Queue<Account> handled = new ConcurrentLinkedQueue<>();
  private Fixture fixture;

  private static JobDefinition.Builder<Account, Account> pay(String type) {
    return TestCodecs.builder(type, Account.class, Account.class)
        .retryPolicy(RetryPolicy.of(1))
        .timeout(Duration.ofSeconds(30))
        .input(OF_ACCOUNT)
        .sensitivePayload("/iban")
        .sensitiveResult("/iban");
  }

  private static SecretKey key(int first) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) first;
    return new SecretKeySpec(bytes, "AES");
  }

  private static final EncryptionKeys OLD = EncryptionKeys.of("old", key(1));
  private static final EncryptionKeys NEW =
      EncryptionKeys.of("new", Map.of("old", key(1), "new", key(2)));

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private TestJobs.Handlers handlers() {
    return TestJobs.handlers()
        .with(PAY, (account, context) -> handle(account))
        .with(UNIQUE, (account, context) -> handle(account))
        .with(READ, (account, context) -> handle(account));
  }

  private Account handle(Account account) {
    handled.add(account);
    if (account.owner().equals("broke")) {
      throw new IllegalStateException("no money on " + account.iban());
    }
    return account;
  }

  private JobsRuntime start(EncryptionKeys keys) {
    return fixture.start(fixture.builder().modules(handlers().module()).encryptionKeys(keys));
  }

  private JobsRuntime startWithoutKeys() {
    return fixture.start(fixture.builder().modules(handlers().module()));
  }

  private JobWorker work(JobsRuntime runtime) {
    return runtime.startWorker(handlers());
  }

  private static UUID submit(JobsRuntime runtime, String owner) {
    return runtime.jobs().submit(PAY, new Account(owner, IBAN), SubmitOptions.by("t")).jobId();
  }

  private static void putMonthly(JobService jobs) {
    jobs.schedules()
        .put(
            "monthly",
            PAY,
            new Account("Ann", IBAN),
            Timing.cron("0 0 1 * *", ZoneOffset.UTC),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
  }

  /** Everything that the database holds, each row as text. */
  private List<String> everything() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet found =
          statement.executeQuery(
              "SELECT tablename FROM pg_tables WHERE schemaname = 'tenon' ORDER BY 1")) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
      assertThat(tables)
          .contains("job_data", "live_jobs", "ended_jobs", "earlier_attempts", "job_schedules");
      for (String table : tables) {
        try (ResultSet found =
            statement.executeQuery("SELECT t::text FROM tenon." + table + " t")) {
          while (found.next()) {
            rows.add(table + ": " + found.getString(1));
          }
        }
      }
    }
    return rows;
  }

  private void assertUnreadable() throws SQLException {
    assertThat(everything())
        .noneMatch(row -> row.contains(IBAN) || row.contains(OTHER_IBAN))
        .anyMatch(row -> row.contains("tenon-encrypted:1:"));
  }

  @Test
  void payloadAndResultAreUnreadableInTheTableAndReadableInJava() throws Exception {
    JobsRuntime runtime = start(OLD);
    var unused = work(runtime);
    UUID id = submit(runtime, "Ann");
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);

    assertThat(handled).containsExactly(new Account("Ann", IBAN));
    assertUnreadable();
    String stored = "\\{\"owner\":\"Ann\",\"iban\":\"tenon-encrypted:1:old:[A-Za-z0-9_-]+\"}";
    assertThat(job.payload()).matches(stored);
    assertThat(job.result().orElseThrow()).matches(stored);
    var typed = runtime.jobs().find(PAY, id).orElseThrow();
    assertThat(typed.payload()).isEqualTo(new Account("Ann", IBAN));
    assertThat(typed.result()).contains(new Account("Ann", IBAN));
    assertThat(runtime.monitor().masked(job).payload())
        .isEqualTo("{\"owner\":\"Ann\",\"iban\":\"••••\"}");
  }

  @Test
  void whatAHandlerQuotesIsHiddenAsWithoutKeys() throws Exception {
    JobsRuntime runtime = start(OLD);
    var unused = work(runtime);
    UUID id = submit(runtime, "broke");
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED);

    assertThat(job.error().orElseThrow().message()).contains("no money on ••••");
    assertUnreadable();
  }

  @Test
  void tasksTakeDraftsAndResultsThatAreEncrypted() throws Exception {
    JobsRuntime runtime = start(OLD);
    TypedJobs<Account, Account> pay = new TypedJobs<>(PAY, runtime.jobs(), runtime.jobs());
    Workflow workflow = Workflow.named("w").submittedBy("t");
    Task<Account> first = workflow.add(pay, new Account("Ann", IBAN));
    Task<Account> second =
        workflow.add(pay, OF_ACCOUNT.with(new Account("Bob", OTHER_IBAN)), first);
    Task<Account> third =
        workflow.add(pay, OF_ACCOUNT.with(new Account("refused", OTHER_IBAN)), second);
    SubmittedWorkflow submitted = runtime.jobs().submit(workflow);
    assertUnreadable();

    var unused = work(runtime);
    Job failed = Fixture.awaitStatus(runtime.jobs(), submitted.idOf(third), JobStatus.FAILED);

    assertThat(handled)
        .containsExactly(new Account("Ann", IBAN), new Account("Ann to Bob", IBAN + OTHER_IBAN));
    assertThat(failed.error().orElseThrow().message().orElseThrow())
        .contains("IllegalStateException");
    assertUnreadable();
  }

  @Test
  void aTaskWaitsWhileThePayloadThatWasMadeForItCannotBeEncrypted() throws Exception {
    RotatingKeys keys = new RotatingKeys();
    JobsRuntime runtime = start(keys);
    JobService jobs = runtime.jobs();
    Workflow workflow = Workflow.named("w").submittedBy("t");
    Task<Account> first =
        workflow.add(new TypedJobs<>(READ, jobs, jobs), new Account("Ann", "public"));
    Task<Account> second =
        workflow.add(
            new TypedJobs<>(PAY, jobs, jobs),
            OF_ACCOUNT.with(new Account("Bob", OTHER_IBAN)),
            first);
    SubmittedWorkflow submitted = jobs.submit(workflow);
    keys.failure.set(new IllegalStateException("no connection"));
    keys.current = "new";
    var unused = runtime.startWorker(TestJobs.handlers().with(READ, (account, context) -> account));

    assertThat(keys.asked.await(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    keys.failure.set(null);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.get(submitted.idOf(second)), job -> job.payload().contains(":new:"));
    assertThat(jobs.find(PAY, submitted.idOf(second)).orElseThrow())
        .returns(JobStatus.PENDING, found -> found.job().status())
        .returns(new Account("Ann to Bob", "public" + OTHER_IBAN), found -> found.payload());
  }

  /** A worker of the version before a rename may run what a process of the new version prepared. */
  @Test
  void thePayloadOfATaskIsReadUnderTheNameThatItsJobHas() throws Exception {
    JobsRuntime before = start(OLD);
    JobService jobs = before.jobs();
    Workflow workflow = Workflow.named("w").submittedBy("t");
    Task<Account> first =
        workflow.add(new TypedJobs<>(READ, jobs, jobs), new Account("Ann", "public"));
    Task<Account> second =
        workflow.add(
            new TypedJobs<>(PAY, jobs, jobs),
            OF_ACCOUNT.with(new Account("Bob", OTHER_IBAN)),
            first);
    SubmittedWorkflow submitted = jobs.submit(workflow);
    fixture.closeRuntimes();

    TestJobs.Handlers renamed =
        TestJobs.handlers()
            .with(READ, (account, context) -> account)
            .with(
                pay("account.transfer").aliases("account.pay").build(),
                (account, context) -> {
                  throw new IllegalStateException("not run here");
                });
    JobsRuntime after =
        fixture.start(fixture.builder().modules(renamed.module()).encryptionKeys(OLD));
    var unused = after.startWorker(TestJobs.handlers().with(READ, (account, context) -> account));

    UUID id = submitted.idOf(second);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> after.jobs().get(id), job -> job.payload().contains("Ann to Bob"));
    assertThat(after.jobs().find(PAY, id).orElseThrow().payload())
        .isEqualTo(new Account("Ann to Bob", "public" + OTHER_IBAN));
  }

  @Test
  void aShortageOfMemoryWhileAPayloadIsDecryptedCostsOneAttempt() {
    JobDefinition<Account, Account> twice =
        pay("account.twice").retryPolicy(RetryPolicy.of(2, Duration.ofMillis(1))).build();
    RotatingKeys keys = new RotatingKeys();
    TestJobs.Handlers handlers =
        TestJobs.handlers()
            .with(
                twice,
                (account, context) -> {
                  handled.add(account);
                  return account;
                });
    JobsRuntime runtime =
        fixture.start(fixture.builder().modules(handlers.module()).encryptionKeys(keys));
    UUID id = runtime.jobs().submit(twice, new Account("Ann", IBAN), SubmitOptions.by("t")).jobId();
    keys.failure.set(new OutOfMemoryError("of a test"));
    var unused = runtime.startWorker(handlers);

    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    assertThat(job.attempts()).isEqualTo(2);
  }

  @Test
  void aScheduleThatIsTheSameIsNotChangedByAStart() throws Exception {
    JobDefinition<Account, Account> yearly =
        pay("account.close")
            .schedule(CronSchedule.of("0 0 1 1 *", ZoneOffset.UTC, () -> new Account("Bob", IBAN)))
            .build();
    ModuleDefinition module = TestJobs.moduleOf(List.of(PAY, yearly));
    JobsRuntime before = fixture.start(fixture.builder().modules(module).encryptionKeys(OLD));
    putMonthly(before.jobs());
    JobSchedule put = before.jobs().schedules().find("monthly").orElseThrow();
    List<String> rows = schedules();
    fixture.closeRuntimes();

    JobsRuntime after = fixture.start(fixture.builder().modules(module).encryptionKeys(OLD));

    assertThat(rows).hasSize(2).allMatch(row -> row.contains("tenon-encrypted:1:old:"));
    assertThat(after.jobs().schedules().find("monthly").orElseThrow().changed())
        .isEqualTo(put.changed());
    assertThat(schedules()).isEqualTo(rows);
  }

  private List<String> schedules() throws SQLException {
    return everything().stream().filter(row -> row.startsWith("job_schedules:")).toList();
  }

  /** Keys that can fail. */
  private static final class RotatingKeys implements EncryptionKeys {
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final CountDownLatch asked = new CountDownLatch(1);
    volatile String current = "old";

    @Override
    public String current() {
      return current;
    }

    @Override
    public Optional<SecretKey> find(String name) {
      Throwable now = failure.get();
      if (now instanceof Error error) {
        failure.set(null);
        throw error;
      }
      if (now instanceof RuntimeException exception && name.equals("new")) {
        asked.countDown();
        throw exception;
      }
      return NEW.find(name);
    }
  }

  @Test
  void schedulesAndReplacedPayloadsAreEncrypted() throws Exception {
    JobsRuntime runtime = start(OLD);
    JobService jobs = runtime.jobs();
    putMonthly(jobs);
    UUID id = jobs.submit(UNIQUE, new Account("Bob", OTHER_IBAN), LATER).jobId();
    assertThat(jobs.submit(UNIQUE, new Account("Carl", OTHER_IBAN), LATER).jobId()).isEqualTo(id);
    UUID now = jobs.schedules().runNow("monthly", Actor.of("ann"));

    assertUnreadable();
    assertThat(jobs.find(UNIQUE, id).orElseThrow().payload())
        .isEqualTo(new Account("Carl", OTHER_IBAN));
    var unused = work(runtime);
    Fixture.awaitStatus(jobs, now, JobStatus.COMPLETED);
    assertThat(handled).containsExactly(new Account("Ann", IBAN));
  }

  @Test
  void aProcessWithTheNewKeyRunsJobsOfTheOldOneAndStoresSchedulesAgain() throws Exception {
    JobsRuntime before = start(OLD);
    putMonthly(before.jobs());
    UUID id = submit(before, "Ann");
    fixture.closeRuntimes();

    JobsRuntime after = start(NEW);
    var unused = work(after);
    Job job = Fixture.awaitStatus(after.jobs(), id, JobStatus.COMPLETED);

    assertThat(handled).containsExactly(new Account("Ann", IBAN));
    assertThat(job.payload()).contains("tenon-encrypted:1:old:");
    assertThat(job.result().orElseThrow()).contains("tenon-encrypted:1:new:");
    assertThat(everything())
        .filteredOn(row -> row.startsWith("job_schedules:"))
        .hasSize(1)
        .allMatch(row -> row.contains("tenon-encrypted:1:new:"));
  }

  /** The query of docs/encryption.md. */
  @Test
  void theValuesOfEachKeyCanBeCounted() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "encryption.md"));
    int start = page.indexOf("```sql") + "```sql".length();
    String query = page.substring(start, page.indexOf("```", start));
    JobsRuntime old = start(OLD);
    JobsRuntime runtime = start(NEW);
    var unused = work(runtime);
    old.jobs().submit(PAY, new Account("Ann", IBAN), LATER);
    putMonthly(old.jobs());
    Fixture.awaitStatus(runtime.jobs(), submit(runtime, "Bob"), JobStatus.COMPLETED);

    Map<String, Long> counts = new TreeMap<>();
    try (Connection connection = fixture.database().connect();
        ResultSet rows = connection.createStatement().executeQuery(query)) {
      while (rows.next()) {
        counts.put(rows.getString("key"), rows.getLong("encrypted"));
      }
    }
    assertThat(counts).containsExactlyInAnyOrderEntriesOf(Map.of("new", 2L, "old", 2L));
  }

  @Test
  void aWorkerWithoutTheKeyLeavesTheJobToOthers() {
    JobsRuntime without = startWithoutKeys();
    JobsRuntime with = start(OLD);
    JobWorker blind = work(without);
    UUID id = submit(with, "Ann");
    // It was claimed and released
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> with.jobs().get(id),
            job ->
                job.status() != JobStatus.RUNNING
                    && job.attempts() == 0
                    && job.runAt().isAfter(job.submittedAt()));

    assertThat(handled).isEmpty();
    assertThatExceptionOfType(EncryptionKeyException.class)
        .isThrownBy(() -> without.jobs().find(PAY, id))
        .withMessageContaining("this process has no keys");
    blind.close();
    var unused = work(with);
    Fixture.awaitStatus(with.jobs(), id, JobStatus.COMPLETED);
    assertThat(handled).containsExactly(new Account("Ann", IBAN));
    assertThat(with.jobs().get(id).attempts()).isEqualTo(1);
    assertThat(with.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        // It may have been released more than once
        .startsWith(JobAttempt.Outcome.RELEASED)
        .endsWith(JobAttempt.Outcome.COMPLETED)
        .containsOnly(JobAttempt.Outcome.RELEASED, JobAttempt.Outcome.COMPLETED)
        .containsOnlyOnce(JobAttempt.Outcome.COMPLETED);
  }

  @Test
  void whatWasStoredBeforeThereWereKeysStillRuns() {
    UUID id = submit(startWithoutKeys(), "Ann");
    fixture.closeRuntimes();

    JobsRuntime runtime = start(OLD);
    var unused = work(runtime);
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    assertThat(handled).containsExactly(new Account("Ann", IBAN));
  }

  @Test
  void aPayloadThatSomebodyHasTamperedWithFailsForGood() throws Exception {
    JobsRuntime runtime = start(OLD);
    UUID id = runtime.jobs().submit(PAY, new Account("Ann", IBAN), LATER).jobId();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE by_test.jobs SET run_at = now(),"
              + " payload = replace(payload::text, 'old:', 'old:A')::json");
    }
    var unused = work(runtime);
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED);

    assertThat(job.error().orElseThrow().message().orElseThrow())
        .startsWith("The value at /iban in the payload of job " + id)
        .contains("cannot be decrypted with the key 'old'");
    assertThat(handled).isEmpty();
  }

  @Test
  void aTypeThatIsRunOutsideOfJavaNeedsAWord() {
    JobDefinition<Account, Account> external = pay("account.audit").external(true).build();
    ModuleDefinition module = TestJobs.moduleOf(List.of(external));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.builder().modules(module).encryptionKeys(OLD).start())
        .withMessageStartingWith("Job type 'account.audit' has sensitive components");
    JobsRuntime runtime =
        fixture.start(
            fixture
                .builder()
                .modules(module)
                .encryptionKeys(OLD)
                .unencryptedTypes("account.audit"));
    UUID id =
        runtime.jobs().submit(external, new Account("Ann", IBAN), SubmitOptions.by("t")).jobId();
    assertThat(runtime.jobs().get(id).payload()).contains(IBAN);
  }
}
