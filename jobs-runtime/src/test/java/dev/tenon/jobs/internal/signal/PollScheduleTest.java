package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.store.LimitedTypes;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PollScheduleTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** All that four polls a second find time for, and the one at the beginning. */
  private static int often(Duration time) {
    return (int) time.dividedBy(PollSchedule.OFTEN) + 1;
  }

  private static int tables(List<ClaimSource> polls) {
    return Collections.frequency(polls, ClaimSource.TABLE);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void aWorkerLooksOftenAfterItsStartAndThenAsksRarely() {
    PollingWorker worker = PollingWorker.withoutRabbit();
    assertThat(tables(worker.pollsWithin(millis(1_999)))).isEqualTo(often(millis(1_999)));
    worker.idle();
    assertThat(worker.pollsWithin(MINUTE)).hasSize(30).containsOnly(ClaimSource.WAITING);
  }

  @Test
  void itLooksOftenWhileItWouldNotBeNotifiedOfNewJobs() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.hears = false;
    assertThat(tables(worker.pollsWithin(MINUTE))).isEqualTo(often(MINUTE));
  }

  @Test
  void itLooksOftenWhileItRunsAJobAndAMomentLonger() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.runs = true;
    assertThat(tables(worker.pollsWithin(MINUTE))).isEqualTo(often(MINUTE));
    worker.runs = false;
    assertThat(tables(worker.pollsWithin(MINUTE))).isBetween(7, 8);
  }

  @Test
  void itLooksOftenForAsLongAsSomethingIsExpected() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.schedule.expect(Duration.ofSeconds(10));
    // What happens meanwhile does not shorten it
    worker.schedule.wake();
    assertThat(tables(worker.pollsWithin(MINUTE))).isBetween(40, 41);
  }

  @Test
  void whatIsSubmittedHereIsLookedForImmediately() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.schedule.wake();
    assertThat(worker.polls()).containsExactly(ClaimSource.TABLE);
  }

  @Test
  void whatHasFoundSomethingIsLookedAtAgain() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.schedule.wake();
    worker.finds.add(ClaimSource.TABLE);
    assertThat(worker.poll()).contains(ClaimSource.TABLE);
    assertThat(worker.poll()).contains(ClaimSource.TABLE);
    worker.finds.clear();
    assertThat(worker.polls()).containsExactly(ClaimSource.TABLE);
  }

  @Test
  void theNextLookIsWhenTheJobInTheAnswerIsDue() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.untilDue = Optional.of(millis(700));
    List<ClaimSource> unused = worker.pollsWithin(PollSchedule.RARELY);
    worker.untilDue = Optional.empty();
    assertThat(worker.schedule.untilNext()).isPositive().isLessThanOrEqualTo(millis(700));
    worker.pass(worker.schedule.untilNext());
    assertThat(worker.polls()).containsExactly(ClaimSource.TABLE);
    // It may be a little later by the clock of the database
    assertThat(tables(worker.pollsWithin(PollSchedule.OFTEN))).isEqualTo(1);
  }

  @Test
  void tasksThatWaitForOthersAreDueInThousandsOfYears() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.untilDue = Optional.of(Duration.ofDays(365L * 7000));
    assertThat(worker.pollsWithin(MINUTE)).hasSize(30).containsOnly(ClaimSource.WAITING);
  }

  @Test
  void jobsWithoutANotificationAreFoundByTheSharedQuery() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.untilDue = Optional.of(Duration.ZERO);
    assertThat(worker.pollsWithin(PollSchedule.RARELY))
        .contains(ClaimSource.WAITING, ClaimSource.TABLE);
  }

  @Test
  void whoeverComesWhileAnotherAsksComesAgainSoon() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.othersAsk = true;
    assertThat(worker.pollsWithin(PollSchedule.RARELY)).contains(ClaimSource.WAITING);
    assertThat(worker.schedule.untilNext()).isLessThanOrEqualTo(millis(50));
    worker.othersAsk = false;
    assertThat(worker.pollsWithin(millis(50))).containsExactly(ClaimSource.WAITING);
  }

  @Test
  void whoFindsJobsFollowsEveryHint() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    for (int i = 0; i < 10; i++) {
      worker.schedule.hear();
      worker.finds.add(ClaimSource.TABLE);
      assertThat(worker.poll()).contains(ClaimSource.TABLE);
      worker.finds.clear();
      assertThat(worker.polls()).containsExactly(ClaimSource.TABLE);
    }
  }

  @Test
  void oneLookIsEnoughForTheHintsBeforeIt() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    worker.schedule.hear();
    worker.schedule.hear();
    assertThat(worker.polls()).containsExactly(ClaimSource.TABLE);
  }

  @Test
  void whoComesTooLateFollowsFewerHintsAndForgetsNone() {
    PollingWorker worker = PollingWorker.withoutRabbit().idle();
    for (long pause : new long[] {5, 10, 20, 40, 80, 160, 250}) {
      worker.schedule.hear();
      assertThat(worker.polls()).as("%d ms", pause).contains(ClaimSource.TABLE);
      worker.pass(millis(pause - 1));
      List<ClaimSource> unused = worker.polls();
      worker.schedule.hear();
      assertThat(worker.polls()).as("before %d ms", pause).isEmpty();
      worker.pass(millis(1));
    }
    worker.schedule.hear();
    assertThat(worker.polls()).contains(ClaimSource.TABLE);
    worker.schedule.hear();
    assertThat(worker.schedule.untilNext()).isLessThanOrEqualTo(PollSchedule.OFTEN);
  }

  @Test
  void withRabbitMqTheTableIsPolledWhenTheAnswerSaysSo() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    assertThat(worker.pollsWithin(MINUTE)).containsOnly(ClaimSource.WAITING, ClaimSource.MESSAGES);
    worker.schedule.wake();
    assertThat(tables(worker.pollsWithin(MINUTE))).isZero();
    assertThat(worker.schedule.pollsForAll()).isFalse();
    worker.untilDue = Optional.of(millis(700));
    assertThat(tables(worker.pollsWithin(MINUTE))).isZero();
    worker.untilDue = Optional.of(Duration.ZERO);
    assertThat(tables(worker.pollsWithin(MINUTE))).isEqualTo(30);
  }

  @Test
  void theTableIsPolledRarelyWhereMessagesMayNotCome() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    assertThat(worker.schedule.isTrusted(Duration.ZERO, MINUTE, true)).isTrue();
    assertThat(worker.schedule.pollsForAll()).isTrue();
    assertThat(tables(worker.pollsWithin(MINUTE))).isBetween(30, 31);
  }

  @Test
  void whatHasComeIsLookedAtImmediately() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    worker.schedule.pollSoon(ClaimSource.MESSAGES);
    assertThat(worker.polls()).containsExactly(ClaimSource.MESSAGES);
  }

  @Test
  void theTableIsPolledOftenWhileRabbitMqIsAway() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    assertThat(
            worker.schedule.isTrusted(
                PollSchedule.FALL_BACK_AFTER.plusMillis(1), Duration.ZERO, false))
        .isFalse();
    List<ClaimSource> polls = worker.pollsWithin(MINUTE);
    assertThat(tables(polls)).isEqualTo(often(MINUTE));
    assertThat(polls).doesNotContain(ClaimSource.MESSAGES, ClaimSource.PAUSED_TYPES);
    worker.schedule.wake();
    assertThat(worker.polls()).contains(ClaimSource.TABLE);
    assertThat(worker.schedule.isTrusted(Duration.ZERO, Duration.ZERO, false)).isTrue();
    List<ClaimSource> unused = worker.polls();
    assertThat(tables(worker.pollsWithin(MINUTE))).isZero();
  }

  @Test
  void pausesAreAskedForWhileThereAreAny() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    assertThat(worker.pollsWithin(MINUTE)).doesNotContain(ClaimSource.PAUSED_TYPES);
    worker.schedule.pollSoon(ClaimSource.PAUSED_TYPES);
    assertThat(worker.polls()).contains(ClaimSource.PAUSED_TYPES);
    worker.schedule.pausedTypes(true, false);
    assertThat(worker.pollsWithin(Duration.ofSeconds(10)))
        .filteredOn(ClaimSource.PAUSED_TYPES::equals)
        .hasSize(20);
    worker.schedule.pausedTypes(false, true);
    List<ClaimSource> afterwards = worker.pollsWithin(MINUTE);
    assertThat(afterwards).doesNotContain(ClaimSource.PAUSED_TYPES);
    assertThat(tables(afterwards)).as("what was parked meanwhile").isEqualTo(1);
  }

  @Test
  void whatAlwaysFindsSomethingLetsTheOthersHaveTheirTurns() {
    PollingWorker worker = new PollingWorker(true, true);
    worker.limitedTypes = new LimitedTypes(List.of("a", "b"), null);
    worker.idle();
    worker.finds.addAll(List.of(ClaimSource.MESSAGES, ClaimSource.LIMITED));
    worker.schedule.wake();
    worker.schedule.pollSoon(ClaimSource.MESSAGES);
    List<ClaimSource> turns = Stream.generate(() -> worker.poll().orElseThrow()).limit(4).toList();
    assertThat(turns).filteredOn(ClaimSource.MESSAGES::equals).hasSizeBetween(1, 2);
    assertThat(turns).filteredOn(ClaimSource.LIMITED::equals).hasSizeBetween(1, 2);
  }

  @Test
  void whatFailsIsTriedAgainAfterTheOthers() {
    PollingWorker worker = PollingWorker.withRabbit().idle();
    worker.schedule.pollSoon(ClaimSource.PAUSED_TYPES);
    worker.schedule.pollSoon(ClaimSource.MESSAGES);
    assertThat(worker.schedule.next()).contains(ClaimSource.PAUSED_TYPES);
    worker.schedule.polled(ClaimSource.PAUSED_TYPES, true);
    assertThat(worker.polls()).containsExactly(ClaimSource.MESSAGES, ClaimSource.PAUSED_TYPES);
  }

  @Test
  void limitedTypesAreAskedForOftenWhileJobsWaitAndOtherwiseByTheSharedQuestion() {
    PollingWorker worker = new PollingWorker(true, true).idle();
    assertThat(worker.pollsWithin(MINUTE)).containsOnly(ClaimSource.WAITING, ClaimSource.MESSAGES);
    worker.limitedTypes = new LimitedTypes(List.of("a", "of others"), null);
    assertThat(worker.pollsWithin(PollSchedule.RARELY)).contains(ClaimSource.LIMITED);
    assertThat(worker.pollsWithin(MINUTE))
        .filteredOn(ClaimSource.LIMITED::equals)
        .hasSizeBetween(often(MINUTE) - 1, often(MINUTE));
    worker.limitedTypes = LimitedTypes.NONE;
    worker.idle();
    assertThat(worker.pollsWithin(MINUTE)).containsOnly(ClaimSource.WAITING, ClaimSource.MESSAGES);
    worker.schedule.wake();
    assertThat(worker.polls()).contains(ClaimSource.LIMITED_TYPES);
  }

  @Test
  void aTypeAtItsLimitWaitsUntilEnoughOfItsJobsHaveEnded() {
    PollingWorker worker = new PollingWorker(true, true);
    worker.limitedTypes = new LimitedTypes(List.of("a"), null);
    worker.idle();
    worker.pass(worker.schedule.untilNext());
    assertThat(worker.poll()).contains(ClaimSource.LIMITED_TYPES);
    assertThat(worker.poll()).contains(ClaimSource.LIMITED);
    worker.schedule.limited().claimed("a", 10, true);
    assertThat(worker.schedule.limited().startable()).isEmpty();
    worker.schedule.ended("a");
    assertThat(worker.schedule.limited().startable()).isEmpty();
    assertThat(worker.schedule.untilNext()).isEqualTo(millis(4));
    worker.pass(millis(4));
    assertThat(worker.schedule.limited().startable()).containsExactly("a");
    assertThat(worker.polls()).containsExactly(ClaimSource.LIMITED);
    worker.schedule.limited().claimed("a", 10, true);
    for (int i = 0; i < 20; i++) {
      worker.schedule.ended("a");
    }
    assertThat(worker.polls()).containsExactly(ClaimSource.LIMITED);
  }

  @Test
  void aDelayedJobWithLimitsIsLookedForWhenItIsDue() {
    PollingWorker worker = new PollingWorker(true, true).idle();
    worker.limitedTypes = new LimitedTypes(List.of(), millis(1_300));
    List<ClaimSource> unused = worker.pollsWithin(PollSchedule.RARELY);
    worker.limitedTypes = new LimitedTypes(List.of("a"), null);
    assertThat(worker.pollsWithin(millis(1_300))).contains(ClaimSource.LIMITED);
  }
}
