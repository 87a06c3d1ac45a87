package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.store.LimitedTypes;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookScheduleTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** All that four looks a second find time for, and the one at the beginning. */
  private static int often(Duration time) {
    return (int) time.dividedBy(LookSchedule.OFTEN) + 1;
  }

  private static int tables(List<Look> looks) {
    return Collections.frequency(looks, Look.TABLE);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void aWorkerLooksOftenAfterItsStartAndThenAsksRarely() {
    Looking worker = Looking.withoutRabbit();
    assertThat(tables(worker.looksWithin(millis(1_999)))).isEqualTo(often(millis(1_999)));
    worker.idle();
    assertThat(worker.looksWithin(MINUTE)).hasSize(30).containsOnly(Look.WAITING);
  }

  @Test
  void itLooksOftenWhileItWouldNotBeNotifiedOfNewJobs() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.hears = false;
    assertThat(tables(worker.looksWithin(MINUTE))).isEqualTo(often(MINUTE));
  }

  @Test
  void itLooksOftenWhileItRunsAJobAndAMomentLonger() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.runs = true;
    assertThat(tables(worker.looksWithin(MINUTE))).isEqualTo(often(MINUTE));
    worker.runs = false;
    assertThat(tables(worker.looksWithin(MINUTE))).isBetween(7, 8);
  }

  @Test
  void itLooksOftenForAsLongAsSomethingIsExpected() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.schedule.expect(Duration.ofSeconds(10));
    // What happens meanwhile does not shorten it
    worker.schedule.wake();
    assertThat(tables(worker.looksWithin(MINUTE))).isBetween(40, 41);
  }

  @Test
  void whatIsSubmittedHereIsLookedForImmediately() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.schedule.wake();
    assertThat(worker.looks()).containsExactly(Look.TABLE);
  }

  @Test
  void whatHasFoundSomethingIsLookedAtAgain() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.schedule.wake();
    worker.finds.add(Look.TABLE);
    assertThat(worker.look()).contains(Look.TABLE);
    assertThat(worker.look()).contains(Look.TABLE);
    worker.finds.clear();
    assertThat(worker.looks()).containsExactly(Look.TABLE);
  }

  @Test
  void theNextLookIsWhenTheJobInTheAnswerIsDue() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.untilDue = Optional.of(millis(700));
    List<Look> unused = worker.looksWithin(LookSchedule.RARELY);
    worker.untilDue = Optional.empty();
    assertThat(worker.schedule.untilNext()).isPositive().isLessThanOrEqualTo(millis(700));
    worker.pass(worker.schedule.untilNext());
    assertThat(worker.looks()).containsExactly(Look.TABLE);
    // It may be a little later by the clock of the database
    assertThat(tables(worker.looksWithin(LookSchedule.OFTEN))).isEqualTo(1);
  }

  @Test
  void tasksThatWaitForOthersAreDueInThousandsOfYears() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.untilDue = Optional.of(Duration.ofDays(365L * 7000));
    assertThat(worker.looksWithin(MINUTE)).hasSize(30).containsOnly(Look.WAITING);
  }

  @Test
  void jobsWithoutANotificationAreFoundByTheSharedQuery() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.untilDue = Optional.of(Duration.ZERO);
    assertThat(worker.looksWithin(LookSchedule.RARELY)).contains(Look.WAITING, Look.TABLE);
  }

  @Test
  void whoeverComesWhileAnotherAsksComesAgainSoon() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.othersAsk = true;
    assertThat(worker.looksWithin(LookSchedule.RARELY)).contains(Look.WAITING);
    assertThat(worker.schedule.untilNext()).isLessThanOrEqualTo(millis(50));
    worker.othersAsk = false;
    assertThat(worker.looksWithin(millis(50))).containsExactly(Look.WAITING);
  }

  @Test
  void whoFindsJobsFollowsEveryHint() {
    Looking worker = Looking.withoutRabbit().idle();
    for (int i = 0; i < 10; i++) {
      worker.schedule.hear();
      worker.finds.add(Look.TABLE);
      assertThat(worker.look()).contains(Look.TABLE);
      worker.finds.clear();
      assertThat(worker.looks()).containsExactly(Look.TABLE);
    }
  }

  @Test
  void oneLookIsEnoughForTheHintsBeforeIt() {
    Looking worker = Looking.withoutRabbit().idle();
    worker.schedule.hear();
    worker.schedule.hear();
    assertThat(worker.looks()).containsExactly(Look.TABLE);
  }

  @Test
  void whoComesTooLateFollowsFewerHintsAndForgetsNone() {
    Looking worker = Looking.withoutRabbit().idle();
    for (long pause : new long[] {5, 10, 20, 40, 80, 160, 250}) {
      worker.schedule.hear();
      assertThat(worker.looks()).as("%d ms", pause).contains(Look.TABLE);
      worker.pass(millis(pause - 1));
      List<Look> unused = worker.looks();
      worker.schedule.hear();
      assertThat(worker.looks()).as("before %d ms", pause).isEmpty();
      worker.pass(millis(1));
    }
    worker.schedule.hear();
    assertThat(worker.looks()).contains(Look.TABLE);
    worker.schedule.hear();
    assertThat(worker.schedule.untilNext()).isLessThanOrEqualTo(LookSchedule.OFTEN);
  }

  @Test
  void withRabbitMqTheTableIsPolledWhenTheAnswerSaysSo() {
    Looking worker = Looking.withRabbit().idle();
    assertThat(worker.looksWithin(MINUTE)).containsOnly(Look.WAITING, Look.MESSAGES);
    worker.schedule.wake();
    assertThat(tables(worker.looksWithin(MINUTE))).isZero();
    assertThat(worker.schedule.looksForAll()).isFalse();
    worker.untilDue = Optional.of(millis(700));
    assertThat(tables(worker.looksWithin(MINUTE))).isZero();
    worker.untilDue = Optional.of(Duration.ZERO);
    assertThat(tables(worker.looksWithin(MINUTE))).isEqualTo(30);
  }

  @Test
  void theTableIsPolledRarelyWhereMessagesMayNotCome() {
    Looking worker = Looking.withRabbit().idle();
    assertThat(worker.schedule.isTrusted(Duration.ZERO, MINUTE, true)).isTrue();
    assertThat(worker.schedule.looksForAll()).isTrue();
    assertThat(tables(worker.looksWithin(MINUTE))).isBetween(30, 31);
  }

  @Test
  void whatHasComeIsLookedAtImmediately() {
    Looking worker = Looking.withRabbit().idle();
    worker.schedule.lookAt(Look.MESSAGES);
    assertThat(worker.looks()).containsExactly(Look.MESSAGES);
  }

  @Test
  void theTableIsPolledOftenWhileRabbitMqIsAway() {
    Looking worker = Looking.withRabbit().idle();
    assertThat(
            worker.schedule.isTrusted(
                LookSchedule.FALL_BACK_AFTER.plusMillis(1), Duration.ZERO, false))
        .isFalse();
    List<Look> looks = worker.looksWithin(MINUTE);
    assertThat(tables(looks)).isEqualTo(often(MINUTE));
    assertThat(looks).doesNotContain(Look.MESSAGES, Look.PAUSED_TYPES);
    worker.schedule.wake();
    assertThat(worker.looks()).contains(Look.TABLE);
    assertThat(worker.schedule.isTrusted(Duration.ZERO, Duration.ZERO, false)).isTrue();
    List<Look> unused = worker.looks();
    assertThat(tables(worker.looksWithin(MINUTE))).isZero();
  }

  @Test
  void pausesAreAskedForWhileThereAreAny() {
    Looking worker = Looking.withRabbit().idle();
    assertThat(worker.looksWithin(MINUTE)).doesNotContain(Look.PAUSED_TYPES);
    worker.schedule.lookAt(Look.PAUSED_TYPES);
    assertThat(worker.looks()).contains(Look.PAUSED_TYPES);
    worker.schedule.pausedTypes(true, false);
    assertThat(worker.looksWithin(Duration.ofSeconds(10)))
        .filteredOn(Look.PAUSED_TYPES::equals)
        .hasSize(20);
    worker.schedule.pausedTypes(false, true);
    List<Look> afterwards = worker.looksWithin(MINUTE);
    assertThat(afterwards).doesNotContain(Look.PAUSED_TYPES);
    assertThat(tables(afterwards)).as("what was parked meanwhile").isEqualTo(1);
  }

  @Test
  void whatAlwaysFindsSomethingLetsTheOthersHaveTheirTurns() {
    Looking worker = new Looking(true, true);
    worker.limitedTypes = new LimitedTypes(List.of("a", "b"), null);
    worker.idle();
    worker.finds.addAll(List.of(Look.MESSAGES, Look.LIMITED));
    worker.schedule.wake();
    worker.schedule.lookAt(Look.MESSAGES);
    List<Look> turns = Stream.generate(() -> worker.look().orElseThrow()).limit(4).toList();
    assertThat(turns).filteredOn(Look.MESSAGES::equals).hasSizeBetween(1, 2);
    assertThat(turns).filteredOn(Look.LIMITED::equals).hasSizeBetween(1, 2);
  }

  @Test
  void whatFailsIsTriedAgainAfterTheOthers() {
    Looking worker = Looking.withRabbit().idle();
    worker.schedule.lookAt(Look.PAUSED_TYPES);
    worker.schedule.lookAt(Look.MESSAGES);
    assertThat(worker.schedule.next()).contains(Look.PAUSED_TYPES);
    worker.schedule.looked(Look.PAUSED_TYPES, true);
    assertThat(worker.looks()).containsExactly(Look.MESSAGES, Look.PAUSED_TYPES);
  }

  @Test
  void limitedTypesAreAskedForOftenWhileJobsWaitAndOtherwiseByTheSharedQuestion() {
    Looking worker = new Looking(true, true).idle();
    assertThat(worker.looksWithin(MINUTE)).containsOnly(Look.WAITING, Look.MESSAGES);
    worker.limitedTypes = new LimitedTypes(List.of("a", "of others"), null);
    assertThat(worker.looksWithin(LookSchedule.RARELY)).contains(Look.LIMITED);
    assertThat(worker.looksWithin(MINUTE))
        .filteredOn(Look.LIMITED::equals)
        .hasSizeBetween(often(MINUTE) - 1, often(MINUTE));
    worker.limitedTypes = LimitedTypes.NONE;
    worker.idle();
    assertThat(worker.looksWithin(MINUTE)).containsOnly(Look.WAITING, Look.MESSAGES);
    worker.schedule.wake();
    assertThat(worker.looks()).contains(Look.LIMITED_TYPES);
  }

  @Test
  void aTypeAtItsLimitWaitsUntilEnoughOfItsJobsHaveEnded() {
    Looking worker = new Looking(true, true);
    worker.limitedTypes = new LimitedTypes(List.of("a"), null);
    worker.idle();
    worker.pass(worker.schedule.untilNext());
    assertThat(worker.look()).contains(Look.LIMITED_TYPES);
    assertThat(worker.look()).contains(Look.LIMITED);
    worker.schedule.limited().claimed("a", 10, true);
    assertThat(worker.schedule.limited().startable()).isEmpty();
    worker.schedule.ended("a");
    assertThat(worker.schedule.limited().startable()).isEmpty();
    assertThat(worker.schedule.untilNext()).isEqualTo(millis(4));
    worker.pass(millis(4));
    assertThat(worker.schedule.limited().startable()).containsExactly("a");
    assertThat(worker.looks()).containsExactly(Look.LIMITED);
    worker.schedule.limited().claimed("a", 10, true);
    for (int i = 0; i < 20; i++) {
      worker.schedule.ended("a");
    }
    assertThat(worker.looks()).containsExactly(Look.LIMITED);
  }

  @Test
  void aDelayedJobWithLimitsIsLookedForWhenItIsDue() {
    Looking worker = new Looking(true, true).idle();
    worker.limitedTypes = new LimitedTypes(List.of(), millis(1_300));
    List<Look> unused = worker.looksWithin(LookSchedule.RARELY);
    worker.limitedTypes = new LimitedTypes(List.of("a"), null);
    assertThat(worker.looksWithin(millis(1_300))).contains(Look.LIMITED);
  }
}
