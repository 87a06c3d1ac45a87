package dev.tenon.jobs.faults;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the books say about steps, waits and signals.
 *
 * @param completed durable jobs that completed
 * @param runs how often steps were run
 * @param records records of steps, waits and tokens
 * @param answers how often it was asked what became of a step in doubt
 * @param sent signals of which a sender was told that they are committed
 * @param delivered signals that have ended a wait
 * @param repeated jobs of which a recorded step ran again
 * @param changed jobs of which a step did not return what is recorded
 * @param bookedWrongly jobs whose step in a transaction was not committed exactly once
 * @param repeatedInDoubt jobs of which a step in doubt was repeated though nobody said so
 * @param lostSignals signals that were sent and are not there
 * @param wrongSignals signals that were delivered twice, or to a wait that is not theirs
 * @param stuck jobs that still wait for what has come
 * @param incomplete jobs that completed without all of their steps, or the last cursor
 */
record DurableReport(
    long completed,
    long runs,
    long records,
    long answers,
    long sent,
    long delivered,
    List<String> repeated,
    List<String> changed,
    List<String> bookedWrongly,
    List<String> repeatedInDoubt,
    List<String> lostSignals,
    List<String> wrongSignals,
    List<String> stuck,
    List<String> incomplete) {

  boolean balances() {
    return Stream.of(
            repeated,
            changed,
            bookedWrongly,
            repeatedInDoubt,
            lostSignals,
            wrongSignals,
            stuck,
            incomplete)
        .allMatch(List::isEmpty);
  }

  /** Fails unless the books balance. */
  DurableReport mustBalance() {
    if (!balances()) {
      throw new AssertionError("The books of durable jobs do not balance: " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    String lists =
        Stream.of(
                BooksReport.some("with a repeated step", repeated),
                BooksReport.some("with another result than recorded", changed),
                BooksReport.some("booked wrongly", bookedWrongly),
                BooksReport.some("repeated in doubt", repeatedInDoubt),
                BooksReport.some("signals lost", lostSignals),
                BooksReport.some("signals delivered wrongly", wrongSignals),
                BooksReport.some("stuck", stuck),
                BooksReport.some("incomplete", incomplete))
            .collect(Collectors.joining(", "));
    return "%d durable jobs completed; %d runs of steps, %d records, %d doubts; %d signals sent, %d delivered; %s"
        .formatted(completed, runs, records, answers, sent, delivered, lists);
  }
}
