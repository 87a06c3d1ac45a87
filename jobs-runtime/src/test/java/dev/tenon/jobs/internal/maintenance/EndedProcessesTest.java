package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.leader.LeaderStore.Leader;
import dev.tenon.jobs.internal.liveness.LivenessProbe.Answer;
import dev.tenon.jobs.internal.maintenance.EndedProcesses.Question;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.HeartbeatStore.Heartbeats;
import dev.tenon.jobs.internal.store.HeartbeatStore.LedBy;
import dev.tenon.jobs.internal.store.HeartbeatStore.SeenSession;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are in seconds; a silence is 15 s, a heartbeat 5 s. */
class EndedProcessesTest {

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final EndedProcesses processes = new EndedProcesses(Duration.ofSeconds(15));
  private final Map<String, Beat> workers = new TreeMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private @Nullable LedBy ledBy;
  private Instant databaseUpSince = EPOCH;
  private double now;

  private static SeenSession session(String process, long key, boolean isHeld) {
    return new SeenSession(key, "port of " + process, isHeld);
  }

  /** A worker of the process of the same name has sent this heartbeat. */
  private void worker(String name, int heartbeat, long key, boolean isHeld) {
    workers.put(
        name, new Beat(name, name, EPOCH.plusSeconds(heartbeat), session(name, key, isHeld)));
  }

  private void alive(String name) {
    worker(name, 1, 1, true);
    answers.put("port of " + name, Answer.ALIVE);
  }

  /** The connection of the process has ended. */
  private void ends(String name, Answer answer) {
    worker(name, 1, 1, false);
    answers.put("port of " + name, answer);
  }

  private long nanos() {
    return (long) (now * 1e9);
  }

  private void look() {
    processes.looked(
        new Heartbeats(List.copyOf(workers.values()), ledBy, EPOCH, databaseUpSince),
        nanos(),
        nanos());
  }

  /** Asks all ports that are to be asked, until there are none. */
  private void ask() {
    List<Question> questions = questions();
    while (!questions.isEmpty()) {
      for (Question question : questions) {
        Answer answer = answers.getOrDefault(question.port(), Answer.UNKNOWN);
        processes.answered(question, answer, nanos());
      }
      questions = questions();
    }
  }

  private List<Question> questions() {
    return processes.questions(Optional.of("port of own"), nanos());
  }

  /** Looks and asks at these times. */
  private void lookAndAsk(double... times) {
    for (double time : times) {
      now = time;
      look();
      ask();
    }
  }

  private List<String> ended() {
    return processes.ended().stream().map(each -> each.beat().workerId()).sorted().toList();
  }

  @Test
  void aProcessHasEndedIfItsSessionHasAndItsPortRefuses() {
    alive("killed");
    alive("other");
    lookAndAsk(1.5);
    ends("killed", Answer.REFUSED);
    lookAndAsk(3.0);
    assertThat(ended()).as("one look may be too early").isEmpty();
    assertThat(processes.isSuspicious()).isTrue();
    lookAndAsk(4.0);
    assertThat(ended()).containsExactly("killed");
    assertThat(processes.isSuspicious()).isFalse();
    assertThat(questions()).as("it need not be asked again").isEmpty();
  }

  @Test
  void twoLooksAreAtLeastASecondApart() {
    alive("killed");
    lookAndAsk(1.5);
    ends("killed", Answer.REFUSED);
    lookAndAsk(1.6, 2.4);
    assertThat(ended()).isEmpty();
    lookAndAsk(2.6);
    assertThat(ended()).containsExactly("killed");
  }

  @Test
  void theEndOfASessionAloneProvesNothing() {
    alive("cut off");
    alive("frozen");
    lookAndAsk(1.5);
    ends("cut off", Answer.ALIVE);
    ends("frozen", Answer.UNKNOWN);
    lookAndAsk(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
    assertThat(ended()).isEmpty();
  }

  @Test
  void aRefusalAloneProvesNothing() {
    alive("worker");
    lookAndAsk(1.5);
    answers.put("port of worker", Answer.REFUSED);
    lookAndAsk(3, 400, 401, 402);
    assertThat(ended()).isEmpty();
  }

  @Test
  void aRefusalProvesNothingIfThePortHasNeverAnsweredHere() {
    worker("elsewhere", 1, 1, true);
    answers.put("port of elsewhere", Answer.REFUSED);
    lookAndAsk(1.5);
    worker("elsewhere", 1, 1, false);
    lookAndAsk(3, 4, 5, 6);
    assertThat(ended()).isEmpty();
    // Even if somebody asks
    processes.answered(new Question("port of elsewhere", false), Answer.REFUSED, nanos());
    assertThat(ended()).isEmpty();
  }

  @Test
  void aSessionThatWasNeverSeenAliveHasNotEnded() {
    ends("dead before", Answer.REFUSED);
    lookAndAsk(1.5, 3, 4.5);
    assertThat(ended()).isEmpty();
  }

  @Test
  void sessionsThatAServerEndsWithItselfHaveNotEnded() {
    alive("worker");
    lookAndAsk(1.5);
    databaseUpSince = EPOCH.plusSeconds(60);
    ends("worker", Answer.REFUSED);
    lookAndAsk(3, 4, 5, 6);
    assertThat(ended()).isEmpty();
    worker("worker", 2, 2, true);
    lookAndAsk(7);
    worker("worker", 2, 2, false);
    lookAndAsk(8, 9);
    assertThat(ended()).as("a session that began with the new server").containsExactly("worker");
  }

  @Test
  void aPauseOfTheWatchProvesNothing() {
    alive("worker");
    lookAndAsk(1.5);
    ends("worker", Answer.REFUSED);
    lookAndAsk(20, 21.5, 23);
    assertThat(ended()).isEmpty();
  }

  @Test
  void aHeartbeatShowsThatTheProcessLives() {
    alive("worker");
    lookAndAsk(1.5);
    ends("worker", Answer.UNKNOWN);
    lookAndAsk(3);
    worker("worker", 2, 1, false);
    answers.put("port of worker", Answer.REFUSED);
    lookAndAsk(3.9);
    assertThat(ended()).isEmpty();
    lookAndAsk(4.5);
    assertThat(ended()).as("the second counts from the heartbeat").isEmpty();
    lookAndAsk(5);
    assertThat(ended()).as("it ended right after a heartbeat").containsExactly("worker");
  }

  @Test
  void aPortThatRefusesWhileItsProcessSendsHeartbeatsIsNeverBelievedAgain() {
    alive("worker");
    lookAndAsk(1.5);
    ends("worker", Answer.REFUSED);
    lookAndAsk(3);
    worker("worker", 2, 1, false);
    lookAndAsk(4, 5, 6, 7, 8);
    assertThat(ended()).isEmpty();
    assertThat(questions()).isEmpty();
  }

  @Test
  void anOldRefusalProvesNothing() {
    alive("worker");
    lookAndAsk(1.5);
    processes.answered(new Question("port of worker", false), Answer.REFUSED, nanos());
    ends("worker", Answer.UNKNOWN);
    now = 3;
    look();
    now = 4;
    look();
    assertThat(ended()).isEmpty();
  }

  @Test
  void aNewSessionIsNotTheOldOne() {
    alive("worker");
    lookAndAsk(1.5);
    ends("worker", Answer.ALIVE);
    lookAndAsk(3);
    worker("worker", 1, 2, true);
    lookAndAsk(4, 5);
    assertThat(ended()).isEmpty();
    assertThat(processes.isSuspicious()).isFalse();
  }

  @Test
  void thisProcessIsNotAsked() {
    alive("own");
    lookAndAsk(1.5);
    ends("own", Answer.REFUSED);
    lookAndAsk(3, 4, 5);
    assertThat(ended()).isEmpty();
  }

  @Test
  void aPortIsIntroducedAgainNowAndThen() {
    alive("worker");
    worker("unreachable", 1, 1, true);
    look();
    ask();
    assertThat(questions()).isEmpty();
    now = 4;
    look();
    assertThat(questions()).isEmpty();
    now = 60;
    look();
    assertThat(questions()).containsExactly(new Question("port of unreachable", true));
    ask();
    now = 300;
    look();
    assertThat(questions()).hasSize(1);
    answers.put("port of worker", Answer.UNKNOWN);
    ask();
    ends("worker", Answer.REFUSED);
    lookAndAsk(301, 302, 303);
    assertThat(ended()).as("the last introduction has failed").isEmpty();
  }

  @Test
  void urgentQuestionsGoFirst() {
    alive("killed");
    lookAndAsk(1.5);
    ends("killed", Answer.REFUSED);
    alive("new");
    now = 3;
    look();
    assertThat(questions()).containsExactly(new Question("port of killed", false));
  }

  private boolean isCrash(String worker) {
    return processes.ended().stream()
        .filter(each -> each.beat().workerId().equals(worker))
        .map(Silent::isCrash)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aProcessThatEndsAloneHasCrashed() {
    alive("killed");
    lookAndAsk(1.5);
    ends("killed", Answer.REFUSED);
    lookAndAsk(3, 4);
    assertThat(isCrash("killed")).isTrue();
  }

  @Test
  void processesThatAllEndTogetherHaveNotCrashed() {
    alive("one");
    alive("two");
    lookAndAsk(1.5);
    ends("one", Answer.REFUSED);
    ends("two", Answer.REFUSED);
    lookAndAsk(3, 4);
    assertThat(isCrash("one")).isFalse();
    assertThat(isCrash("two")).isFalse();
    alive("three");
    lookAndAsk(5);
    assertThat(isCrash("one")).as("another continues").isTrue();
  }

  @Test
  void workersOfOneProcessDoNotEndTogetherWithOthers() {
    alive("one");
    SeenSession seen = session("one", 1, true);
    workers.put("two", new Beat("two", "one", EPOCH, seen));
    ledBy = new LedBy(new Leader(7, EPOCH), seen);
    lookAndAsk(1.5);
    SeenSession end = session("one", 1, false);
    ends("one", Answer.REFUSED);
    workers.put("two", new Beat("two", "one", EPOCH, end));
    ledBy = new LedBy(new Leader(7, EPOCH), end);
    lookAndAsk(3, 4);
    assertThat(ended()).containsExactly("one", "two");
    assertThat(isCrash("one")).isTrue();
    assertThat(isCrash("two")).isTrue();
  }

  @Test
  void aLeaderEndsLikeAWorker() {
    Leader leader = new Leader(7, EPOCH.plusSeconds(10));
    ledBy = new LedBy(leader, session("leader", 1, true));
    answers.put("port of leader", Answer.ALIVE);
    lookAndAsk(1.5);
    ledBy = new LedBy(leader, session("leader", 1, false));
    answers.put("port of leader", Answer.REFUSED);
    lookAndAsk(3);
    assertThat(processes.endedLeader()).isEmpty();
    lookAndAsk(4);
    assertThat(processes.endedLeader()).contains(leader);
    ledBy = new LedBy(new Leader(8, EPOCH.plusSeconds(14)), session("next", 2, true));
    lookAndAsk(5);
    assertThat(processes.endedLeader()).isEmpty();
  }

  @Test
  void aLeaderThatRenewsItsTermLives() {
    ledBy = new LedBy(new Leader(7, EPOCH.plusSeconds(10)), session("leader", 1, true));
    answers.put("port of leader", Answer.ALIVE);
    lookAndAsk(1.5);
    ledBy = new LedBy(new Leader(7, EPOCH.plusSeconds(10)), session("leader", 1, false));
    answers.put("port of leader", Answer.REFUSED);
    lookAndAsk(3);
    ledBy = new LedBy(new Leader(7, EPOCH.plusSeconds(13)), session("leader", 1, false));
    lookAndAsk(4, 5, 6);
    assertThat(processes.endedLeader()).isEmpty();
  }

  @Test
  void workersWithoutASessionAreLeftToTheirSilence() {
    workers.put("python", new Beat("python", "", EPOCH));
    lookAndAsk(1.5, 3, 4);
    assertThat(ended()).isEmpty();
    assertThat(processes.ports()).isEmpty();
  }
}
