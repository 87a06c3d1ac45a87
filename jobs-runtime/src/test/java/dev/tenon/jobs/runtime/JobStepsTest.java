package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TestJobsModule;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.operate.AuditQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sending signals, and looking at steps and deciding them by hand, with a worker. */
@Tag("servers")
class JobStepsTest {

  private static final ValueDefinition<Receipt> RECEIPT =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class))
          .validator(
              (receipt, violations) -> {
                if (receipt.text().isEmpty()) {
                  violations.add("text", "must not be empty");
                }
              })
          .sensitive("/text")
          .build();
  private static final SignalDefinition<Receipt> PAID =
      SignalDefinition.of("order.paid", 1, RECEIPT);
  private static final SignalDefinition<Receipt> OTHER =
      SignalDefinition.of("order.other", 1, RECEIPT);
  private static final WaitDefinition<Receipt> PAYMENT = WaitDefinition.ofSignals("payment", PAID);
  private static final StepDefinition<Void> CHARGE = StepDefinition.of("charge").notRepeatable();
  private static final StepDefinition<Receipt> PACK = StepDefinition.of("pack", RECEIPT);
  private static final StepsDefinition STEPS =
      StepsDefinition.builder("test.order.place").step(CHARGE).step(PACK).wait(PAYMENT).build();
  private static final Actor ANN = Actor.of("ann", "because");

  private static final Map<String, AtomicInteger> RUNS = new ConcurrentHashMap<>();
  private static final Map<UUID, String> TOKENS = new ConcurrentHashMap<>();

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;
  private static JobSteps steps;

  @BeforeAll
  static void start() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start(fixture.builder().submittedBy(() -> "tester"));
    jobs = runtime.jobs();
    steps = jobs.steps();
    JobBinding<Order, Receipt> binding =
        new JobBinding<>(
            TestJobs.ORDER,
            (order, context) -> {
              StepExecutor executor = context.steps(STEPS);
              return switch (order.name()) {
                case "ask" -> {
                  executor.<Void, RuntimeException>runOnce(
                      CHARGE,
                      "",
                      step -> {
                        if (count(context.jobId() + " charge") == 1) {
                          throw new IllegalStateException("unclear");
                        }
                        return null;
                      },
                      step -> Resolution.askPerson("Was the card charged?"));
                  yield new Receipt("charged");
                }
                case "fail" -> {
                  Receipt packed =
                      executor.run(
                          PACK, "", step -> new Receipt("p" + count(context.jobId() + " pack")));
                  Receipt paid = executor.await(PAYMENT, "", null).orElseThrow();
                  if (count(context.jobId() + " fail") == 1) {
                    throw new PermanentJobException("first");
                  }
                  yield new Receipt(packed.text() + paid.text());
                }
                case "token" -> {
                  TOKENS.put(context.jobId(), executor.token(PAID, ""));
                  yield executor.await(PAYMENT, "", null).orElseThrow();
                }
                default -> executor.await(PAYMENT, "", Duration.ofDays(3)).orElseThrow();
              };
            },
            STEPS);
    runtime.startWorker(
        new JobHandlers() {
          @Override
          public ModuleDefinition module() {
            return new TestJobsModule();
          }

          @Override
          public List<JobBinding<?, ?>> bindings() {
            return List.of(binding);
          }
        });
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static int count(String what) {
    return RUNS.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
  }

  private static UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("t").withItemId(name))
        .jobId();
  }

  private static UUID waiting(String name) {
    UUID id = submit(name);
    await().until(() -> jobs.whyWaiting(id).orElse(null) instanceof WaitReason.ForSignal);
    return id;
  }

  private static SentSignal send(UUID id, String text, SignalOptions options) {
    return jobs.send(PAID, SignalTarget.job(id), new Receipt(text), options);
  }

  private static String result(UUID id) {
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    return jobs.find(TestJobs.ORDER, id).orElseThrow().result().orElseThrow().text();
  }

  @Test
  void aSignalStartsAJobThatWaits() {
    UUID id = waiting("order 1");
    WaitReason.ForSignal why = (WaitReason.ForSignal) jobs.whyWaiting(id).orElseThrow();
    assertThat(why.name()).isEqualTo("payment");
    assertThat(why.signals()).containsExactly("order.paid");
    assertThat(why.until()).isPresent();
    assertThat(send(id, "paid", SignalOptions.by("stripe").withId("7")).isNew()).isTrue();
    assertThat(send(id, "twice", SignalOptions.by("stripe").withId("7")).isNew()).isFalse();
    assertThat(result(id)).isEqualTo("paid");
    assertThat(jobs.get(id).attempts()).isEqualTo(1);
    JobSignal signal = steps.signalsOfJob(id).get(0);
    assertThat(signal.sentBy()).isEqualTo("stripe");
    assertThat(signal.deliveredAt()).isPresent();
    assertThat(signal.value()).isEqualTo("{\"text\":\"••••\"}");
    JobStep wait = steps.ofJob(id).get(0);
    assertThat(wait.kind()).isEqualTo(JobStep.Kind.WAIT);
    assertThat(wait.state()).isEqualTo(JobStep.State.DONE);
    assertThat(wait.jobType()).isEqualTo("test.order.place");
    assertThat(wait.result()).contains("{\"text\":\"••••\"}");
    assertThatExceptionOfType(SignalRefusedException.class)
        .isThrownBy(() -> send(id, "late", SignalOptions.defaults()))
        .withMessage(
            "Job %s of type 'test.order.place' has ended, so it cannot get the signal 'order.paid'.",
            id)
        .matches(e -> e.reason() == Reason.JOB_ENDED);
  }

  @Test
  void aSignalIsSentToTheJobsOfAnItem() {
    UUID one = waiting("order 2");
    UUID other = waiting("order 2");
    SentSignal sent =
        jobs.send(
            PAID, SignalTarget.item("order 2"), new Receipt("both"), SignalOptions.defaults());
    assertThat(sent.jobIds()).containsExactlyInAnyOrder(one, other);
    assertThat(result(one)).isEqualTo("both");
    assertThat(result(other)).isEqualTo("both");
    assertThatExceptionOfType(SignalRefusedException.class)
        .isThrownBy(
            () ->
                jobs.send(
                    PAID, SignalTarget.item("order 2"), new Receipt("x"), SignalOptions.defaults()))
        .matches(e -> e.reason() == Reason.NO_JOB);
  }

  @Test
  void aTokenSendsOneSignal() {
    UUID id = waiting("token");
    SignalTarget token = SignalTarget.token(TOKENS.get(id));
    assertThat(steps.ofJob(id).get(0).result()).as("a secret").isEmpty();
    assertThat(steps.ofJob(id).get(0).name()).isEqualTo("order.paid");
    assertThat(jobs.send(PAID, token, new Receipt("yes"), SignalOptions.defaults()).jobIds())
        .containsExactly(id);
    assertThatExceptionOfType(SignalRefusedException.class)
        .isThrownBy(() -> jobs.send(PAID, token, new Receipt("no"), SignalOptions.defaults()))
        .matches(e -> e.reason() == Reason.USED_TOKEN);
    String wrong = TOKENS.get(id).substring(0, 53) + "?";
    for (String unknown :
        List.of(wrong, "", "x", "y".repeat(54), token + "\u0000", token + "\ud800")) {
      assertThatExceptionOfType(SignalRefusedException.class)
          .isThrownBy(
              () ->
                  jobs.send(
                      PAID,
                      SignalTarget.token(unknown),
                      new Receipt("no"),
                      SignalOptions.defaults()))
          .matches(e -> e.reason() == Reason.UNKNOWN_TOKEN);
    }
    assertThat(result(id)).isEqualTo("yes");
  }

  @Test
  void whatCannotBeDeliveredIsRefused() {
    UUID id = waiting("order 3");
    assertThatThrownBy(() -> send(UUID.randomUUID(), "x", SignalOptions.defaults()))
        .isInstanceOf(JobNotFoundException.class);
    assertThatThrownBy(() -> send(id, "", SignalOptions.defaults()))
        .isInstanceOf(InvalidSignalException.class)
        .hasMessage("The signal 'order.paid' is not valid: text must not be empty.");
    assertThatExceptionOfType(SignalRefusedException.class)
        .isThrownBy(
            () ->
                jobs.send(OTHER, SignalTarget.job(id), new Receipt("x"), SignalOptions.defaults()))
        .matches(e -> e.reason() == Reason.NOT_AWAITED);
    assertThatThrownBy(() -> send(id, "x", SignalOptions.defaults().withId("x".repeat(201))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("201");
    assertThatThrownBy(() -> send(id, "x".repeat(2_000_000), SignalOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SizeLimits.payloadBytes");
    assertThat(steps.signalsOfJob(id)).isEmpty();
  }

  @Test
  void aSignalOfACallersTransactionIsDeliveredOnceThatIsCommitted() throws Exception {
    UUID told = waiting("order 4");
    UUID untold = waiting("order 5");
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      List<Runnable> afterCommit = new ArrayList<>();
      jobs.in(connection, afterCommit::add)
          .send(PAID, SignalTarget.job(told), new Receipt("a"), SignalOptions.defaults());
      jobs.in(connection)
          .send(PAID, SignalTarget.job(untold), new Receipt("b"), SignalOptions.defaults());
      assertThat(steps.signalsOfJob(told)).isEmpty();
      connection.commit();
      afterCommit.forEach(Runnable::run);
    }
    assertThat(result(told)).isEqualTo("a");
    assertThat(result(untold)).isEqualTo("b");
  }

  @Test
  void somebodySendsASignalByHand() {
    UUID id = waiting("order 6");
    assertThatThrownBy(() -> steps.send(id, "order.paid", "{", SignalOptions.defaults(), ANN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The signal 'order.paid' is not JSON.");
    assertThat(
            steps
                .send(id, "order.paid", "{\"text\":\"by hand\"}", SignalOptions.defaults(), ANN)
                .isNew())
        .isTrue();
    assertThat(result(id)).isEqualTo("by hand");
    assertThat(steps.signalsOfJob(id).get(0).sentBy()).isEqualTo("ann");
    assertThat(audit(id)).containsExactly("send signal");
  }

  private static List<String> audit(UUID id) {
    return runtime
        .monitor()
        .audit()
        .list(AuditQuery.all().withTarget(id.toString()))
        .items()
        .stream()
        .map(entry -> entry.action())
        .toList();
  }

  private static UUID inDoubt() {
    UUID id = submit("ask");
    await().until(() -> jobs.whyWaiting(id).orElse(null) instanceof WaitReason.StepInDoubt);
    return id;
  }

  @Test
  void aPersonDecidesAStepInDoubt() {
    UUID done = inDoubt();
    UUID notDone = inDoubt();
    assertThat(((WaitReason.StepInDoubt) jobs.whyWaiting(done).orElseThrow()).question())
        .isEqualTo("Was the card charged?");
    assertThat(steps.inDoubt(InDoubtQuery.all()).items())
        .extracting(JobStep::jobId)
        .containsSubsequence(done, notDone);
    assertThatThrownBy(() -> steps.markDone(done, "pack", "", null, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("has no step 'pack'");
    steps.markDone(done, "charge", "", null, ANN);
    steps.markNotDone(notDone, "charge", "", ANN);
    assertThat(result(done)).isEqualTo("charged");
    assertThat(result(notDone)).isEqualTo("charged");
    assertThat(RUNS.get(done + " charge")).hasValue(1);
    assertThat(RUNS.get(notDone + " charge")).hasValue(2);
    assertThat(audit(done)).containsExactly("mark step done");
    assertThat(audit(notDone)).containsExactly("mark step not done");
    assertThat(steps.inDoubt(InDoubtQuery.all()).items())
        .extracting(JobStep::jobId)
        .doesNotContain(done, notDone);
    assertThatThrownBy(() -> steps.markDone(done, "charge", "", null, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("is completed");
    assertThatThrownBy(() -> steps.markDone(UUID.randomUUID(), "charge", "", null, ANN))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aFailedJobRunsAgainFromAStep() {
    UUID fromWait = failed();
    steps.runAgainFrom(fromWait, "payment", "", ANN);
    assertThat(result(fromWait)).isEqualTo("p1paid");
    assertThat(audit(fromWait)).containsExactly("run again from step");
    UUID fromStep = failed();
    assertThatThrownBy(() -> steps.runAgainFrom(fromStep, "nothing", "", ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("has no record of a step or wait 'nothing'");
    steps.runAgainFrom(fromStep, "pack", "", ANN);
    assertThat(result(fromStep)).isEqualTo("p2paid");
    assertThatThrownBy(() -> steps.runAgainFrom(fromStep, "pack", "", ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("only a failed or a cancelled job");
  }

  private static UUID failed() {
    UUID id = waiting("fail");
    send(id, "paid", SignalOptions.defaults());
    await().until(() -> jobs.get(id).status() == JobStatus.FAILED);
    return id;
  }

  @Test
  void theLastOfManyStepsAreShown() throws SQLException {
    UUID id = waiting("many");
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement()) {
      sql.execute(
          """
          INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at)
          SELECT '%s', 's' || n, 'step', 'done', 1, 1, n, now() FROM generate_series(2, 10002) AS n
          """
              .formatted(id));
    }
    List<JobStep> shown = steps.ofJob(id);
    assertThat(shown).hasSize(10_000);
    assertThat(shown.get(0).name()).isEqualTo("s3");
    assertThat(shown.get(9_999).name()).isEqualTo("s10002");
    assertThat(jobs.cancel(id, ANN)).isNotNull();
  }

  @Test
  void aJobWithoutStepsHasNothingToShow() {
    UUID id = UUID.randomUUID();
    assertThat(steps.ofJob(id)).isEmpty();
    assertThat(steps.signalsOfJob(id)).isEmpty();
    assertThat(steps.cursorOfJob(id)).isEqualTo(Optional.empty());
  }
}
