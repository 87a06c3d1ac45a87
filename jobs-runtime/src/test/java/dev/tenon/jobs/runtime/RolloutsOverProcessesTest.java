package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Report;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Deployments and rollbacks of three versions of one application, in random sequences. Where the
 * check says go, every job ends well. Where it does not, some sequences go all the same, and what
 * the findings say comes true.
 */
class RolloutsOverProcessesTest {

  private static final int STEPS = 4;

  /** With 200, each kind of finding that comes true does so in one of them. */
  private static final int SEQUENCES = Integer.getInteger("rollouts.sequences", 15);

  private static final Actor ADA = Actor.of("ada", "the test goes on");

  /** A version that runs, in this process or in one of its own. */
  private interface Deployed extends AutoCloseable {
    @Override
    void close();
  }

  private interface Deploy {
    Deployed version(Fixture fixture, int version);
  }

  private static Deployed inThisProcess(Fixture fixture, int version) {
    JobsRuntime runtime = LetterApplication.version(version).start(fixture.builder());
    return runtime::close;
  }

  private static Deployed inItsOwnProcess(Fixture fixture, int version) {
    JavaProcess process =
        JavaProcess.of(LetterApplication.Deployed.class)
            .jvmArguments("-XX:TieredStopAtLevel=1")
            .arguments(
                fixture.database().url(), fixture.database().user(), Integer.toString(version))
            .start();
    String unused = process.awaitLine("working"::equals, Duration.ofMinutes(3));
    return () -> {
      process.terminate();
      int code = process.awaitExit(Duration.ofMinutes(2));
      process.close();
      assertThat(code).as("the exit code after SIGTERM").isEqualTo(143);
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sequencesLeaveNothingBehind(long seed) {
    new Sequence(seed, RolloutsOverProcessesTest::inThisProcess).run();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void sequencesOverProcessesLeaveNothingBehind(long seed) {
    new Sequence(seed, RolloutsOverProcessesTest::inItsOwnProcess).run();
  }

  @Tag("thorough")
  @Test
  void manySequencesLeaveNothingBehind() {
    Set<Kind> proved = new HashSet<>();
    for (int i = 0; i < SEQUENCES; i++) {
      proved.addAll(new Sequence(1_000 + i, RolloutsOverProcessesTest::inThisProcess).run());
    }
    if (SEQUENCES >= 200) {
      assertThat(proved)
          .contains(
              Kind.NEWER_VERSION,
              Kind.NO_UPCASTER,
              Kind.UNKNOWN_TYPE,
              Kind.UNKNOWN_WAIT,
              Kind.SCHEDULE_UNREADABLE);
    }
  }

  /** A sequence of deployments on a database of its own. */
  private static final class Sequence {

    private final long seed;
    private final Random random;
    private final Deploy deploy;
    private final Map<UUID, String> jobs = new HashMap<>();
    private final Set<Kind> proved = new HashSet<>();
    private Fixture fixture;
    private JobsRuntime observer;
    private int version;
    private Deployed deployed;

    Sequence(long seed, Deploy deploy) {
      this.seed = seed;
      this.random = new Random(seed);
      this.deploy = deploy;
    }

    /** Runs it, and returns the kinds of findings that came true. */
    Set<Kind> run() {
      try (Fixture opened = Fixture.withoutRabbit()) {
        fixture = opened;
        // It does maintenance, sends signals and looks, and knows no type
        observer = fixture.start(fixture.builder().modules());
        version = 1 + random.nextInt(LetterApplication.VERSIONS);
        deployed = deploy.version(fixture, version);
        try {
          boolean goesOn = true;
          for (int step = 0; step < STEPS && goesOn; step++) {
            submitSome();
            goesOn = change(another());
          }
          if (goesOn) {
            release(jobs.keySet());
            awaitAll(jobs.keySet());
          }
        } finally {
          deployed.close();
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("The sequence with the seed " + seed + " fails: " + e, e);
      }
      return proved;
    }

    private JobService service() {
      return observer.jobs();
    }

    private int another() {
      int next = 1 + random.nextInt(LetterApplication.VERSIONS - 1);
      return next < version ? next : next + 1;
    }

    private void submitSome() {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        var job = LetterApplication.version(version).submit(service(), random);
        jobs.put(job.getKey(), job.getValue());
        if (job.getValue().equals(LetterApplication.DELIVER)) {
          await("it waits for its payment")
              .until(
                  () ->
                      service().steps().ofJob(job.getKey()).stream()
                          .anyMatch(step -> step.state() == JobStep.State.WAITING));
        }
      }
    }

    private Report check(int next) {
      return observer
          .monitor()
          .rollouts()
          .check(List.of(LetterApplication.version(next).description()));
    }

    /** Deploys another version, and returns whether the sequence goes on. */
    private boolean change(int next) {
      boolean isRolling = random.nextBoolean();
      if (!isRolling) {
        deployed.close();
      }
      Report report = check(next);
      if (report.verdict() == Verdict.GO) {
        replaceBy(next, isRolling);
        return true;
      }
      if (random.nextInt(3) == 0) {
        replaceBy(next, isRolling);
        prove(report);
        return false;
      }
      if (!isRolling) {
        deployed = deploy.version(fixture, version);
      }
      release(jobs.keySet());
      awaitAll(jobs.keySet());
      // Nothing of it lives any more, and nothing waits
      deployed.close();
      report = check(next);
      if (report.verdict() == Verdict.GO) {
        replaceBy(next, false);
      } else {
        assertThat(report.findings())
            .filteredOn(finding -> finding.verdict() != Verdict.GO)
            .as("only a schedule is left")
            .allMatch(finding -> finding.kind() == Kind.SCHEDULE_UNREADABLE);
        deployed = deploy.version(fixture, version);
      }
      return true;
    }

    private void replaceBy(int next, boolean isRolling) {
      Deployed before = deployed;
      deployed = deploy.version(fixture, next);
      version = next;
      if (isRolling) {
        before.close();
      }
    }

    /** Lets the jobs of tomorrow start, and pays for what waits for it. */
    private void release(Set<UUID> which) {
      for (UUID id : which) {
        if (service().get(id).status() != JobStatus.PENDING) {
          continue;
        }
        if (jobs.get(id).equals(LetterApplication.DELIVER)) {
          var unused =
              service()
                  .send(
                      LetterApplication.PAID,
                      SignalTarget.job(id),
                      new LetterApplication.Letter("ann"),
                      SignalOptions.by("bank").withId("payment"));
        } else {
          service().reschedule(id, Instant.now(), ADA);
        }
      }
    }

    private void awaitAll(Set<UUID> which) {
      for (UUID id : which) {
        Job unused = Fixture.awaitStatus(service(), id, JobStatus.COMPLETED);
      }
    }

    /** What each finding says comes true. */
    private void prove(Report report) {
      List<Finding> serious =
          report.findings().stream().filter(finding -> finding.verdict() != Verdict.GO).toList();
      Set<String> left = new HashSet<>();
      for (Finding finding : serious) {
        left.add(finding.subject());
      }
      release(jobs.keySet());
      List<UUID> others = new ArrayList<>();
      jobs.forEach(
          (id, type) -> {
            if (!left.contains(type)) {
              others.add(id);
            }
          });
      // By then the worker has looked at everything that it runs
      awaitAll(new HashSet<>(others));
      awaitAnother();
      for (Finding finding : serious) {
        if (finding.kind() == Kind.SCHEDULE_UNREADABLE) {
          staysPending(service().schedules().runNow(finding.subject(), ADA));
          proved.add(finding.kind());
        }
        for (UUID id : finding.oldest()) {
          prove(finding, id);
          proved.add(finding.kind());
        }
      }
    }

    /** A job of today's version runs meanwhile. */
    private void awaitAnother() {
      LetterApplication application = LetterApplication.version(version);
      UUID id =
          service()
              .submit(
                  application.copy(),
                  new LetterApplication.Letter("ann"),
                  SubmitOptions.by("letters"))
              .jobId();
      Job unused = Fixture.awaitStatus(service(), id, JobStatus.COMPLETED);
    }

    private void prove(Finding finding, UUID id) {
      switch (finding.kind()) {
        case NEWER_VERSION, UNKNOWN_TYPE -> staysPending(id);
        case NO_UPCASTER -> {
          Job failed = Fixture.awaitStatus(service(), id, JobStatus.FAILED);
          assertThat(failed.error().orElseThrow().errorClass())
              .contains(JobVersionException.class.getName());
        }
        case UNKNOWN_WAIT -> {
          Job unused = Fixture.awaitStatus(service(), id, JobStatus.COMPLETED);
          assertThat(service().steps().ofJob(id))
              .as("its wait never ended")
              .anyMatch(
                  step ->
                      step.kind() == JobStep.Kind.WAIT && step.state() == JobStep.State.WAITING);
        }
        default -> throw new AssertionError("Unexpected: " + finding.message());
      }
    }

    private void staysPending(UUID id) {
      Job job = service().get(id);
      assertThat(job.status()).isEqualTo(JobStatus.PENDING);
      assertThat(job.attempts()).isZero();
      assertThat(service().whyWaiting(id)).isPresent();
    }
  }

  /** A schedule is in the table while the version that declares it runs. */
  @Test
  void theScheduleOfTheFirstVersionIsDeclared() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime observer = fixture.start(fixture.builder().modules());
      Deployed first = inThisProcess(fixture, 1);
      try {
        assertThat(observer.jobs().schedules().list())
            .extracting(JobSchedule::name)
            .containsExactly(LetterApplication.PRINT);
      } finally {
        first.close();
      }
    }
  }
}
