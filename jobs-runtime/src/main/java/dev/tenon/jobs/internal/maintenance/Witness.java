package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.liveness.LivenessProbe;
import dev.tenon.jobs.internal.liveness.ProcessSession;
import dev.tenon.jobs.internal.maintenance.EndedProcesses.Question;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the ports of other processes, on its own thread: a host that cannot be reached must not
 * delay the leader. Thread-safe.
 */
final class Witness {

  private static final Duration TICK = Duration.ofMillis(100);

  private final EndedProcesses processes;
  private final CurrentSession session;
  private final LivenessProbe probe = new LivenessProbe();
  private final BackgroundLoop loop;

  /**
   * Creates a witness; {@link #start()} starts it.
   *
   * @param processes decides which ports are asked, and gets the answers
   * @param session the session of this process, which is not asked
   */
  Witness(EndedProcesses processes, CurrentSession session) {
    this.processes = processes;
    this.session = session;
    this.loop =
        BackgroundLoop.named("tenon-witness")
            .description("Asking other processes whether they are alive")
            .whatFollowsAFailure("Until it succeeds, workers are lost after three heartbeats.")
            .repeat(this::ask);
  }

  void start() {
    loop.start();
  }

  private Duration ask() {
    Optional<String> own = session.get().map(ProcessSession::port);
    for (Question question : processes.questions(own, System.nanoTime())) {
      long asked = System.nanoTime();
      processes.answered(
          question,
          question.isIntroduction() ? probe.introduce(question.port()) : probe.ask(question.port()),
          asked);
    }
    probe.retain(processes.ports());
    return TICK;
  }

  void closeSoon() {
    loop.closeSoon();
  }
}
