package dev.tenon.examples.quickstart.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.examples.quickstart.durable.DurableHandlers;
import dev.tenon.examples.quickstart.guide.MailServer.Reply;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.ArraysHandler;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.EverythingHandler;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testing.TenonExtension;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs what the guide shows. */
class GuideTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final InvoiceSend INVOICE = new InvoiceSend("R-17", "someone@example.com");

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private TestJobs jobs;
  private TestJobsHandlers handlers;

  @BeforeEach
  void makeJobs() {
    jobs = new TestJobs(tenon.jobs());
    handlers =
        new TestJobsHandlers(
            new AccountEventHandler(),
            new DesignImportHandler(),
            new DesignPublishHandler(),
            new InvoiceSendHandler((id, invoice) -> replies.remove(), Duration.ofMillis(50)),
            new MailSendHandler(),
            new CacheCleanupHandler(),
            DurableHandlers.fulfilOrder(),
            new PageViewStoreHandler(DurableHandlers.noPageViews()),
            new PartConvertHandler(),
            new PartReindexHandler(),
            DurableHandlers.priceListImport(),
            new SitePublishHandler(),
            new StockFeedImportHandler(),
            new StockReconcileHandler(),
            new EverythingHandler(),
            new ArraysHandler(),
            DurableHandlers.trialRemind());
  }

  private List<Outcome> outcomes(Reply... planned) {
    replies.addAll(List.of(planned));
    tenon.startWorker(handlers);
    UUID id = jobs.invoiceSend().submit(INVOICE, SubmitOptions.by("test")).jobId();
    tenon.awaitEnd(id, PATIENCE);
    return tenon.jobs().attempts(id).stream().map(JobAttempt::outcome).toList();
  }

  @Test
  void someTypesHaveAWorkerOfTheirOwn() {
    replies.add(Reply.SENT);
    JobsRuntime runtime = tenon.runtime();
    runtime.startWorker(
        handlers.only(InvoiceSendJob.DEFINITION), WorkerOptions.defaults().withConcurrency(2));
    runtime.startWorker(handlers.without(InvoiceSendJob.DEFINITION));
    UUID id = jobs.invoiceSend().submit(INVOICE, SubmitOptions.by("test")).jobId();
    tenon.awaitEnd(id, PATIENCE);
    assertThat(tenon.jobs().get(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aPermanentFailureIsNotRetried() {
    assertThat(outcomes(Reply.NO_SUCH_MAILBOX)).containsExactly(Outcome.FAILED);
  }

  @Test
  void aHandlerSaysWhenToRetry() {
    assertThat(outcomes(Reply.BUSY, Reply.SENT)).containsExactly(Outcome.FAILED, Outcome.COMPLETED);
  }

  @Test
  void aHandlerPutsAJobOff() {
    assertThat(outcomes(Reply.CLOSED_FOR_THE_NIGHT, Reply.SENT))
        .containsExactly(Outcome.SNOOZED, Outcome.COMPLETED);
  }

  @Test
  void anInvoiceNeedsANumber() {
    assertThatThrownBy(
            () ->
                jobs.invoiceSend()
                    .submit(new InvoiceSend("17", INVOICE.to()), SubmitOptions.by("test")))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("number is not a number that starts with R-");
  }

  @Test
  void anExternalJobIsLeftToAnotherWorker() {
    replies.add(Reply.SENT);
    UUID external =
        jobs.thumbnailRender()
            .submit(new ThumbnailRender("cat.png", 64), SubmitOptions.by("test"))
            .jobId();
    tenon.startWorker(handlers);
    tenon.awaitEnd(jobs.invoiceSend().submit(INVOICE, SubmitOptions.by("test")).jobId(), PATIENCE);

    assertThat(tenon.jobs().get(external).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.thumbnailRender().find(external).orElseThrow().payload().width()).isEqualTo(64);
  }

  @Test
  void optionsOfAJob() {
    UUID id =
        jobs.invoiceSend()
            .submit(
                INVOICE,
                SubmitOptions.by("accounting")
                    .withPriority(JobPriority.HIGH)
                    .withItemId("order-7")
                    .withDelay(Duration.ofMinutes(10)))
            .jobId();

    Job job = tenon.jobs().get(id);
    assertThat(job.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(job.itemId()).contains("order-7");
    assertThat(Duration.between(job.submittedAt(), job.runAt()))
        .isCloseTo(Duration.ofMinutes(10), Duration.ofSeconds(10));
  }

  @Test
  void aCallerWaitsForTheResult() throws Exception {
    tenon.startWorker(handlers);
    PartConvert part = new PartConvert("P-7", "obj");
    PartConvert.Mesh mesh =
        jobs.partConvert().submitAndAwait(part, SubmitOptions.by("shop"), Duration.ofSeconds(20));
    assertThat(mesh.triangles()).isEqualTo(12);

    UUID id = jobs.partConvert().submit(part, SubmitOptions.by("shop")).jobId();
    CompletionStage<PartConvert.Mesh> later = jobs.partConvert().result(id);
    assertThat(later.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(mesh);
  }

  @Test
  void aJobIsFollowed() throws Exception {
    UUID id =
        jobs.partConvert().submit(new PartConvert("P-7", "obj"), SubmitOptions.by("shop")).jobId();
    List<JobStatus> statuses = new ArrayList<>();
    CountDownLatch ended = new CountDownLatch(1);
    follow(
        tenon.jobs(),
        id,
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(JobEvent event) {
            if (event instanceof JobEvent.StatusChanged changed) {
              statuses.add(changed.status());
            }
          }

          @Override
          public void onError(Throwable failure) {
            ended.countDown();
          }

          @Override
          public void onComplete() {
            ended.countDown();
          }
        });
    tenon.startWorker(handlers);
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(statuses).last().isEqualTo(JobStatus.COMPLETED);
  }

  private static void follow(JobService service, UUID id, Flow.Subscriber<JobEvent> subscriber) {
    service.events(id).subscribe(subscriber);
  }

  @Test
  void pages() {
    List<UUID> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      submitted.add(
          0,
          jobs.invoiceSend()
              .submit(INVOICE, SubmitOptions.by("test").withItemId("order-7"))
              .jobId());
    }
    assertThat(idsOfAnItem(tenon.jobs())).isEqualTo(submitted);
    assertThat(messages(tenon.jobs(), submitted.get(0))).isEmpty();
  }

  private static List<String> messages(JobService service, UUID id) {
    List<String> messages = new ArrayList<>();
    JobLogQuery query = JobLogQuery.all();
    while (true) {
      Page<JobLogEntry> page = service.logs(id, query);
      page.forEach(line -> messages.add(line.message()));
      if (page.next().isEmpty()) {
        return messages;
      }
      query = query.withCursor(page.next().get());
    }
  }

  private static List<UUID> idsOfAnItem(JobService service) {
    List<UUID> ids = new ArrayList<>();
    JobQuery query = JobQuery.all().withItemId("order-7").withLimit(2);
    while (true) {
      Page<JobSummary> page = service.list(query);
      page.items().forEach(job -> ids.add(job.id()));
      if (page.next().isEmpty()) {
        return ids;
      }
      query = query.withCursor(page.next().get());
    }
  }

  @Test
  void aGatewaySubmitsByNameAndJson() {
    JobCatalog catalog = tenon.runtime().catalog();
    String json = "{\"number\": \"R-17\", \"to\": \"someone@example.com\"}";

    Submitted submitted = catalog.submit("invoice.send", json, SubmitOptions.by("gateway"));

    assertThat(jobs.invoiceSend().find(submitted.jobId()).orElseThrow().payload())
        .isEqualTo(INVOICE);
    assertThat(catalog.get("invoice.send").payloadSchema().orElse(null))
        .contains("\"title\": \"Invoice send\"", "\"description\": \"An invoice to send.\"");
  }

  @Test
  void anOperatorRetriesAFailedJob() {
    replies.addAll(List.of(Reply.NO_SUCH_MAILBOX, Reply.SENT));
    tenon.startWorker(handlers);
    UUID jobId = jobs.invoiceSend().submit(INVOICE, SubmitOptions.by("test")).jobId();
    assertThat(tenon.awaitEnd(jobId, PATIENCE).status()).isEqualTo(JobStatus.FAILED);

    tenon.jobs().retry(jobId, Actor.of("ann"));

    assertThat(tenon.awaitEnd(jobId, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void settings() {
    try (PostgresDatabase database = PostgresDatabase.shared();
        RabbitVirtualHost rabbitMq = RabbitVirtualHost.shared()) {
      DataSource pool = database.dataSource();
      DataSource controlPool = database.dataSource();
      replies.add(Reply.SENT);

      try (JobsRuntime runtime =
          JobsRuntime.builder()
              .dataSource(pool)
              .controlDataSource(controlPool)
              .schema("shop_jobs")
              .rabbitMq(RabbitMqOptions.of(rabbitMq.uri()).withNamePrefix("shop."))
              .start()) {
        runtime.startWorker(
            handlers,
            WorkerOptions.defaults().withConcurrency(20).withGracePeriod(Duration.ofMinutes(1)));

        JobsHealth health = runtime.health();
        if (!health.isHealthy()) {
          System.err.println(health);
        }

        UUID id =
            new TestJobs(runtime.jobs())
                .invoiceSend()
                .submit(INVOICE, SubmitOptions.by("test"))
                .jobId();
        assertThat(awaitEnd(runtime.jobs(), id).status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(rabbitMq.queues()).containsKey("shop." + new TestJobsModule().queue());
      }
    }
  }

  private static Job awaitEnd(JobService service, UUID id) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> service.get(id), job -> job.status().isTerminal());
  }
}
