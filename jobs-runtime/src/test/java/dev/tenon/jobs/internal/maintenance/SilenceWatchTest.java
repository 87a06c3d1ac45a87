package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are in seconds; a silence is 15 s, a heartbeat 5 s, a look 1.5 s. */
class SilenceWatchTest {

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final SilenceWatch watch = new SilenceWatch(Duration.ofSeconds(15));
  private final Map<String, @Nullable Instant> heartbeats = new TreeMap<>();
  private final Map<String, String> processes = new TreeMap<>();
  private Instant databaseUpSince = EPOCH;
  private double clockIsAheadBy;
  private double now;

  private Instant databaseTime() {
    return EPOCH.plusMillis((long) ((now + clockIsAheadBy) * 1000));
  }

  private void beats(String worker) {
    beats(worker, EPOCH.plusMillis((long) (now * 1000)));
  }

  private void beats(String worker, @Nullable Instant value) {
    heartbeats.put(worker, value);
  }

  private void look() {
    List<Beat> beats = new ArrayList<>();
    heartbeats.forEach(
        (worker, at) -> beats.add(new Beat(worker, processes.getOrDefault(worker, worker), at)));
    long nanos = (long) (now * 1e9);
    watch.looked(beats, databaseTime(), databaseUpSince, nanos, nanos);
  }

  /** Looks as often as it should until that time; these workers beat every five seconds. */
  private void lookUntil(double end, String... beating) {
    for (; now <= end; now += 1.5) {
      for (String worker : beating) {
        beats(worker, EPOCH.plusSeconds((long) now / 5 * 5));
      }
      look();
    }
  }

  private List<String> silent() {
    return watch.silent().stream().map(each -> each.beat().workerId()).sorted().toList();
  }

  private boolean isCrash(String worker) {
    return watch.silent().stream()
        .filter(each -> each.beat().workerId().equals(worker))
        .map(Silent::isCrash)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aWorkerIsLostOnceItsHeartbeatHasNotChangedForTheSilence() {
    beats("dead");
    lookUntil(14, "alive");
    assertThat(silent()).isEmpty();
    lookUntil(16.6, "alive");
    assertThat(silent()).containsExactly("dead");
    assertThat(isCrash("dead")).isTrue();
  }

  @Test
  void theTimeOfAnOutageDoesNotCount() {
    beats("a");
    beats("b");
    lookUntil(10);
    now = 70;
    lookUntil(84);
    assertThat(silent()).as("every worker gets a whole silence after the outage").isEmpty();
    lookUntil(86.6);
    assertThat(silent()).containsExactly("a", "b");
  }

  @Test
  void aProcessThatWasFrozenItselfTakesNobodyForLost() {
    beats("a");
    lookUntil(12);
    now = 20;
    look();
    assertThat(silent()).isEmpty();
  }

  @Test
  void jumpsOfTheClockDoNoHarm() {
    lookUntil(10, "a");
    for (Instant jumped : List.of(EPOCH.minusSeconds(3600), EPOCH.plusSeconds(3600), EPOCH)) {
      beats("a", jumped);
      double until = now + 10;
      lookUntil(until);
      assertThat(silent()).isEmpty();
    }
  }

  /** The worker has died, and ten seconds later a process starts, whose own worker is "new". */
  private void diesBeforeAProcessStarts() {
    beats("dead", EPOCH.plusSeconds(100));
    beats("dead too", EPOCH.plusSeconds(90));
    now = 110;
  }

  @Test
  void whoeverDiedBeforeAProcessStartsIsLostAfterTwoHeartbeatsOfIt() {
    diesBeforeAProcessStarts();
    lookUntil(119.5, "new");
    assertThat(silent()).as("watched for less than ten seconds").isEmpty();
    lookUntil(121, "new");
    assertThat(silent()).containsExactly("dead", "dead too");
    assertThat(isCrash("dead")).isTrue();
  }

  @Test
  void aHeartbeatThatIsYoungerThanASilenceIsNotJudgedBefore() {
    beats("dead", EPOCH.plusSeconds(109));
    now = 110;
    lookUntil(123, "new");
    assertThat(silent()).isEmpty();
    lookUntil(125, "new");
    assertThat(silent()).containsExactly("dead");
  }

  @Test
  void aServerThatWasStartedOnlyNowSaysNothingAboutTheDead() {
    diesBeforeAProcessStarts();
    databaseUpSince = EPOCH.plusSeconds(108);
    lookUntil(122);
    assertThat(silent()).as("they had less than a silence to beat").isEmpty();
    lookUntil(124.5);
    assertThat(silent()).containsExactly("dead", "dead too");
  }

  @Test
  void oneThatBeatsAfterAllShowsThatOldHeartbeatsSayNothing() {
    diesBeforeAProcessStarts();
    beats("alive", EPOCH.plusSeconds(50));
    lookUntil(118);
    beats("alive");
    lookUntil(124);
    assertThat(silent()).isEmpty();
    lookUntil(126);
    assertThat(silent()).containsExactly("dead", "dead too");
  }

  @Test
  void aClockThatJumpsWhileAProcessWatchesIsNotBelieved() {
    beats("alive", EPOCH.plusSeconds(110));
    now = 110;
    lookUntil(115);
    clockIsAheadBy = 3600;
    lookUntil(124);
    assertThat(silent()).isEmpty();
  }

  @Test
  void aWatchThatHasPausedBelievesNoClock() {
    lookUntil(5);
    diesBeforeAProcessStarts();
    lookUntil(124);
    assertThat(silent()).isEmpty();
    lookUntil(126);
    assertThat(silent()).containsExactly("dead", "dead too");
  }

  @Test
  void jobsOfAWorkerThatIsNotInTheTableWaitForTheSilenceToo() {
    beats("gone", null);
    lookUntil(14, "alive");
    assertThat(silent()).isEmpty();
    lookUntil(16.6, "alive");
    assertThat(silent()).containsExactly("gone");
  }

  @Test
  void workersThatFallSilentTogetherHaveNotCrashed() {
    lookUntil(20, "a", "b");
    lookUntil(40);
    assertThat(silent()).containsExactly("a", "b");
    assertThat(isCrash("a")).isFalse();
    assertThat(isCrash("b")).isFalse();
  }

  @Test
  void aWorkerThatWasAloneHasCrashed() {
    beats("lost long ago");
    lookUntil(30);
    lookUntil(50, "a");
    lookUntil(70);
    assertThat(silent()).containsExactly("a", "lost long ago");
    assertThat(isCrash("a")).isTrue();
  }

  @Test
  void aWatchThatBeginsExcusesNoCrashByAWorkerThatWasLostLongAgo() {
    beats("lost long ago");
    lookUntil(40);
    lookUntil(50, "a");
    // A pause of the watch itself: it sees both for the first time
    now = 60;
    lookUntil(80);
    assertThat(silent()).containsExactly("a", "lost long ago");
    assertThat(isCrash("a")).isTrue();
  }

  @Test
  void workersThatFallSilentTogetherBeforeAWatchBeginsHaveNotCrashed() {
    lookUntil(20, "a", "b");
    now = 30;
    lookUntil(50);
    assertThat(silent()).containsExactly("a", "b");
    assertThat(isCrash("a")).isFalse();
  }

  @Test
  void aJumpOfTheClockBetweenTheLastHeartbeatsMakesNoCrash() {
    lookUntil(20, "a", "b");
    beats("b", EPOCH.plusSeconds(3600));
    lookUntil(40);
    assertThat(silent()).containsExactly("a", "b");
    assertThat(isCrash("a")).isFalse();
    assertThat(isCrash("b")).isFalse();
  }

  @Test
  void workersOfOneProcessCrashTogether() {
    processes.put("a", "host 1");
    processes.put("b", "host 1");
    lookUntil(20, "a", "b");
    lookUntil(40);
    assertThat(isCrash("a")).isTrue();
    assertThat(isCrash("b")).isTrue();
  }

  @Test
  void aWorkerThatIsStartedDuringTheSilenceShowsThatPostgresCouldBeReached() {
    lookUntil(20, "a", "b");
    lookUntil(30);
    lookUntil(40, "c");
    assertThat(silent()).containsExactly("a", "b");
    assertThat(isCrash("a")).isTrue();
  }
}
