package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.listen.JobListener.Attempting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An attempt that a test drives. */
final class TestHost implements AttemptHost {

  /** Actions that are to run after a while, with that while. */
  final List<Runnable> timers = new ArrayList<>();

  volatile @Nullable StopReason stop;
  boolean isEnded;
  boolean isShuttingDown;
  boolean isOutage;
  int lostLeases;
  int shields;
  Attempting listener = Attempting.NOTHING;

  @Override
  public @Nullable StopReason stopReason() {
    return stop;
  }

  @Override
  public boolean isEnded() {
    return isEnded;
  }

  @Override
  public boolean isShuttingDown() {
    return isShuttingDown;
  }

  @Override
  public void loseLease() {
    lostLeases++;
    isEnded = true;
  }

  @Override
  public boolean isOutage(Throwable thrown) {
    return isOutage;
  }

  @Override
  public double random() {
    return 0;
  }

  @Override
  public Runnable after(Duration delay, Runnable action) {
    timers.add(action);
    return () -> timers.remove(action);
  }

  @Override
  public Shield shield() {
    shields++;
    return () -> shields--;
  }

  @Override
  public Attempting listener() {
    return listener;
  }
}
