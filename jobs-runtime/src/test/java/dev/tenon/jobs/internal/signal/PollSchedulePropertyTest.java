package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.store.LimitedTypes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for a worker whatever has happened before. */
class PollSchedulePropertyTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Something that happens, and how long after that nothing else does. */
  record Event(What what, Duration pause) {}

  /** What may happen. */
  enum What {
    SUBMIT,
    HINT,
    SOON,
    MESSAGE,
    HEARS_OR_NOT,
    RUNS_OR_NOT,
    OTHERS_ASK_OR_NOT,
    BROKER_IS_LOST,
    BROKER_IS_BACK,
    LIMITED_WAIT,
    LIMITED_ARE_DUE_SOON,
    NO_LIMITED_WAIT,
    LIMITED_ENDS,
    DUE,
    DUE_SOON,
    NOT_DUE,
    PAUSE,
    RESUME,
    FAILURE
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Duration> pauses =
        Arbitraries.integers().between(0, 3_000).map(millis -> Duration.ofMillis(millis));
    return Combinators.combine(Arbitraries.of(What.class), pauses).as(Event::new).list();
  }

  private static void happen(PollingWorker worker, What what) {
    PollSchedule schedule = worker.schedule;
    switch (what) {
      case SUBMIT -> schedule.wake();
      case HINT -> schedule.hear();
      case SOON -> schedule.expect(Duration.ofSeconds(10));
      case MESSAGE -> schedule.pollSoon(ClaimSource.MESSAGES);
      case HEARS_OR_NOT -> worker.hears = !worker.hears;
      case RUNS_OR_NOT -> worker.runs = !worker.runs;
      case OTHERS_ASK_OR_NOT -> worker.othersAsk = !worker.othersAsk;
      case BROKER_IS_LOST -> trusts(worker, Duration.ofSeconds(6), Duration.ZERO);
      case BROKER_IS_BACK -> trusts(worker, Duration.ZERO, MINUTE);
      case LIMITED_WAIT -> worker.limitedTypes = new LimitedTypes(List.of("a", "b"), null);
      case LIMITED_ARE_DUE_SOON ->
          worker.limitedTypes = new LimitedTypes(List.of(), Duration.ofMillis(100));
      case NO_LIMITED_WAIT -> worker.limitedTypes = LimitedTypes.NONE;
      case LIMITED_ENDS -> schedule.ended("a");
      case DUE -> worker.untilDue = Optional.of(Duration.ZERO);
      case DUE_SOON -> worker.untilDue = Optional.of(Duration.ofMillis(100));
      case NOT_DUE -> worker.untilDue = Optional.empty();
      case PAUSE -> schedule.pausedTypes(true, false);
      case RESUME -> schedule.pausedTypes(false, true);
      case FAILURE -> schedule.next().ifPresent(source -> schedule.polled(source, true));
    }
  }

  private static void trusts(PollingWorker worker, Duration downFor, Duration upFor) {
    boolean unused = worker.schedule.isTrusted(downFor, upFor, false);
  }

  private static PollingWorker after(
      List<Event> history, boolean hasBroker, boolean declaresLimits) {
    PollingWorker worker = new PollingWorker(hasBroker, declaresLimits);
    for (Event event : history) {
      happen(worker, event.what());
      // Fails if it looks again and again at the same instant
      List<ClaimSource> unused = worker.pollsWithin(event.pause());
    }
    return worker;
  }

  @Property
  void aWorkerNeverLooksAgainAndAgain(
      @ForAll("histories") List<Event> history,
      @ForAll boolean hasBroker,
      @ForAll boolean declaresLimits) {
    PollingWorker worker = after(history, hasBroker, declaresLimits);
    List<ClaimSource> polls = worker.pollsWithin(MINUTE);
    // At most: four of each kind a second, what an answer leads to, and every 50 ms while others
    // ask
    assertThat(polls).hasSizeLessThan(60 * (20 + 5 * 4 + 10));
  }

  @Property
  void withoutRabbitMqWhatIsSubmittedHereDoesNotWait(
      @ForAll("histories") List<Event> history, @ForAll boolean declaresLimits) {
    PollingWorker worker = after(history, false, declaresLimits);
    worker.schedule.wake();
    assertThat(worker.schedule.untilNext()).isZero();
    assertThat(worker.polls()).contains(ClaimSource.TABLE);
  }

  @Property
  void aHintWaitsForAQuarterOfASecondAtMost(
      @ForAll("histories") List<Event> history, @ForAll boolean declaresLimits) {
    PollingWorker worker = after(history, false, declaresLimits);
    worker.schedule.hear();
    assertThat(worker.pollsWithin(PollSchedule.OFTEN)).contains(ClaimSource.TABLE);
  }

  @Property
  void aJobOfWhichNobodyTellsIsFoundWithinTwoSeconds(
      @ForAll("histories") List<Event> history, @ForAll boolean declaresLimits) {
    PollingWorker worker = after(history, false, declaresLimits);
    worker.othersAsk = false;
    worker.untilDue = Optional.of(Duration.ZERO);
    assertThat(worker.pollsWithin(PollSchedule.RARELY)).contains(ClaimSource.TABLE);
  }

  @Property
  void theTableIsPolledOftenWhileRabbitMqIsAway(@ForAll("histories") List<Event> history) {
    PollingWorker worker = after(history, true, false);
    trusts(worker, Duration.ofSeconds(6), Duration.ZERO);
    assertThat(worker.pollsWithin(PollSchedule.OFTEN)).contains(ClaimSource.TABLE);
  }

  @Property
  void whatHasComeFromRabbitMqDoesNotWait(@ForAll("histories") List<Event> history) {
    PollingWorker worker = after(history, true, false);
    trusts(worker, Duration.ZERO, MINUTE.multipliedBy(2));
    worker.schedule.pollSoon(ClaimSource.MESSAGES);
    assertThat(worker.polls()).contains(ClaimSource.MESSAGES);
  }

  @Property
  void anIdleWorkerAsksThirtyTimesAMinute(
      @ForAll("histories") List<Event> history,
      @ForAll boolean hasBroker,
      @ForAll boolean declaresLimits) {
    PollingWorker worker = after(history, hasBroker, declaresLimits);
    trusts(worker, Duration.ZERO, MINUTE.multipliedBy(2));
    worker.hears = true;
    worker.runs = false;
    worker.othersAsk = false;
    worker.limitedTypes = LimitedTypes.NONE;
    worker.untilDue = Optional.empty();
    worker.schedule.pausedTypes(false, false);
    // Whatever was expected has come or not
    List<ClaimSource> unused = worker.pollsWithin(Duration.ofSeconds(15));
    List<ClaimSource> statements =
        worker.pollsWithin(MINUTE).stream()
            .filter(source -> source != ClaimSource.MESSAGES)
            .toList();
    assertThat(statements).hasSize(30).containsOnly(ClaimSource.WAITING);
  }
}
