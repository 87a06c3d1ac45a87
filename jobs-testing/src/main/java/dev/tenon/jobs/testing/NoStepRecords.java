package dev.tenon.jobs.testing;

import dev.tenon.jobs.internal.steps.StepRecords;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import java.util.Optional;

/** The records of steps in memory. */
final class NoStepRecords implements StepRecords {

  @Override
  public StepStore.Kept read() {
    throw notBuilt();
  }

  @Override
  public boolean record(NewStep step) {
    throw notBuilt();
  }

  @Override
  public <X extends Exception> boolean inTransaction(Work<X> work) {
    throw notBuilt();
  }

  @Override
  public Optional<StepStore.Awaited> await(NewWait wait) {
    throw notBuilt();
  }

  @Override
  public boolean refuseSignal(NewWait wait, String signalId, String error) {
    throw notBuilt();
  }

  @Override
  public void saveCursor(NewCursor cursor) {
    throw notBuilt();
  }

  private static UnsupportedOperationException notBuilt() {
    return new UnsupportedOperationException("not built yet");
  }
}
