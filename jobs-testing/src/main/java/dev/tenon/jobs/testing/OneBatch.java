package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.internal.attempt.AttemptRunner;
import dev.tenon.jobs.internal.attempt.BatchRunner;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.util.ArrayList;
import java.util.List;

/** One batch in the calling thread, run by what runs it in a worker. */
final class OneBatch {

  private OneBatch() {}

  /**
   * A job of a batch.
   *
   * @param attempt the attempt
   * @param reports takes what the handler reports
   * @param look is called when the handler starts, and each time that it asks whether it should
   *     stop
   */
  record Part(OneAttempt attempt, ReportSink reports, Runnable look) {}

  /** Runs a batch. Then each attempt has ended. */
  static <P, R> void run(JobBinding<P, R> binding, SizeLimits limits, List<Part> parts) {
    AttemptRunner<P, R> runner =
        new AttemptRunner<>(binding, ValueStorage.unencrypted(limits), () -> 0.0);
    Thread thread = Thread.currentThread();
    Runnable signalled =
        () -> {
          if (parts.stream().allMatch(part -> part.attempt().isOver())) {
            thread.interrupt();
          }
        };
    List<BatchRunner.Member> members = new ArrayList<>();
    for (Part part : parts) {
      members.add(
          part.attempt()
              .inBatch(runner, binding.definition(), part.reports(), part.look(), signalled));
    }
    boolean wasInterrupted = Thread.interrupted();
    try {
      new BatchRunner<>(binding, runner).run(members);
    } finally {
      // The thread is the test's: an interrupt was for the handler
      boolean unused = Thread.interrupted();
      if (wasInterrupted) {
        thread.interrupt();
      }
    }
  }
}
