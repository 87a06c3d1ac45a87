package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.TcpProxy;
import dev.tenon.jobs.workflow.Workflow;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Submitting and reading, with nobody to run the jobs. */
class SubmitTest {

  private static final Order VALID = new Order("screws", 3);

  private static Fixture fixture;
  private static JobService jobs;

  @BeforeAll
  static void start() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start().jobs();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static UUID submit(Order order) {
    return jobs.submit(TestJobs.ORDER, order, SubmitOptions.by("tester")).jobId();
  }

  @Test
  void aJobIsWhatWasSubmitted() {
    UUID id =
        jobs.submit(
                TestJobs.ORDER,
                VALID,
                SubmitOptions.by("user-7").withPriority(JobPriority.CRITICAL).withItemId("item-1"))
            .jobId();
    Job job = jobs.get(id);
    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.type()).isEqualTo("test.order.place");
    assertThat(job.priority()).isEqualTo(JobPriority.CRITICAL);
    assertThat(job.itemId()).contains("item-1");
    assertThat(job.submittedBy()).isEqualTo("user-7");
    assertThat(job.payload()).isEqualTo("{\"name\":\"screws\",\"quantity\":3}");
    assertThat(job.attempts()).isZero();
    assertThat(job.maxAttempts()).isEqualTo(3);
    assertThat(job.submittedAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(job.toString()).doesNotContain("screws");
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().payload()).isEqualTo(VALID);
    assertThat(jobs.find(TestJobs.SHORT, id)).as("another type").isEmpty();
    assertThat(id.version()).isEqualTo(7);
  }

  private static org.assertj.core.data.TemporalUnitOffset within(long amount, ChronoUnit unit) {
    return new org.assertj.core.data.TemporalUnitWithinOffset(amount, unit);
  }

  @Test
  void everyViolationIsNamedAndNothingIsRecorded() {
    assertThatThrownBy(
            () -> jobs.submit(TestJobs.ORDER, new Order(null, 0), SubmitOptions.by("nobody-1")))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessage(
            "The payload of job type 'test.order.place' is not valid: name is required; quantity must"
                + " be at least 1.");
    assertThatThrownBy(
            () ->
                jobs.submitAll(
                    TestJobs.ORDER,
                    List.of(VALID, new Order("nuts", -1)),
                    SubmitOptions.by("nobody-1")))
        .isInstanceOfSatisfying(
            InvalidPayloadException.class,
            e -> {
              assertThat(e.index()).hasValue(1);
              assertThat(e.violations()).hasSize(1);
            })
        .hasMessageContaining("at index 1");
    assertThat(jobs.list(JobQuery.all().withSubmittedBy("nobody-1")).items()).isEmpty();
  }

  @Test
  void aTransactionOfJooqThatRollsBackLeavesNoJob() {
    DSLContext dsl = DSL.using(fixture.database().dataSource(), SQLDialect.POSTGRES);
    AtomicReference<UUID> id = new AtomicReference<>();
    assertThatThrownBy(
            () ->
                dsl.transaction(
                    transaction -> {
                      transaction
                          .dsl()
                          .connection(
                              connection ->
                                  id.set(
                                      jobs.in(connection)
                                          .submit(TestJobs.ORDER, VALID, SubmitOptions.by("tester"))
                                          .jobId()));
                      throw new IllegalStateException("rolled back");
                    }))
        .hasMessage("rolled back");
    assertThat(jobs.find(id.get())).isEmpty();
    assertThatThrownBy(() -> jobs.get(id.get()))
        .isInstanceOf(JobNotFoundException.class)
        .hasMessageContaining(id.get().toString());
  }

  @Test
  void aTransactionOfJooqThatCommitsLeavesTheJob() {
    DSLContext dsl = DSL.using(fixture.database().dataSource(), SQLDialect.POSTGRES);
    List<UUID> ids =
        dsl.transactionResult(
            transaction -> {
              List<UUID> submitted =
                  transaction
                      .dsl()
                      .connectionResult(
                          connection ->
                              jobs
                                  .in(connection)
                                  .submitAll(
                                      TestJobs.ORDER,
                                      List.of(VALID, VALID),
                                      SubmitOptions.by("tester"))
                                  .stream()
                                  .map(Submitted::jobId)
                                  .toList());
              assertThat(jobs.find(submitted.get(0))).as("before the commit").isEmpty();
              return submitted;
            });
    assertThat(ids).hasSize(2).allSatisfy(id -> assertThat(jobs.find(id)).isPresent());
  }

  @Test
  void aTransactionOfJdbcDecidesOverTheJob() throws Exception {
    try (Connection connection = fixture.database().connect()) {
      assertThatThrownBy(() -> jobs.in(connection))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("setAutoCommit(false)");
      connection.setAutoCommit(false);
      UUID lost = jobs.in(connection).submit(TestJobs.ORDER, VALID, SubmitOptions.by("t")).jobId();
      connection.rollback();
      UUID kept = jobs.in(connection).submit(TestJobs.ORDER, VALID, SubmitOptions.by("t")).jobId();
      connection.commit();
      assertThat(jobs.find(lost)).isEmpty();
      assertThat(jobs.find(kept)).isPresent();
    }
  }

  @Test
  void manyJobsAreRecordedInOrder() {
    List<Order> orders =
        IntStream.rangeClosed(1, 2500).mapToObj(i -> new Order("order", i)).toList();
    List<UUID> ids =
        jobs.submitAll(TestJobs.ORDER, orders, SubmitOptions.by("bulk")).stream()
            .map(Submitted::jobId)
            .toList();
    assertThat(ids).hasSize(2500).doesNotHaveDuplicates();
    assertThat(jobs.find(TestJobs.ORDER, ids.get(1700)).orElseThrow().payload().quantity())
        .isEqualTo(1701);
    assertThat(
            jobs.submitAll(TestJobs.ORDER, List.of(), SubmitOptions.by("bulk")).stream()
                .map(Submitted::jobId)
                .toList())
        .isEmpty();
  }

  @Test
  void largePayloadsAreRecordedWithSeveralStatements() throws Exception {
    List<Order> orders = Collections.nCopies(40, new Order("x".repeat(1_000_000), 1));
    List<UUID> ids;
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      ids =
          jobs.in(connection).submitAll(TestJobs.ORDER, orders, SubmitOptions.by("bulk")).stream()
              .map(Submitted::jobId)
              .toList();
      // Which statement of its transaction made a row
      try (ResultSet statements =
          statement.executeQuery("SELECT count(DISTINCT cmin::text) FROM tenon.job_data")) {
        assertThat(statements.next()).isTrue();
        assertThat(statements.getInt(1)).as("16 MiB each").isEqualTo(3);
      }
      connection.commit();
    }
    assertThat(ids).hasSize(40).allSatisfy(id -> assertThat(jobs.find(id)).isPresent());
  }

  @Test
  void aDelayMovesTheDueTime() {
    Instant later = Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
    UUID at = jobs.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t").withRunAt(later)).jobId();
    UUID in =
        jobs.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t").withDelay(Duration.ofHours(2)))
            .jobId();
    UUID past =
        jobs.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t").withRunAt(Instant.EPOCH)).jobId();
    assertThat(jobs.get(at).runAt()).isEqualTo(later);
    Job delayed = jobs.get(in);
    assertThat(delayed.runAt()).isEqualTo(delayed.submittedAt().plus(2, ChronoUnit.HOURS));
    assertThat(jobs.get(past).runAt()).isEqualTo(jobs.get(past).submittedAt());
    assertThatThrownBy(() -> SubmitOptions.defaults().withDelay(Duration.ofSeconds(-1)))
        .hasMessageContaining("must not be negative");
  }

  @Test
  void jobsAreListedByWhatIsAskedForPageByPage() throws ReflectiveOperationException {
    List<UUID> submitted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      submitted.add(
          jobs.submit(
                  TestJobs.QUIET,
                  VALID,
                  SubmitOptions.by("lister").withItemId(i % 2 == 0 ? "even" : "odd"))
              .jobId());
    }
    jobs.cancel(submitted.get(2), Actor.of("ann"));
    List<UUID> newestFirst = new ArrayList<>(submitted);
    Collections.reverse(newestFirst);

    JobQuery query = JobQuery.all().withSubmittedBy("lister").withLimit(3);
    List<UUID> paged = new ArrayList<>();
    int pages = 0;
    for (var page = jobs.list(query); ; page = jobs.list(query)) {
      pages++;
      page.items().forEach(job -> paged.add(job.id()));
      if (page.next().isEmpty()) {
        break;
      }
      query = query.withCursor(page.next().get());
    }
    assertThat(pages).isEqualTo(3);
    assertThat(paged).isEqualTo(newestFirst);

    assertThat(jobs.list(JobQuery.all().withItemId("odd").withSubmittedBy("lister")).items())
        .hasSize(3);
    assertThat(
            jobs.list(
                    JobQuery.all()
                        .withType(TestJobs.QUIET.type())
                        .withSubmittedBy("lister")
                        .withStatus(JobStatus.CANCELLED))
                .items())
        .extracting(JobSummary::id)
        .containsExactly(submitted.get(2));
    assertThatThrownBy(() -> JobQuery.all().withLimit(0)).hasMessageContaining("from 1 to 1000");
    // A summary is the job, without what may be large
    Job job = jobs.get(submitted.get(2));
    JobSummary summary =
        jobs.list(query.withLimit(1).withCursor(Cursors.ofJob(submitted.get(3)))).items().get(0);
    for (Method value : JobSummary.class.getMethods()) {
      if (value.getParameterCount() == 0) {
        assertThat(value.invoke(summary)).as(value.getName()).isEqualTo(value.invoke(job));
      }
    }
  }

  @Test
  void jobsAreCountedAndListedByTheirDefinition() {
    JobDefinition<Order, Void> renamed =
        TestCodecs.builder("test.order.renamed", Order.class, Void.class)
            .aliases("test.order.earlier")
            .build();
    JobDefinition<Order, Void> earlier =
        TestCodecs.builder("test.order.earlier", Order.class, Void.class).build();
    TypedJobs<Order, Void> typed = new TypedJobs<>(renamed, jobs, jobs);
    List<UUID> ids = new ArrayList<>();
    ids.add(jobs.submit(earlier, VALID, SubmitOptions.by("counter")).jobId());
    ids.addAll(
        typed.submitAll(List.of(VALID, VALID), SubmitOptions.by("counter")).stream()
            .map(Submitted::jobId)
            .toList());
    jobs.cancel(ids.get(2), Actor.of("ann"));

    JobQuery waiting = JobQuery.all().withStatus(JobStatus.PENDING);
    assertThat(typed.list(waiting).items())
        .extracting(JobSummary::id)
        .containsExactly(ids.get(1), ids.get(0));
    assertThat(typed.count(waiting.withLimit(1))).isEqualTo(2);
    assertThat(typed.count(JobQuery.all())).isEqualTo(3);
    assertThat(
            jobs.count(
                JobQuery.all().withSubmittedBy("counter").withCursor(Cursors.ofJob(ids.get(1)))))
        .isEqualTo(1);
  }

  @Test
  void whoSubmitsMayBeLeftOutWhereThereIsADefault() {
    TypedJobs<Order, Receipt> without = new TypedJobs<>(TestJobs.ORDER, jobs, jobs);
    assertThatThrownBy(() -> without.submit(VALID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The options do not say who submits the job. Pass SubmitOptions.by(\"…\"), or give the runtime"
                + " a default: JobsRuntime.builder().submittedBy(…).");

    AtomicReference<String> user = new AtomicReference<>("ann");
    JobService own =
        fixture.start(fixture.builder().maintenance(false).submittedBy(user::get)).jobs();
    TypedJobs<Order, Receipt> typed = new TypedJobs<>(TestJobs.ORDER, own, own);
    UUID first = typed.submit(VALID).jobId();
    user.set("bob");
    UUID second = typed.submitAll(List.of(VALID)).stream().map(Submitted::jobId).toList().get(0);
    UUID third = typed.submit(VALID).jobId();
    UUID fourth = typed.submit(VALID, SubmitOptions.by("carl")).jobId();
    assertThat(List.of(first, second, third, fourth))
        .extracting(id -> own.get(id).submittedBy())
        .containsExactly("ann", "bob", "bob", "carl");

    SubmitOptions options = SubmitOptions.defaults().withItemId("order-7");
    assertThat(
            List.of(
                typed.submit(VALID, options).jobId(),
                typed.submitAll(List.of(VALID), options).stream()
                    .map(Submitted::jobId)
                    .toList()
                    .get(0),
                typed.submit(VALID, options).jobId(),
                typed.submitAll(List.of(VALID), options).get(0).jobId()))
        .extracting(own::get)
        .allSatisfy(
            job -> {
              assertThat(job.submittedBy()).isEqualTo("bob");
              assertThat(job.itemId()).contains("order-7");
            });
  }

  @Test
  void aQueryForWhatNoJobCanHaveIsRefused() {
    assertThatThrownBy(() -> jobs.list(JobQuery.all().withItemId("a\u0000")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("itemId has the character U+0000 at index 1");
    assertThatThrownBy(() -> jobs.list(JobQuery.all().withSubmittedBy("\ud83d")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy has a surrogate without its partner");
    assertThatThrownBy(() -> jobs.list(JobQuery.all().withType("x".repeat(1001))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type has 1,001 bytes; it may have up to 1,000.");
  }

  @Test
  void textsAndNumbersSurviveUnchanged() {
    Order order = new Order("nul \u0000 quote \" emoji \uD83D\uDE00 line\n", Integer.MAX_VALUE);
    assertThat(jobs.find(TestJobs.ORDER, submit(order)).orElseThrow().payload()).isEqualTo(order);
  }

  @Test
  void aDatabaseThatIsAwayIsSaidAndNothingIsRecorded() {
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      java.net.URI uri = java.net.URI.create(database.url().substring("jdbc:".length()));
      try (TcpProxy proxy = TcpProxy.to(uri.getHost(), uri.getPort())) {
        com.zaxxer.hikari.HikariConfig config = new com.zaxxer.hikari.HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + proxy.port() + uri.getPath());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setConnectionTimeout(5000);
        try (var pool = new com.zaxxer.hikari.HikariDataSource(config);
            JobsRuntime runtime =
                JobsRuntime.builder().dataSource(pool).closeOnShutdown(false).start()) {
          JobService service = runtime.jobs();
          UUID id = service.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t")).jobId();
          proxy.cut();
          assertThatThrownBy(() -> service.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t")))
              .isInstanceOf(JobStoreException.class)
              // Whether the pool has found out by then that the connection is of no use
              .hasMessageMatching(
                  "1 job\\(s\\) of type 'test\\.order\\.place' were not submitted: the database cannot"
                      + " be reached, or cannot do it at the moment \\(SQL state 080(01|06)\\)\\. Try"
                      + " again; the cause says more\\.");
          assertThatThrownBy(() -> service.get(id)).isInstanceOf(JobStoreException.class);
          proxy.restore();
          // A connection of the pool that was cut may be tried once more before it is thrown away
          await()
              .atMost(Fixture.PATIENCE)
              .ignoreException(JobStoreException.class)
              .until(() -> service.find(id).isPresent());
          assertThat(service.get(id).status()).isEqualTo(JobStatus.PENDING);
          assertThat(service.list(JobQuery.all()).items()).hasSize(1);
        }
      }
    }
  }

  private static void refuses(String part, SubmitOptions options, String submittedBy, Order order) {
    assertThatThrownBy(
            () -> jobs.submit(TestJobs.ORDER, order, options.withSubmittedBy(submittedBy)))
        .isInstanceOfAny(IllegalArgumentException.class, JobsException.class)
        .isNotInstanceOf(JobStoreException.class)
        .hasMessageContaining(part);
  }

  @Test
  void whoSubmitsMustBeNamed() {
    SubmitOptions none = SubmitOptions.defaults();
    refuses("submittedBy is blank. Name who submits it: a user's id", none, "  ", VALID);
    refuses("submittedBy is blank", none, "", VALID);
    assertThatThrownBy(
            () -> jobs.submitAll(TestJobs.ORDER, List.of(VALID), none.withSubmittedBy("\t")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank");
    assertThatThrownBy(() -> Workflow.named("release").submittedBy(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank");
    assertThatThrownBy(() -> fixture.builder().submittedBy(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank");
    JobService own =
        fixture.start(fixture.builder().maintenance(false).submittedBy(() -> " ")).jobs();
    assertThatThrownBy(() -> own.submit(TestJobs.ORDER, VALID, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("JobsRuntimeBuilder.submittedBy(…) returned a blank string");
  }

  @Test
  void whoeverStopsTheWorkOfOthersMustSayWhy() {
    UUID workflow = jobs.submit(Workflow.named("w").submittedBy("t").leftOpen()).id();
    Actor ann = Actor.of("ann");
    JobQuery query = JobQuery.all().withType(TestJobs.ORDER.type());
    Map<String, ThrowingCallable> changes =
        Map.of(
            "A pause",
            () -> jobs.types().pause(TestJobs.ORDER.type(), ann),
            "An override",
            () -> jobs.types().override(TestJobs.ORDER.type(), JobTypeOverrides.none(), ann),
            "The pause of a workflow",
            () -> jobs.workflows().pause(workflow, ann),
            "The pause of a schedule",
            () -> jobs.schedules().pause("every.hour", ann),
            "A change of many jobs",
            () -> jobs.bulk().cancel(query, ann));
    changes.forEach(
        (what, change) ->
            assertThatThrownBy(change)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what.startsWith("The pause") ? "A pause" : what)
                .hasMessageEndingWith(
                    " needs a reason for the people whose jobs it affects: Actor.of(\"ann\", "
                        + "\"why\")."));
  }

  @Test
  void whatPostgresCannotStoreIsRefusedBeforeTheStatement() {
    SubmitOptions none = SubmitOptions.defaults();
    refuses("submittedBy has the character U+0000 at index 1", none, "a\u0000", VALID);
    refuses("submittedBy has a surrogate without its partner at index 0", none, "\ud83d", VALID);
    refuses("itemId has the character U+0000", none.withItemId("\u0000"), "t", VALID);
    refuses("itemId has a surrogate", none.withItemId("a\ude00"), "t", VALID);
    refuses("itemId has 2,000,000 bytes", none.withItemId("é".repeat(1_000_000)), "t", VALID);
    refuses("runAt is +1000000000-12-31", none.withRunAt(Instant.MAX), "t", VALID);
    assertThatThrownBy(() -> none.withDelay(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("days; it may be up to 36,500 days.");
    refuses("has a surrogate", none, "t", new Order("half \ud83d", 1));
    UUID past =
        jobs.submit(TestJobs.ORDER, VALID, SubmitOptions.by("t").withRunAt(Instant.MIN)).jobId();
    assertThat(jobs.get(past).runAt()).isEqualTo(jobs.get(past).submittedAt());
  }

  @Test
  void aTypeThatCannotBeStoredIsRefusedBeforeTheStatement() {
    refuses(
        "The job type has the character U+0000",
        TestCodecs.builder("a\u0000", Order.class, Void.class));
    refuses(
        "The job type has 2,000 bytes",
        TestCodecs.builder("a".repeat(2000), Order.class, Void.class));
    refuses(
        "The routing key has a surrogate",
        TestCodecs.builder("test.a", Order.class, Void.class).routingKey("\ud83d"));
    refuses(
        "The retention of job type 'test.a' is",
        TestCodecs.builder("test.a", Order.class, Void.class)
            .retention(Duration.ofSeconds(Long.MAX_VALUE)));
  }

  private static void refuses(String part, JobDefinition.Builder<Order, Void> type) {
    assertThatThrownBy(() -> jobs.submit(type.build(), VALID, SubmitOptions.by("t")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithItsSizeAndTheLimit() {
    String frame = "{\"name\":\"\",\"quantity\":3}";
    int fits = 1024 * 1024 - frame.length();
    assertThat(jobs.find(submit(new Order("x".repeat(fits), 3)))).isPresent();
    assertThatThrownBy(() -> submit(new Order("x".repeat(fits + 1), 3)))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessage(
            "The payload of job type 'test.order.place' has 1,048,577 bytes as JSON, and the limit is"
                + " 1,048,576. Store the data elsewhere and submit a reference to it.");
    SizeLimits limits = SizeLimits.defaults().withPayloadBytes(100);
    JobService small = fixture.start(fixture.builder().sizeLimits(limits)).jobs();
    assertThatThrownBy(
            () -> small.submit(TestJobs.ORDER, new Order("é".repeat(50), 3), SubmitOptions.by("t")))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("the limit is 100");
  }

  @Test
  void aPayloadThatFitsIntoNoStringIsMeasuredAndRefused() {
    JobDefinition<Pages, Void> pages =
        TestCodecs.builder("test.pages", Pages.class, Void.class).build();
    Pages endless = new Pages(Collections.nCopies(120_000, "x".repeat(20_000)));
    assertThatThrownBy(() -> jobs.submit(pages, endless, SubmitOptions.by("t")))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("has 2,400,360,007 bytes as JSON, and the limit is 1,048,576.");
  }

  private record Pages(List<String> a) {}

  @Test
  void cancellingDoesNotWaitForATransactionThatHoldsTheJob() throws Exception {
    UUID id = submit(VALID);
    try (Connection holder = fixture.database().connect()) {
      holder.setAutoCommit(false);
      holder
          .createStatement()
          .execute("SELECT FROM tenon.live_jobs WHERE id = '" + id + "' FOR UPDATE");
      long start = System.nanoTime();
      assertThatThrownBy(() -> jobs.cancel(id, Actor.of("ann")))
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining(
              "another transaction holds the job's row, or that of its workflow. Try again");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      holder.rollback();
    }
    assertThat(jobs.cancel(id, Actor.of("ann"))).isEqualTo(JobService.CancelResult.CANCELLED);
  }

  @Test
  void retryingDoesNotWaitForATransactionThatHoldsTheJob() throws Exception {
    UUID id = submit(VALID);
    jobs.cancel(id, Actor.of("ann"));
    try (Connection holder = fixture.database().connect()) {
      holder.setAutoCommit(false);
      holder
          .createStatement()
          .execute("SELECT FROM tenon.ended_jobs WHERE id = '" + id + "' FOR UPDATE");
      CompletableFuture<Void> retry =
          CompletableFuture.runAsync(() -> jobs.retry(id, Actor.of("ann")));
      assertThatThrownBy(() -> retry.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining(
              "another transaction holds the job's row, or that of its workflow. Try again");
      holder.rollback();
    }
    jobs.retry(id, Actor.of("ann"));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
  }
}
