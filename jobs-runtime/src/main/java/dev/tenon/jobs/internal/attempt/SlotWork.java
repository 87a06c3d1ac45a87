package dev.tenon.jobs.internal.attempt;

import java.util.List;

/** The work of one slot: a job, or a batch of jobs. Thread-safe. */
interface SlotWork {

  /**
   * Calls the handler on the calling thread.
   *
   * @return whether it had its slot until now; false if the slot is already free
   */
  boolean run();

  /** Returns whether it took the place of the previous task of its workflow. */
  boolean isNextTask();

  /** Returns whether the handler may end the process, as it may have done before. */
  boolean isSuspect();

  /** Returns the attempts at its jobs. */
  List<Attempt<?, ?>> attempts();

  /**
   * Asks the handler to stop if it continues although it has ended all of its jobs. Only that of a
   * batch can do so.
   */
  default void stopIfEnded() {}
}
