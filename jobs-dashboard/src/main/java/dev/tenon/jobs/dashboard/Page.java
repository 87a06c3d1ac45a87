package dev.tenon.jobs.dashboard;

/** Answers requests below one part of the path. Thread-safe. */
@FunctionalInterface
interface Page {

  /** Answers, or throws a {@link RefusedException}. The page checks the user's rights. */
  DashboardResponse answer(Call call);
}
