package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.BatchBinding;
import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.attempt.AttemptRunner.Opened;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.SensitiveValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a batch handler in the calling thread: it reads and validates the payloads, calls the
 * handler, and ends each attempt as the handler says. Workers and the test kit share it.
 * Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> the result of a job
 */
public final class BatchRunner<P, R> {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final JobDefinition<P, R> definition;
  private final BatchBinding<P, R> batch;
  private final AttemptRunner<P, R> runner;

  /** The attempt at a job of a batch. Thread-safe. */
  public interface Member {

    /** Returns the job, which need not have its payload. */
    ClaimedJob job();

    /** Returns the payload as it is stored; called once. */
    String takePayload();

    /** Returns the job's context for the handler; called once, when the payload is read. */
    HandlerContext context(SensitiveValues sensitive);

    /** Returns the reason that the handler should stop; null as long as there is none. */
    @Nullable StopReason stopReason();

    /** Returns whether the attempt has ended. */
    boolean isEnded();

    /** Receives the failure of the attempt. */
    void threw(Throwable failure);

    /** Ends the attempt, unless it has ended. */
    void end(AttemptEnd unlessStopped);
  }

  /**
   * Creates a runner for batches of one type.
   *
   * @param binding the type and its handler, which takes batches
   * @param runner decides how attempts end
   */
  public BatchRunner(JobBinding<P, R> binding, AttemptRunner<P, R> runner) {
    this.definition = binding.definition();
    this.batch = binding.batch().orElseThrow();
    this.runner = runner;
  }

  /**
   * Runs a batch, and ends all of its attempts. Usually they have the same key. If not, the handler
   * is called once for each key.
   */
  public void run(List<? extends Member> members) {
    Map<String, List<Entry>> byKey = new LinkedHashMap<>();
    for (Member member : members) {
      Opened<P> opened =
          runner.open(
              member.job(),
              member.takePayload(),
              member::context,
              member::stopReason,
              member::threw);
      if (opened.end() != null) {
        member.end(opened.end());
        continue;
      }
      Entry entry =
          new Entry(
              member,
              Objects.requireNonNull(opened.payload()),
              Objects.requireNonNull(opened.context()));
      try {
        byKey
            .computeIfAbsent(batch.rule().key(entry.payload), unused -> new ArrayList<>())
            .add(entry);
      } catch (Throwable e) {
        entry.fails(e);
      }
    }
    byKey.values().forEach(this::call);
  }

  private void call(List<Entry> all) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : all) {
      if (entry.member.stopReason() == null && !entry.isEnded()) {
        entries.add(entry);
      } else {
        // While the handler ran for another key
        entry.member.end(new AttemptEnd.Released(entry.member.job().lease()));
      }
    }
    if (entries.isEmpty()) {
      return;
    }
    @Nullable Throwable thrown = null;
    try {
      batch.handler().execute(List.copyOf(entries));
    } catch (Throwable e) {
      thrown = e;
    }
    boolean isDueToOne =
        thrown instanceof JobCancelledException
            && entries.stream().anyMatch(entry -> entry.member.stopReason() != null);
    for (Entry entry : entries) {
      if (thrown == null) {
        entry.handlerReturned();
      } else if (isDueToOne) {
        // One of them should stop. The others have not failed, and run again.
        entry.member.end(new AttemptEnd.Released(entry.member.job().lease()));
      } else {
        entry.fails(thrown);
      }
    }
  }

  private final class Entry implements BatchJob<P, R> {

    private final Member member;
    private final P payload;
    private final HandlerContext context;
    private final AtomicBoolean isSaid = new AtomicBoolean();

    Entry(Member member, P payload, HandlerContext context) {
      this.member = member;
      this.payload = payload;
      this.context = context;
    }

    @Override
    public P payload() {
      return payload;
    }

    @Override
    public JobContext context() {
      return context;
    }

    @Override
    public void complete(@Nullable R result) {
      if (isFirst()) {
        completes(result);
      }
    }

    @Override
    public void fail(Throwable failure) {
      Objects.requireNonNull(failure, "failure");
      if (isFirst()) {
        ends(failure);
      }
    }

    private boolean isFirst() {
      if (isSaid.compareAndSet(false, true)) {
        return true;
      }
      LOG.warn(
          "The handler of job {} of type '{}' has ended the job twice; the first end counts.",
          member.job().id(),
          member.job().type());
      return false;
    }

    private void completes(@Nullable R result) {
      AttemptEnd end;
      try {
        end = runner.completed(member.job(), result);
      } catch (Throwable e) {
        ends(e);
        return;
      }
      member.end(end);
    }

    /** Ends the job unless the handler has said how. */
    private void fails(Throwable failure) {
      if (isSaid.compareAndSet(false, true)) {
        ends(failure);
      }
    }

    private void ends(Throwable failure) {
      if (!member.isEnded()) {
        member.threw(failure);
        member.end(runner.failed(member.job(), failure, context, member::stopReason));
      }
    }

    /** Ends the job unless the handler has said how. */
    private void handlerReturned() {
      if (!isSaid.compareAndSet(false, true)) {
        return;
      }
      if (definition.resultType() == Void.class) {
        completes(null);
        return;
      }
      ends(
          new JobsException(
              "The handler of job type '%s' returned without an end for this job of its batch; the result type is %s. Call complete(result) or fail(exception) for each job."
                  .formatted(definition.type(), definition.resultType().getSimpleName()),
              member.job().type(),
              member.job().id(),
              null));
    }

    @Override
    public boolean isEnded() {
      return isSaid.get() || member.isEnded();
    }

    /** The job, without its payload, for logs. */
    @Override
    public String toString() {
      return "BatchJob[type=%s, id=%s]".formatted(member.job().type(), member.job().id());
    }
  }
}
