package dev.tenon.jobs.internal.liveness;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The current session of this process, if it has one. Thread-safe. */
public final class CurrentSession {

  private volatile @Nullable ProcessSession session;
  private volatile Runnable change = () -> {};

  /** Creates a process without a session. */
  public CurrentSession() {}

  /** The session; empty if the process has none. */
  public Optional<ProcessSession> get() {
    return Optional.ofNullable(session);
  }

  /** Sets what is called after each change; it returns quickly. Call it before anything starts. */
  public void onChange(Runnable change) {
    this.change = change;
  }

  /** Notes that a session has begun. */
  public void began(ProcessSession begun) {
    session = begun;
    change.run();
  }

  /** Notes that the session has ended, if there was one. */
  public void ended() {
    if (session != null) {
      session = null;
      change.run();
    }
  }
}
