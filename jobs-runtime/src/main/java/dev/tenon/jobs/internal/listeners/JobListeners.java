package dev.tenon.jobs.internal.listeners;

import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobListener.Attempt;
import dev.tenon.jobs.listen.JobListener.AttemptEnd;
import dev.tenon.jobs.listen.JobListener.Attempting;
import dev.tenon.jobs.listen.JobListener.Discard;
import dev.tenon.jobs.listen.JobListener.Publication;
import dev.tenon.jobs.listen.JobListener.Rescue;
import dev.tenon.jobs.listen.JobListener.Step;
import dev.tenon.jobs.listen.JobListener.StepEnd;
import dev.tenon.jobs.listen.JobListener.Stepping;
import dev.tenon.jobs.listen.JobListener.Submit;
import dev.tenon.jobs.listen.JobListener.Submitting;
import dev.tenon.jobs.listen.JobListener.WaitOutcome;
import dev.tenon.jobs.listen.JobsFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a runtime as one. Their exceptions are caught and logged, once for each listener
 * and method. Without listeners, no objects are made for them. Thread-safe.
 */
public final class JobListeners {

  /** No listeners. */
  public static final JobListeners NONE = new JobListeners(List.of());

  private static final Logger LOG = LoggerFactory.getLogger(JobListeners.class);
  private static final int MAX_TRACE_CONTEXT = 1_000;

  private final List<JobListener> listeners;
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  /** Creates listeners that are called in this order. */
  public JobListeners(List<JobListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** See {@link JobListener#started}. */
  public void started(JobsFigures figures) {
    tellAll("started", listener -> listener.started(figures));
  }

  /** See {@link JobListener#stopped}. */
  public void stopped() {
    tellAll("stopped", JobListener::stopped);
  }

  /** See {@link JobListener#submitting}; the submit object is made only if there are listeners. */
  public Submitting submitting(Supplier<Submit> submit) {
    if (listeners.isEmpty()) {
      return Submitting.NOTHING;
    }
    Submit made = submit.get();
    return new AllSubmitting(
        ask("submitting", Submitting.NOTHING, listener -> listener.submitting(made)));
  }

  /**
   * See {@link JobListener#attemptStarts}; the attempt object is made only if there are listeners.
   */
  public Attempting attemptStarts(Supplier<Attempt> attempt) {
    if (listeners.isEmpty()) {
      return Attempting.NOTHING;
    }
    Attempt made = attempt.get();
    return new AllAttempting(
        ask("attemptStarts", Attempting.NOTHING, listener -> listener.attemptStarts(made)));
  }

  /** See {@link JobListener#published}. */
  public void published(int confirmed, int returned, int failed) {
    if (!listeners.isEmpty()) {
      Publication publication = new ListenerRecords.Publication(confirmed, returned, failed);
      tellAll("published", listener -> listener.published(publication));
    }
  }

  /** See {@link JobListener#rescued}. */
  public void rescued(Supplier<Rescue> rescue) {
    if (!listeners.isEmpty()) {
      Rescue made = rescue.get();
      tellAll("rescued", listener -> listener.rescued(made));
    }
  }

  /** See {@link JobListener#discarded}. */
  public void discarded(Supplier<Discard> discard) {
    if (!listeners.isEmpty()) {
      Discard made = discard.get();
      tellAll("discarded", listener -> listener.discarded(made));
    }
  }

  /** See {@link JobListener#backlogRead}. */
  public void backlogRead(JobsFigures.Backlog backlog) {
    tellAll("backlogRead", listener -> listener.backlogRead(backlog));
  }

  private void tellAll(String method, Consumer<JobListener> call) {
    for (JobListener listener : listeners) {
      tell(listener, method, () -> call.accept(listener));
    }
  }

  /**
   * The observer that one listener has returned for one submit or attempt, or none if the listener
   * has failed.
   */
  private record Notified<T>(JobListener by, T observer) {}

  // A loop, because all of this happens at least once for each job
  private <T> List<Notified<T>> ask(String method, T nothing, Function<JobListener, T> call) {
    List<Notified<T>> notified = new ArrayList<>(listeners.size());
    for (JobListener listener : listeners) {
      T observer = answer(listener, method, nothing, call);
      if (observer != nothing) {
        notified.add(new Notified<>(listener, observer));
      }
    }
    return notified;
  }

  private <T> T answer(
      JobListener listener, String method, T nothing, Function<JobListener, T> call) {
    try {
      @Nullable T answer = call.apply(listener);
      return answer == null ? nothing : answer;
    } catch (Throwable e) {
      // Kotlin and Lombok throw checked exceptions, too
      report(listener, method, e);
      return nothing;
    }
  }

  private void tell(JobListener listener, String method, Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      report(listener, method, e);
    }
  }

  private void report(JobListener listener, String method, Throwable e) {
    if (reported.add(System.identityHashCode(listener) + method)) {
      LOG.error(
          "The listener {} failed with {} in {}. The jobs continue; if that happens again, "
              + "nothing more is logged.",
          listener.getClass().getName(),
          LoggableFailure.describe(e),
          method,
          LoggableFailure.withoutValues(e));
    }
  }

  private final class AllSubmitting implements Submitting {

    private final List<Notified<Submitting>> all;

    AllSubmitting(List<Notified<Submitting>> all) {
      this.all = all;
    }

    @Override
    public @Nullable String traceContext() {
      for (Notified<Submitting> each : all) {
        String context =
            answer(each.by(), "traceContext", "", listener -> contextOf(each.observer()));
        if (isStorable(context)) {
          return context;
        }
      }
      return null;
    }

    @Override
    public void submitted(List<Submitted> jobs) {
      for (Notified<Submitting> each : all) {
        tell(each.by(), "submitted", () -> each.observer().submitted(jobs));
      }
    }

    @Override
    public void failed(Throwable exception) {
      for (Notified<Submitting> each : all) {
        tell(each.by(), "failed", () -> each.observer().failed(exception));
      }
    }
  }

  private static String contextOf(Submitting observer) {
    return Objects.requireNonNullElse(observer.traceContext(), "");
  }

  /** Returns whether a trace context is valid: ASCII without control characters. */
  private static boolean isStorable(String context) {
    if (context.isEmpty() || context.length() > MAX_TRACE_CONTEXT) {
      return false;
    }
    for (int i = 0; i < context.length(); i++) {
      if (context.charAt(i) < ' ' || context.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private final class AllAttempting implements Attempting {

    private final List<Notified<Attempting>> all;

    AllAttempting(List<Notified<Attempting>> all) {
      this.all = all;
    }

    /** Calls the last one first, because it may have changed the thread after the others did. */
    @Override
    public void handlerReturned() {
      for (int i = all.size() - 1; i >= 0; i--) {
        Notified<Attempting> each = all.get(i);
        tell(each.by(), "handlerReturned", each.observer()::handlerReturned);
      }
    }

    @Override
    public Stepping stepStarts(Step step) {
      List<Notified<Stepping>> stepping = new ArrayList<>(all.size());
      for (Notified<Attempting> each : all) {
        Stepping observer =
            answer(
                each.by(),
                "stepStarts",
                Stepping.NOTHING,
                unused -> each.observer().stepStarts(step));
        if (observer != Stepping.NOTHING) {
          stepping.add(new Notified<>(each.by(), observer));
        }
      }
      return new AllStepping(stepping);
    }

    @Override
    public void stepReplayed(Step step) {
      for (Notified<Attempting> each : all) {
        tell(each.by(), "stepReplayed", () -> each.observer().stepReplayed(step));
      }
    }

    @Override
    public void waited(Step wait, WaitOutcome outcome) {
      for (Notified<Attempting> each : all) {
        tell(each.by(), "waited", () -> each.observer().waited(wait, outcome));
      }
    }

    @Override
    public void ended(AttemptEnd end) {
      for (Notified<Attempting> each : all) {
        tell(each.by(), "ended", () -> each.observer().ended(end));
      }
    }
  }

  private final class AllStepping implements Stepping {

    private final List<Notified<Stepping>> all;

    AllStepping(List<Notified<Stepping>> all) {
      this.all = all;
    }

    /** Calls the last one first, because it may have changed the thread after the others did. */
    @Override
    public void ended(StepEnd end) {
      for (int i = all.size() - 1; i >= 0; i--) {
        Notified<Stepping> each = all.get(i);
        tell(each.by(), "ended", () -> each.observer().ended(end));
      }
    }
  }
}
