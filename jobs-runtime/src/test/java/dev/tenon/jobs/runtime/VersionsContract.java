package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Handlers;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Jobs that were submitted with another version of their type, or under another name, the same
 * whether pointers come from RabbitMQ or the table is asked.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VersionsContract {

  /** The payload as it was. */
  record MailV1(String to, String text) {}

  /** The payload as it is. */
  record Mail(List<String> to, String text) {

    static Mail fromVersion1(MailV1 old) {
      if (old.to().equals("nobody")) {
        throw new IllegalStateException("nobody gets no mail");
      }
      return new Mail(List.of(old.to()), old.text());
    }

    static Mail fromJson(String json) {
      return new Mail(List.of("somebody"), json);
    }
  }

  /** The result as it was. */
  record SentV1(int count) {}

  /** The result as it is. */
  record Sent(String summary) {

    static Sent fromVersion1(SentV1 old) {
      return new Sent(old.count() + " sent");
    }
  }

  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;
  private final List<JobWorker> workers = new ArrayList<>();

  abstract Fixture fixture();

  /** Waits until jobs are where a worker that starts finds them. */
  abstract void awaitWaiting(UUID id);

  /** Waits until a worker has left a job to others, for good or for a while. */
  abstract void awaitRefused(UUID id);

  PostgresDatabase database() {
    return fixture.database();
  }

  JobService jobs() {
    return jobs;
  }

  @BeforeAll
  void start() {
    fixture = fixture();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @AfterEach
  void stopWorkers() {
    workers.forEach(JobWorker::close);
    workers.clear();
  }

  void work(Handlers handlers) {
    workers.add(runtime.startWorker(handlers));
  }

  void workOneByOne(Handlers handlers) {
    workers.add(runtime.startWorker(handlers, WorkerOptions.defaults().withConcurrency(1)));
  }

  private static JobDefinition<MailV1, SentV1> version1(String type) {
    return TestCodecs.builder(type, MailV1.class, SentV1.class).build();
  }

  private static JobDefinition.Builder<Mail, Sent> version2(String type) {
    return TestCodecs.builder(type, Mail.class, Sent.class)
        .version(2)
        .payloadValidator(
            (mail, violations) -> {
              if (mail.text().isBlank()) {
                violations.add("text", "must not be blank");
              }
            });
  }

  private <P> UUID submit(JobDefinition<P, ?> definition, P payload) {
    return jobs.submit(definition, payload, SubmitOptions.by("tester")).jobId();
  }

  private Job ended(UUID id, JobStatus status) {
    return Fixture.awaitStatus(jobs, id, status);
  }

  private static Handlers sending(JobDefinition<Mail, Sent> definition) {
    return TestJobs.handlers()
        .with(definition, (mail, context) -> new Sent(mail.to() + " " + mail.text()));
  }

  @Test
  void anOlderJobRunsThroughItsUpcaster() {
    UUID id = submit(version1("mail.older"), new MailV1("ann", "hello"));
    JobDefinition<Mail, Sent> today =
        version2("mail.older")
            .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
            .build();
    work(sending(today));

    Job job = ended(id, JobStatus.COMPLETED);

    assertThat(job.version()).isEqualTo(1);
    assertThat(job.resultVersion()).hasValue(2);
    TypedJob<Mail, Sent> typed = jobs.find(today, id).orElseThrow();
    assertThat(typed.payload()).isEqualTo(new Mail(List.of("ann"), "hello"));
    assertThat(typed.result()).contains(new Sent("[ann] hello"));
  }

  @Test
  void anUpcasterMayTakeTheStoredJson() {
    UUID id = submit(version1("mail.json"), new MailV1("ann", "hello"));
    work(sending(version2("mail.json").upcaster(1, Mail::fromJson).build()));

    assertThat(ended(id, JobStatus.COMPLETED).result().orElseThrow())
        .contains("[somebody] {\\\"to\\\":\\\"ann\\\",\\\"text\\\":\\\"hello\\\"}");
  }

  @Test
  void whatAnUpcasterMakesIsValidated() {
    UUID id = submit(version1("mail.invalid"), new MailV1("ann", " "));
    work(
        sending(
            version2("mail.invalid")
                .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
                .build()));

    Job job = ended(id, JobStatus.FAILED);

    assertThat(job.attempts()).isEqualTo(1);
    assertThat(job.error().orElseThrow().message().orElseThrow())
        .contains("text must not be blank");
  }

  @Test
  void anUpcasterThatThrowsOrReturnsNullFailsTheJobImmediately() {
    UUID thrown = submit(version1("mail.throws"), new MailV1("nobody", "hello"));
    UUID returned = submit(version1("mail.null"), new MailV1("ann", "hello"));
    work(
        sending(
                version2("mail.throws")
                    .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
                    .build())
            .with(
                version2("mail.null").upcaster(1, json -> null).build(),
                (mail, context) -> new Sent("never")));

    Job first = ended(thrown, JobStatus.FAILED);
    Job second = ended(returned, JobStatus.FAILED);

    assertThat(first.attempts()).isEqualTo(1);
    assertThat(first.error().orElseThrow().errorClass())
        .contains(IllegalStateException.class.getName());
    assertThat(second.attempts()).isEqualTo(1);
    assertThat(second.error().orElseThrow().message())
        .contains(
            "The upcaster for the payload of job type 'mail.null' returned null; it must return the"
                + " current Mail, or throw.");
  }

  @Test
  void aJobWithoutUpcasterFailsForGoodAndRunsAfterTheFix() {
    UUID id = submit(version1("mail.forgotten"), new MailV1("ann", "hello"));
    JobDefinition<Mail, Sent> without = version2("mail.forgotten").build();
    work(sending(without));

    Job failed = ended(id, JobStatus.FAILED);

    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(failed.error().orElseThrow().errorClass())
        .contains(JobVersionException.class.getName());
    assertThat(failed.error().orElseThrow().message())
        .contains(
            "The payload of job type 'mail.forgotten' has version 1; the type is at version 2 and"
                + " has no upcaster. Give Mail an @Upcaster(from = 1) and retry the job, or submit"
                + " it again.");
    assertThatThrownBy(() -> jobs.find(without, id))
        .isInstanceOfSatisfying(
            JobVersionException.class,
            e -> {
              assertThat(e.storedVersion()).isEqualTo(1);
              assertThat(e.knownVersion()).isEqualTo(2);
              assertThat(e.jobId()).contains(id);
            });

    stopWorkers();
    work(
        sending(
            version2("mail.forgotten")
                .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
                .build()));
    jobs.retry(id, Actor.of("ann"));

    assertThat(ended(id, JobStatus.COMPLETED).version()).isEqualTo(1);
  }

  @Test
  void aNewerJobIsLeftUnclaimedAndRunsOnANewerWorker() {
    work(
        TestJobs.handlers()
            .with(version1("mail.newer"), (mail, context) -> new SentV1(mail.to().length())));
    JobDefinition<Mail, Sent> today =
        version2("mail.newer")
            .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
            .build();
    UUID id = submit(today, new Mail(List.of("ann", "bob"), "hello"));
    // The older worker goes on with what it knows
    ended(submit(version1("mail.newer"), new MailV1("ann", "behind it")), JobStatus.COMPLETED);
    awaitRefused(id);
    assertThat(jobs.get(id).error()).isEmpty();
    assertThat(jobs.whyWaiting(id)).contains(new WaitReason.UnknownVersion("mail.newer", 2, 1));
    assertThat(jobs.whyWaiting(id).orElseThrow().describe())
        .isEqualTo(
            "It waits for a newer worker: the job has version 2 of 'mail.newer', and the live workers know 1. Deploy the new workers.");
    assertThat(runtime.health().checks())
        .filteredOn(check -> check.name().equals("types"))
        .extracting(JobsHealth.Check::message)
        .singleElement()
        .asString()
        .contains(
            "no live worker knows version 2 of 'mail.newer' (they know 1), and a job has been"
                + " due");

    JobWorker newer = runtime.startWorker(sending(today));
    workers.add(newer);

    Job job = ended(id, JobStatus.COMPLETED);
    assertThat(job.workerId()).contains(newer.id());
    assertThat(job.attempts()).isEqualTo(1);
    assertThat(job.version()).isEqualTo(2);
    assertThatThrownBy(() -> jobs.find(version1("mail.newer"), id))
        .isInstanceOf(JobVersionException.class)
        .hasMessageContaining("has version 2, and this program knows versions up to 1");
  }

  @Test
  void aResultOfAnOlderVersionIsRead() throws Exception {
    work(
        TestJobs.handlers()
            .with(version1("mail.result"), (mail, context) -> new SentV1(mail.to().length())));
    UUID id = submit(version1("mail.result"), new MailV1("ann", "hello"));
    ended(id, JobStatus.COMPLETED);
    JobDefinition<Mail, Sent> today =
        version2("mail.result")
            .upcaster(1, MailV1.class, TestCodecs.of(MailV1.class), Mail::fromVersion1)
            .resultUpcaster(1, SentV1.class, TestCodecs.of(SentV1.class), Sent::fromVersion1)
            .build();

    assertThat(jobs.find(today, id).orElseThrow().result()).contains(new Sent("3 sent"));
  }

  @Test
  void whatHasNoUpcasterForAVersionThatTheOtherOneHasIsReadAsItIs() {
    JobDefinition<MailV1, Sent> today =
        TestCodecs.builder("mail.half", MailV1.class, Sent.class)
            .version(2)
            .resultUpcaster(1, SentV1.class, TestCodecs.of(SentV1.class), Sent::fromVersion1)
            .build();
    UUID id = submit(version1("mail.half"), new MailV1("ann", "hello"));
    work(TestJobs.handlers().with(today, (mail, context) -> new Sent(mail.text())));

    ended(id, JobStatus.COMPLETED);

    assertThat(jobs.find(today, id).orElseThrow().result()).contains(new Sent("hello"));
  }

  @Test
  void aJobOfAnEarlierNameIsRunAndFound() {
    JobDefinition<MailV1, SentV1> before = version1("mail.before");
    JobDefinition<MailV1, SentV1> renamed =
        TestCodecs.builder("mail.after", MailV1.class, SentV1.class)
            .aliases("mail.before", "mail.long.before")
            .build();
    UUID waiting = submit(before, new MailV1("ann", "before the worker starts"));
    awaitWaiting(waiting);
    work(TestJobs.handlers().with(renamed, (mail, context) -> new SentV1(mail.text().length())));
    UUID later = submit(before, new MailV1("ann", "by a submitter that is not yet deployed"));
    UUID today = submit(renamed, new MailV1("ann", "by one that is"));

    for (UUID id : List.of(waiting, later, today)) {
      ended(id, JobStatus.COMPLETED);
      assertThat(jobs.find(renamed, id)).isPresent();
    }
    assertThat(jobs.get(waiting).type()).isEqualTo("mail.before");
    assertThat(jobs.find(before, today)).isEmpty();
  }

  @Test
  void aNameBelongsToOneType() {
    JobDefinition<MailV1, SentV1> one = version1("mail.one");
    JobDefinition<MailV1, SentV1> two =
        TestCodecs.builder("mail.two", MailV1.class, SentV1.class).aliases("mail.one").build();
    Handlers both =
        TestJobs.handlers()
            .with(one, (mail, context) -> new SentV1(1))
            .with(two, (mail, context) -> new SentV1(2));

    assertThatThrownBy(() -> runtime.startWorker(both))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'mail.one' is a name of the job types 'mail.one' and 'mail.two'; it must belong to one"
                + " of them.");
  }
}
