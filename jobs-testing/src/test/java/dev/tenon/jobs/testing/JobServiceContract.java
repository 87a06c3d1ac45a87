package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobNotCompletedException;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What jobs in memory have in common with those of a runtime on PostgreSQL. */
abstract class JobServiceContract {

  private static final SubmitOptions LATER = SubmitOptions.defaults().withDelay(Duration.ofDays(1));

  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private static final Header<String> TENANT = Header.ofString("tenant");

  /** The service. Nothing runs until {@link #end} is called. */
  abstract JobService service();

  /** Runs what is due, until this job has ended. */
  abstract Job end(UUID id);

  private KitJobs jobs() {
    return new KitJobs(service());
  }

  @Test
  void whatAJobEmitsIsPublishedAndKeptWithItsLog() throws Exception {
    UUID id = jobs().echo().submit(new Echo("to be or"), SubmitOptions.by("test")).jobId();
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);
    List<EmittedValue<Echo.Word>> values = Values.of(jobs().echo().emitted(id));
    assertThat(values)
        .extracting(EmittedValue::value)
        .containsExactly(new Echo.Word(0, "to"), new Echo.Word(1, "be"), new Echo.Word(2, "or"));
    assertThat(values).allMatch(value -> value.attempt() == 1 && value.run() == 1);
    assertThat(Values.of(jobs().echo().emitted(id, values.get(0).id())))
        .isEqualTo(values.subList(1, 3));
    assertThat(service().logs(id))
        .extracting(entry -> entry.emitted().orElseThrow())
        .first()
        .isEqualTo("{\"number\":0,\"text\":\"••••\"}");
  }

  /** Keeps what is published until the end. */
  private static final class Values<T> implements Flow.Subscriber<T> {

    private final List<T> items = new ArrayList<>();
    private final CompletableFuture<List<T>> all = new CompletableFuture<>();

    static <T> List<T> of(Flow.Publisher<T> publisher) throws Exception {
      Values<T> values = new Values<>();
      publisher.subscribe(values);
      return values.all.get(1, TimeUnit.MINUTES);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      all.complete(items);
    }
  }

  @Test
  void aJobLivesItsLife() {
    SubmitOptions options =
        SubmitOptions.defaults()
            .withItemId("order-7")
            .withPriority(JobPriority.HIGH)
            .withHeader(TENANT, "acme");
    UUID id =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), options.withSubmittedBy("user-3"))
            .jobId();

    Job before = service().get(id);
    assertThat(before.type()).isEqualTo("parcel.send");
    assertThat(before.version()).isEqualTo(1);
    assertThat(before.status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
    assertThat(before.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(before.itemId()).contains("order-7");
    assertThat(before.submittedBy()).isEqualTo("user-3");
    assertThat(before.header(TENANT)).contains("acme");
    JobQuery ofTenant = JobQuery.all().withHeader(TENANT, "acme");
    assertThat(service().list(ofTenant).items())
        .singleElement()
        .satisfies(job -> assertThat(job.headers()).isEqualTo(before.headers()));
    assertThat(service().count(JobQuery.all().withHeader(TENANT, "other"))).isZero();
    JobAssertions.assertThat(service())
        .submitted(ParcelSendJob.DEFINITION)
        .withHeader(TENANT, "acme")
        .once();
    assertThat(before.attempts()).isZero();
    assertThat(before.maxAttempts()).isEqualTo(4);
    assertThat(before.startedAt()).isEmpty();
    assertThat(before.workerId()).isEmpty();
    assertThat(before.payload()).isEqualTo("{\"address\":\"Bremen\",\"outages\":0}");

    Job after = end(id);
    assertThat(after.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(after.attempts()).isEqualTo(1);
    assertThat(after.progress()).isEqualTo(100);
    assertThat(after.progressMessage()).isEmpty();
    assertThat(after.error()).isEmpty();
    assertThat(after.result()).contains("{\"number\":17}");
    assertThat(after.resultVersion()).hasValue(1);
    assertThat(after.startedAt()).isPresent();
    assertThat(after.finishedAt()).isPresent();
    assertThat(after.toString()).doesNotContain("Bremen");
    TypedJob<ParcelSend, ParcelSend.Receipt> typed = jobs().parcelSend().find(id).orElseThrow();
    assertThat(typed.payload()).isEqualTo(new ParcelSend("Bremen", 0));
    assertThat(typed.result()).contains(new ParcelSend.Receipt(17));
    assertThat(service().find(PartIndexJob.DEFINITION, id)).isEmpty();
    assertThat(service().attempts(id))
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.attempt()).isEqualTo(1);
              assertThat(attempt.lease()).isEqualTo(1);
              assertThat(attempt.outcome()).isEqualTo(JobAttempt.Outcome.COMPLETED);
              assertThat(attempt.error()).isEmpty();
            });
  }

  @Test
  void jobsAreAwaited() throws Exception {
    UUID good = jobs().echo().submit(new Echo("hello"), SubmitOptions.by("test")).jobId();
    UUID bad = jobs().echo().submit(new Echo(""), SubmitOptions.by("test")).jobId();
    UUID cancelled = jobs().echo().submit(new Echo("no"), LATER.withSubmittedBy("test")).jobId();
    CompletableFuture<Echo> goodResult = jobs().echo().result(good).toCompletableFuture();
    CompletableFuture<Echo> badResult = jobs().echo().result(bad).toCompletableFuture();
    CompletableFuture<Echo> noResult = jobs().echo().result(cancelled).toCompletableFuture();
    assertThat(goodResult.isDone()).isFalse();

    end(good);
    end(bad);
    service().cancel(cancelled, Actor.of("test"));

    assertThat(goodResult.get(20, TimeUnit.SECONDS)).isEqualTo(new Echo("hello"));
    assertThat(service().ended(good).toCompletableFuture().get(20, TimeUnit.SECONDS).result())
        .contains("{\"text\":\"hello\"}");
    assertThatThrownBy(() -> badResult.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(JobNotCompletedException.class)
        .hasMessage(
            "Job %s of type 'test.echo' has no result: it has failed with java.lang.IllegalStateException: Nothing to say."
                .formatted(bad));
    assertThatThrownBy(() -> noResult.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(JobNotCompletedException.class)
        .hasMessage(
            "Job %s of type 'test.echo' has no result: it was cancelled.".formatted(cancelled));
    UUID unknown = UUID.randomUUID();
    assertThatThrownBy(
            () -> service().ended(unknown).toCompletableFuture().get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(JobNotFoundException.class);
    assertThatThrownBy(
            () -> jobs().parcelSend().result(good).toCompletableFuture().get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aFailedAttemptIsMadeAgain() {
    UUID id =
        jobs().partIndex().submit(new PartIndex("P-1", "once"), SubmitOptions.by("test")).jobId();
    Job job = end(id);
    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(job.attempts()).isEqualTo(2);
    List<JobAttempt> attempts = service().attempts(id);
    assertThat(attempts)
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.FAILED, JobAttempt.Outcome.COMPLETED);
    assertThat(attempts).extracting(JobAttempt::attempt).containsExactly(1, 2);
    assertThat(attempts.get(0).error().flatMap(JobError::message)).contains("The index is away");
    assertThat(attempts.get(0).stack().orElseThrow()).contains("IllegalStateException");
    assertThat(attempts.get(0).fingerprint().orElseThrow()).hasSize(16);
    assertThat(service().logs(id))
        .extracting(JobLogEntry::message)
        .containsExactly("Indexed", "Done", "Indexed", "Done");
    assertThat(
            service()
                .count(JobQuery.all().withFingerprint(attempts.get(0).fingerprint().orElseThrow())))
        .isEqualTo(1);
  }

  @Test
  void aJobThatFailedIsRetried() {
    UUID id =
        jobs().partIndex().submit(new PartIndex("P-1", "bad"), SubmitOptions.by("test")).jobId();
    Job failed = end(id);
    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.attempts()).isEqualTo(2);
    assertThat(failed.error().flatMap(JobError::errorClass))
        .contains("java.lang.IllegalStateException");
    assertThat(service().count(JobQuery.all().withErrorText("illegalSTATE"))).isEqualTo(1);
    assertThat(service().count(JobQuery.all().withErrorText("INDEX is"))).isEqualTo(1);
    assertThat(service().count(JobQuery.all().withErrorText("index%away"))).isZero();
    service().retry(id, Actor.of("ann"));
    Job again = end(id);
    assertThat(again.status()).isEqualTo(JobStatus.FAILED);
    assertThat(again.attempts()).isEqualTo(2);
    assertThat(service().attempts(id))
        .extracting(JobAttempt::lease)
        .containsExactly(1L, 2L, 4L, 5L);
  }

  @Test
  void onlyWhatFailedOrWasCancelledIsRetried() {
    UUID id =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), LATER.withSubmittedBy("test"))
            .jobId();
    assertThatThrownBy(() -> service().retry(id, Actor.of("ann")))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("only a failed or a cancelled job can be retried");
    assertThat(service().cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.CANCELLED);
    service().retry(id, Actor.of("ann"));
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThatThrownBy(() -> service().retry(id, Actor.of("ann")))
        .isInstanceOf(JobStateException.class);
    assertThatThrownBy(() -> service().retry(UUID.randomUUID(), Actor.of("ann")))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aWaitingJobGetsAnotherTime() {
    UUID id =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), LATER.withSubmittedBy("test"))
            .jobId();
    Instant evening = service().get(id).runAt().plus(Duration.ofHours(8));
    service().reschedule(id, evening, Actor.of("ann"));
    service().reschedule(id, evening, Actor.of("ann"));
    assertThat(service().get(id).runAt()).isEqualTo(evening);
    assertThat(service().get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThatThrownBy(() -> service().reschedule(id, Instant.MAX, Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must not be after");

    service().reschedule(id, Instant.EPOCH, Actor.of("ann"));
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThatThrownBy(() -> service().reschedule(id, evening, Actor.of("ann")))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'parcel.send' is completed; only a waiting job can be rescheduled."
                .formatted(id));
    assertThatThrownBy(() -> service().reschedule(UUID.randomUUID(), evening, Actor.of("ann")))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aJobIsCancelled() {
    UUID id =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), LATER.withSubmittedBy("test"))
            .jobId();
    assertThat(service().cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.CANCELLED);
    Job job = service().get(id);
    assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(job.cancelRequestedAt()).isPresent();
    assertThat(job.finishedAt()).isPresent();
    assertThat(service().cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.ALREADY_ENDED);
    assertThatThrownBy(() -> service().cancel(UUID.randomUUID(), Actor.of("ann")))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aJobThatNobodyStartsInTimeIsCancelled() {
    SubmitOptions late = SubmitOptions.by("test").withStartBefore(Instant.now().minusSeconds(60));
    UUID id = jobs().parcelSend().submit(new ParcelSend("Bremen", 0), late).jobId();
    Job job = end(id);
    assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(job.error().map(JobError::reason)).contains(JobError.Reason.EXPIRED);
    assertThat(job.error().flatMap(JobError::message).orElseThrow())
        .startsWith("No worker had started the job by ")
        .endsWith(", and it must not start later.");
    assertThat(job.attempts()).isZero();
    assertThat(job.cancelRequestedAt()).isEmpty();
    assertThat(job.startBefore()).isEmpty();
    assertThat(service().attempts(id)).isEmpty();

    service().retry(id, Actor.of("ann"));
    assertThat(service().get(id).startBefore()).isEmpty();
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void theTimeToStartCountsFromWhenTheJobIsDue() {
    Duration hour = Duration.ofHours(1);
    UUID id =
        jobs()
            .parcelSend()
            .submit(
                new ParcelSend("Bremen", 0), LATER.withSubmittedBy("test").withStartWithin(hour))
            .jobId();
    Job job = service().get(id);
    assertThat(job.startBefore()).contains(job.runAt().plus(hour));
    Instant evening = job.runAt().plus(Duration.ofHours(8));
    service().reschedule(id, evening, Actor.of("ann"));
    assertThat(service().get(id).startBefore()).contains(evening.plus(hour));
    service().reschedule(id, Instant.now(), Actor.of("ann"));
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(service().get(id).startBefore()).isEmpty();

    SubmitOptions never = LATER.withSubmittedBy("test").withRunAt(evening).withStartBefore(evening);
    assertThatThrownBy(() -> jobs().parcelSend().submit(new ParcelSend("Bremen", 0), never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("so that it could never start");
    assertThatThrownBy(() -> LATER.withStartWithin(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("startWithin is PT0S; it must be from 1 ms to 36,500 days");
    assertThatThrownBy(() -> LATER.withStartWithin(Duration.ofNanos(999_999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must be from 1 ms to 36,500 days");
    SubmitOptions tooLate = LATER.withSubmittedBy("test").withStartBefore(Instant.MAX);
    assertThatThrownBy(() -> jobs().parcelSend().submit(new ParcelSend("Bremen", 0), tooLate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("startBefore is ");
    assertThatThrownBy(() -> service().count(JobQuery.all(), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max is -1; it must not be negative.");
  }

  @Test
  void aJobThatHasStartedMayStartAgainAtAnyTime() {
    SubmitOptions options = SubmitOptions.by("test").withStartWithin(Duration.ofMinutes(10));
    UUID id = jobs().partIndex().submit(new PartIndex("P-1", "once"), options).jobId();
    Job job = end(id);
    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(job.attempts()).isEqualTo(2);
    assertThat(job.startBefore()).isEmpty();
  }

  @Test
  void whatFindsNoRoomIsRefusedAsAWhole() {
    JobDefinition<ParcelSend, ParcelSend.Receipt> bounded =
        JobDefinition.builder("parcel.bounded", ParcelSend.class, ParcelSend.Receipt.class)
            .payloadCodec(ParcelSendJob.DEFINITION.payloadCodec())
            .resultCodec(ParcelSendJob.DEFINITION.resultCodec())
            .backlog(BacklogRule.<ParcelSend>of(2).by("address", ParcelSend::address))
            .build();
    ParcelSend parcel = new ParcelSend("Bremen", 0);
    ParcelSend elsewhere = new ParcelSend("Bonn", 0);
    SubmitOptions options = LATER.withSubmittedBy("test");
    UUID first = service().submit(bounded, parcel, options).jobId();
    assertThatThrownBy(
            () -> service().submitAll(bounded, List.of(elsewhere, parcel, parcel), options))
        .isInstanceOfSatisfying(
            BacklogFullException.class,
            e -> {
              assertThat(e.jobType()).contains("parcel.bounded");
              assertThat(e.key()).isEqualTo("Bremen");
              assertThat(e.waiting()).isEqualTo(1);
              assertThat(e.max()).isEqualTo(2);
            });
    assertThat(service().count(JobQuery.all().withType(bounded))).isEqualTo(1);
    service().submitAll(bounded, List.of(elsewhere, parcel), options);
    assertThatThrownBy(() -> service().submit(bounded, parcel, options))
        .isInstanceOf(BacklogFullException.class);
    service().submit(bounded, elsewhere, options);
    service().cancel(first, Actor.of("ann"));
    awaitRoom(() -> service().submit(bounded, parcel, options));
    // A retry is never refused
    service().retry(first, Actor.of("ann"));
  }

  @Test
  void aJobThatItsRatesCouldNeverStartIsRefused() {
    JobDefinition<ParcelSend, ParcelSend.Receipt> priced =
        JobDefinition.builder("parcel.priced", ParcelSend.class, ParcelSend.Receipt.class)
            .payloadCodec(ParcelSendJob.DEFINITION.payloadCodec())
            .resultCodec(ParcelSendJob.DEFINITION.resultCodec())
            .limits(
                JobLimits.NONE
                    .withRates(List.of(Rate.parse("3/s"), Rate.parse("100 outages/h")))
                    .withRatesPerKey(List.of(Rate.parse("50 outages/h"))))
            .cost("outages", ParcelSend::outages)
            .build();
    SubmitOptions options = LATER.withSubmittedBy("test");
    service().submit(priced, new ParcelSend("Bremen", 0), options);
    service().submit(priced, new ParcelSend("Bremen", 50), options);
    assertThatThrownBy(() -> service().submit(priced, new ParcelSend("Bremen", 51), options))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessage(
            "The payload of job type 'parcel.priced' is not valid: outages must be at most what the"
                + " rate 50 outages/h lets start at a time.");
    assertThatThrownBy(
            () ->
                service()
                    .submitAll(
                        priced,
                        List.of(new ParcelSend("Bremen", 1), new ParcelSend("Bremen", -1)),
                        options))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessage(
            "The payload of job type 'parcel.priced' at index 1 is not valid: outages must be at"
                + " least 0, because it is the cost of the job.");
  }

  /** A runtime learns of room a moment later. */
  private static void awaitRoom(Runnable submit) {
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(5))
        .ignoreException(BacklogFullException.class)
        .untilAsserted(submit::run);
  }

  @Test
  void nothingIsSubmittedThatIsNotValid() {
    List<ParcelSend> parcels = List.of(new ParcelSend("Bremen", 0), new ParcelSend("", 0));
    assertThatThrownBy(() -> jobs().parcelSend().submitAll(parcels, SubmitOptions.by("test")))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("at index 1")
        .hasMessageContaining("address");
    assertThatThrownBy(() -> jobs().parcelSend().submit(parcels.get(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(service()).submittedNothing();
  }

  @Test
  void aJobWithTheSameUniqueComponentsIsReplaced() {
    Submitted first =
        jobs().partIndex().submit(new PartIndex("P-1", "old"), LATER.withSubmittedBy("test"));
    Submitted other =
        jobs().partIndex().submit(new PartIndex("P-2", "x"), LATER.withSubmittedBy("test"));
    Submitted second =
        jobs().partIndex().submit(new PartIndex("P-1", "new"), SubmitOptions.by("other"));
    assertThat(first.isNew()).isTrue();
    assertThat(other.isNew()).isTrue();
    assertThat(second).isEqualTo(new Submitted(first.jobId(), false));
    Job replaced = service().get(first.jobId());
    assertThat(replaced.submittedBy()).isEqualTo("test");
    assertThat(replaced.payload()).contains("new");
    assertThat(end(first.jobId()).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(
            jobs()
                .partIndex()
                .submit(new PartIndex("P-1", "next"), SubmitOptions.by("test"))
                .isNew())
        .isTrue();
  }

  @Test
  void ofManyWithTheSameUniqueComponentsTheLastOneCounts() {
    List<Submitted> submitted =
        jobs()
            .partIndex()
            .submitAll(
                List.of(new PartIndex("P-1", "old"), new PartIndex("P-1", "new")),
                LATER.withSubmittedBy("test"));
    assertThat(submitted).extracting(Submitted::isNew).containsExactly(true, false);
    assertThat(submitted.get(1).jobId()).isEqualTo(submitted.get(0).jobId());
    assertThat(service())
        .submitted(PartIndexJob.DEFINITION)
        .withPayload(new PartIndex("P-1", "new"))
        .once();
  }

  @Test
  void jobsAreListed() {
    UUID one =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), LATER.withSubmittedBy("ann"))
            .jobId();
    UUID two =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Kiel", 0), LATER.withItemId("order-7").withSubmittedBy("bob"))
            .jobId();
    UUID three =
        jobs().partIndex().submit(new PartIndex("P-1", "x"), LATER.withSubmittedBy("ann")).jobId();
    assertThat(ids(JobQuery.all())).containsExactly(three, two, one);
    assertThat(ids(JobQuery.all().withType(ParcelSendJob.DEFINITION))).containsExactly(two, one);
    assertThat(ids(JobQuery.all().withSubmittedBy("ann"))).containsExactly(three, one);
    assertThat(ids(JobQuery.all().withItemId("order-7"))).containsExactly(two);
    assertThat(ids(JobQuery.all().withStatus(JobStatus.COMPLETED))).isEmpty();
    assertThat(ids(JobQuery.all().withSubmittedBefore(service().get(one).submittedAt()))).isEmpty();
    assertThat(ids(JobQuery.all().withSubmittedAfter(service().get(one).submittedAt())))
        .containsExactly(three, two, one);
    Page<JobSummary> page = service().list(JobQuery.all().withLimit(2));
    assertThat(page.items()).extracting(JobSummary::id).containsExactly(three, two);
    JobQuery rest = JobQuery.all().withCursor(page.next().orElseThrow());
    assertThat(ids(rest)).containsExactly(one);
    assertThat(service().count(rest)).isEqualTo(1);
    assertThat(service().count(JobQuery.all().withSubmittedBy("ann"))).isEqualTo(2);
    assertThat(ids(JobQuery.all().withIds(List.of(one, three)))).containsExactly(three, one);
    assertThat(service().count(JobQuery.all().withIds(List.of(two)))).isEqualTo(1);
    assertThat(ids(JobQuery.all().withErrorText("full"))).isEmpty();
    assertThatThrownBy(() -> service().list(JobQuery.all().withItemId("\u0000")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<UUID> ids(JobQuery query) {
    return service().list(query).items().stream().map(JobSummary::id).toList();
  }

  @Test
  void aLogHasPages() {
    UUID id =
        jobs().partIndex().submit(new PartIndex("P-1", "bad"), SubmitOptions.by("test")).jobId();
    Job unused = end(id);
    Page<JobLogEntry> first = service().logs(id, JobLogQuery.all().withLimit(3));
    assertThat(first).extracting(JobLogEntry::attempt).containsExactly(1, 1, 2);
    Page<JobLogEntry> last =
        service().logs(id, JobLogQuery.all().withCursor(first.next().orElseThrow()));
    assertThat(last).extracting(JobLogEntry::message).containsExactly("Done");
    assertThat(last.next()).isEmpty();
    assertThat(service().logs(id, JobLogQuery.all().withNewestFirst().withLimit(2)))
        .extracting(JobLogEntry::attempt)
        .containsExactly(2, 2);
    assertThat(service().logs(UUID.randomUUID())).isEmpty();
    JobLogQuery later = JobLogQuery.all().withCursor(last.items().get(0).cursor());
    assertThat(service().logs(id, later)).as("nothing yet").isEmpty();
    assertThat(service().logs(id, later.withNewestFirst().withLimit(1)).items().get(0).position())
        .isLessThan(last.items().get(0).position());
    assertThatThrownBy(() -> service().list(JobQuery.all().withCursor(first.next().orElseThrow())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a cursor of JobService.list");
    assertThatThrownBy(
            () -> service().logs(id, JobLogQuery.all().withCursor(Cursor.of("job-" + id))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a cursor of JobService.logs");
  }

  @Test
  void aJobSaysWhyItWaits() {
    UUID id =
        jobs()
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), LATER.withSubmittedBy("test"))
            .jobId();
    assertThat(service().whyWaiting(id)).contains(new WaitReason.DueAt(service().get(id).runAt()));
    CancelResult unused = service().cancel(id, Actor.of("ann"));
    assertThat(service().whyWaiting(id)).isEmpty();
    assertThatThrownBy(() -> service().whyWaiting(UUID.randomUUID()))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aJobBehindAnotherOneOfItsLineHasNoTime() {
    UUID first = event(1, Duration.ofDays(2));
    UUID second = event(2, Duration.ofDays(1));
    // On PostgreSQL, a process opens the line soon after the commit
    await().untilAsserted(() -> assertThat(runAt(first)).isBefore(NEVER));
    assertThat(runAt(second)).isEqualTo(NEVER);
    assertThat(service().list(JobQuery.all().withIds(List.of(second))).items())
        .singleElement()
        .satisfies(job -> assertThat(job.runAt()).isEqualTo(NEVER));
    assertThat(service().whyWaiting(first)).containsInstanceOf(WaitReason.DueAt.class);
    assertThat(service().whyWaiting(second))
        .contains(new WaitReason.InLine("a", 1, Optional.of(first), Optional.of(runAt(first))));
  }

  private UUID event(int number, Duration delay) {
    return jobs()
        .accountEvent()
        .submit(new AccountEvent("a", number, false), SubmitOptions.by("test").withDelay(delay))
        .jobId();
  }

  private Instant runAt(UUID id) {
    return service().get(id).runAt();
  }

  @Test
  void aSubscriberThatThrowsGetsNoMoreEvents() throws Exception {
    UUID id = jobs().echo().submit(new Echo("hello"), SubmitOptions.by("test")).jobId();
    Failing subscriber = new Failing();
    service().events(id).subscribe(subscriber);

    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);

    assertThat(subscriber.failure.get(20, TimeUnit.SECONDS)).hasMessage("I do not like it");
    assertThat(service().attempts(id)).hasSize(1);
  }

  /** Throws an exception as soon as the job runs. */
  private static final class Failing implements Flow.Subscriber<JobEvent> {

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(JobEvent event) {
      if (failure.isDone()) {
        failure.obtrudeValue(new AssertionError("There was another event"));
      }
      if (event instanceof JobEvent.StatusChanged changed
          && changed.status() != JobStatus.PENDING
          && changed.status() != JobStatus.QUEUED) {
        throw new IllegalStateException("I do not like it");
      }
    }

    @Override
    public void onError(Throwable thrown) {
      failure.complete(thrown);
    }

    @Override
    public void onComplete() {
      failure.complete(new AssertionError("It has completed"));
    }
  }

  @Test
  void aJobOfAnotherTypeIsNotFound() {
    UUID id = jobs().echo().submit(new Echo("hello"), SubmitOptions.by("test")).jobId();
    Job unused = end(id);
    assertThatThrownBy(
            () -> service().awaitEnd(PartIndexJob.DEFINITION, id, Duration.ofSeconds(20)))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void assertionsSeeWhatWasSubmitted() {
    UUID unused =
        jobs()
            .parcelSend()
            .submit(
                new ParcelSend("Bremen", 2),
                LATER.withItemId("order-7").withPriority(JobPriority.LOW).withSubmittedBy("user-3"))
            .jobId();
    assertThat(service())
        .submittedNo(StockCountJob.DEFINITION)
        .submitted(ParcelSendJob.DEFINITION)
        .with(parcel -> parcel.outages() == 2)
        .withPayload(new ParcelSend("Bremen", 2))
        .dueIn(Duration.ofDays(1))
        .submittedBy("user-3")
        .withItemId("order-7")
        .withPriority(JobPriority.LOW)
        .withStatus(JobStatus.PENDING)
        .once();
  }

  @Test
  void whoActsMustBeNamedAndWhoeverStopsTheWorkOfOthersMustSayWhy() {
    assertThatThrownBy(
            () -> jobs().parcelSend().submit(new ParcelSend("Bremen", 0), SubmitOptions.by(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank. Name who submits it");
    JobSchedules schedules = service().schedules();
    assertThatThrownBy(() -> schedules.pause("stock.count", Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A pause needs a reason");
    assertThat(schedules.get("stock.count").pause()).isEmpty();
  }

  @Test
  void aScheduleIsKept() {
    JobSchedule declared = service().schedules().get("stock.count");
    assertThat(declared.isDeclared()).isTrue();
    assertThat(declared.timing()).isEqualTo(new Timing.Cron("0 3 * * *", "UTC"));
    assertThat(declared.options().priority()).as("that of its type").isEmpty();
    assertThatThrownBy(() -> put("stock.count"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("declares a schedule with the name 'stock.count'");

    JobSchedule made = put("bremen");
    assertThat(made.type()).isEqualTo("parcel.send");
    assertThat(made.options().itemId()).contains("route-1");
    assertThat(made.created().by()).contains("ann");
    assertThat(made.nextRunAt()).isPresent();
    service().schedules().pause("bremen", Actor.of("bob", "holidays"));
    JobSchedule paused = service().schedules().get("bremen");
    assertThat(paused.nextRunAt()).isEmpty();
    assertThat(paused.pause().orElseThrow())
        .extracting("by", "reason")
        .containsExactly("bob", "holidays");
    assertThat(put("bremen").isPaused()).isTrue();
    service().schedules().resume("bremen", Actor.of("bob"));
    JobSchedule resumed = service().schedules().get("bremen");
    assertThat(put("bremen")).as("nothing has changed").isEqualTo(resumed);
    assertThat(service().schedules().get("bremen").nextRunAt())
        .contains(made.nextRunAt().orElseThrow());

    UUID id = service().schedules().runNow("bremen", Actor.of("ann"));
    assertThat(service().get(id).submittedBy()).isEqualTo("ann");
    assertThat(service().get(id).itemId()).contains("route-1");
    assertThat(service().schedules().get("bremen").lastRun().orElseThrow())
        .extracting("jobId")
        .isEqualTo(id);
    assertThat(end(id).status()).isEqualTo(JobStatus.COMPLETED);

    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    List<UUID> ids =
        service().schedules().backfill("bremen", from, from.plusSeconds(86_400), Actor.of("ann"));
    assertThat(ids).hasSize(24);
    assertThat(
            service()
                .schedules()
                .backfill("bremen", from, from.plusSeconds(86_400), Actor.of("ann")))
        .isEqualTo(ids);
    assertThat(service()).submitted(ParcelSendJob.DEFINITION).times(25);

    assertThat(service().schedules().list())
        .extracting(JobSchedule::name)
        .containsExactly("bremen", "stock.count");
    assertThat(service().schedules().remove("bremen", Actor.of("ann"))).isTrue();
    assertThat(service().schedules().remove("bremen", Actor.of("ann"))).isFalse();
    assertThat(service().schedules().find("bremen")).isEqualTo(Optional.empty());
    assertThatThrownBy(() -> service().schedules().runNow("bremen", Actor.of("ann")))
        .isInstanceOf(JobScheduleNotFoundException.class);
  }

  @Test
  void aScheduleWithAFixedDelayIsKept() {
    JobSchedules schedules = service().schedules();
    schedules.pause("stock.count", Actor.of("ann", "not in this test"));
    JobSchedule made =
        jobs()
            .parcelSend()
            .schedule(
                "bremen",
                new ParcelSend("Bremen", 0),
                Timing.fixedDelay(Duration.ofHours(1)),
                Actor.of("ann"));
    assertThat(made.timing()).isEqualTo(new Timing.FixedDelay(Duration.ofHours(1)));
    assertThat(made.nextRunAt().orElseThrow())
        .as("the first run is due")
        .isBeforeOrEqualTo(made.created().at());
    schedules.pause("bremen", Actor.of("ann", "holidays"));
    assertThat(schedules.get("bremen").nextRunAt()).isEmpty();
    schedules.resume("bremen", Actor.of("ann"));

    UUID id = schedules.runNow("bremen", Actor.of("ann"));
    JobSchedule running = schedules.get("bremen");
    assertThat(running.lastRun().orElseThrow()).extracting("jobId").isEqualTo(id);
    assertThat(running.nextRunAt()).as("it is counted from the end of the run").isEmpty();

    assertThatThrownBy(
            () ->
                schedules.put(
                    "bremen",
                    ParcelSendJob.DEFINITION,
                    new ParcelSend("Bremen", 0),
                    Timing.fixedDelay(Duration.ofHours(1)),
                    ScheduleOptions.defaults().withOverlap(OverlapPolicy.QUEUE_ONE),
                    Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The overlap policy is QUEUE_ONE, but a fixed delay");
    assertThatThrownBy(
            () ->
                jobs()
                    .parcelSend()
                    .schedule(
                        "bremen",
                        new ParcelSend("Bremen", 0),
                        Timing.fixedDelay(Duration.ZERO),
                        Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The fixed delay is PT0S; it must be from 1 second to 365 days.");
    assertThatThrownBy(
            () ->
                jobs()
                    .parcelSend()
                    .schedule(
                        "stock.count",
                        new ParcelSend("Bremen", 0),
                        Timing.fixedDelay(Duration.ofHours(1)),
                        Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("declares a schedule with the name 'stock.count'");
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    assertThatThrownBy(
            () -> schedules.backfill("bremen", from, from.plusSeconds(86_400), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The schedule 'bremen' has a fixed delay");
    assertThat(schedules.get("bremen")).isEqualTo(running);

    assertThat(put("bremen").timing()).isEqualTo(new Timing.Cron("0 * * * *", "Z"));
    assertThat(schedules.get("bremen").nextRunAt()).isPresent();
  }

  private JobSchedule put(String name) {
    return service()
        .schedules()
        .put(
            name,
            ParcelSendJob.DEFINITION,
            new ParcelSend("Bremen", 0),
            Timing.cron("0 * * * *", ZoneOffset.UTC),
            ScheduleOptions.defaults().withItemId("route-1"),
            Actor.of("ann"));
  }
}
