package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import java.util.List;

/** Announces jobs that can start although nobody has just submitted them. Thread-safe. */
final class Starts {

  private final Notifications notifications;

  Starts(Notifications notifications) {
    this.notifications = notifications;
  }

  /** Publishes the jobs that can be started because something has ended or was submitted. */
  void startable(StartableJobs some) {
    if (!some.pointers().isEmpty() || some.othersMayWait()) {
      notifications.committed(some.pointers(), some.othersMayWait());
    }
    if (some.canPrepare()) {
      notifications.canPrepare();
    }
  }

  /** Lets jobs start that run again. */
  void runAgain(List<ControlStore.Retried> retried) {
    if (retried.isEmpty()) {
      return;
    }
    List<JobPointer> pointers =
        retried.stream()
            .filter(ControlStore.Retried::isPublished)
            .map(ControlStore.Retried::pointer)
            .toList();
    notifications.committed(pointers, pointers.size() < retried.size());
    notifications.canPrepare();
  }
}
