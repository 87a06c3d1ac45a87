package dev.tenon.jobs.faults;

import java.util.List;
import java.util.Set;

/**
 * What the books say.
 *
 * @param submitted jobs of which a submitter was told that they are committed
 * @param jobs jobs in the table; more than that if a submitter died before it was told
 * @param leases leases in all
 * @param attempts attempts that are over
 * @param executions how often a handler was called; at least once for each completed job
 * @param completed jobs that completed
 * @param failed jobs that failed
 * @param lost jobs that were submitted and are neither ended nor running
 * @param stuck jobs that run though everything should have ended
 * @param doubled jobs with more than one outcome
 * @param foreign jobs whose result is not that of the worker that held the lease
 * @param unbalanced jobs with more or fewer leases than attempts
 * @param divided jobs with a row too many or too few in one of the tables
 * @param late jobs whose first attempt started too late, and those that were cancelled as too late
 *     though an attempt had started
 * @param disordered jobs that have started before the one before them in their line had ended
 */
record BooksReport(
    long submitted,
    long jobs,
    long leases,
    long attempts,
    long executions,
    long completed,
    long failed,
    List<String> lost,
    List<String> stuck,
    List<String> doubled,
    List<String> foreign,
    List<String> unbalanced,
    List<String> divided,
    List<String> late,
    List<String> disordered) {

  private static final int SHOWN = 5;

  boolean balances() {
    return lost.isEmpty()
        && stuck.isEmpty()
        && doubled.isEmpty()
        && foreign.isEmpty()
        && unbalanced.isEmpty()
        && divided.isEmpty()
        && late.isEmpty()
        && disordered.isEmpty();
  }

  /** The books of a database that has lost these jobs: they are taken out of {@link #lost}. */
  BooksReport without(Set<String> vanished) {
    return new BooksReport(
        submitted,
        jobs,
        leases,
        attempts,
        executions,
        completed,
        failed,
        lost.stream().filter(id -> !vanished.contains(id)).toList(),
        stuck,
        doubled,
        foreign,
        unbalanced,
        divided,
        late,
        disordered);
  }

  /** Fails unless the books balance. */
  BooksReport mustBalance() {
    if (!balances()) {
      throw new AssertionError("The books do not balance: " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return ("%d jobs submitted, %d in the table; %d leases, %d attempts, %d executions; %d completed, %d failed;"
            + " %s, %s, %s, %s, %s, %s, %s, %s")
        .formatted(
            submitted,
            jobs,
            leases,
            attempts,
            executions,
            completed,
            failed,
            some("lost", lost),
            some("stuck", stuck),
            some("with two outcomes", doubled),
            some("with another's result", foreign),
            some("with leases that do not match", unbalanced),
            some("with rows that do not match", divided),
            some("late", late),
            some("out of order", disordered));
  }

  static String some(String what, List<String> ids) {
    return ids.size()
        + " "
        + what
        + (ids.isEmpty() ? "" : " " + ids.subList(0, Math.min(SHOWN, ids.size())));
  }
}
