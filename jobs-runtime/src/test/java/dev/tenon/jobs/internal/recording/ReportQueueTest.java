package dev.tenon.jobs.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.ProgressReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Outcomes on their way from the queue to the thread that records them. */
class ReportQueueTest {

  /** Three batches */
  private static final int MANY = 1200;

  private final ReportQueue queue = new ReportQueue(() -> {});
  private final List<Lease> taken = new ArrayList<>();

  private List<Lease> add(int number) {
    List<Lease> leases =
        Stream.generate(() -> new Lease(UUID.randomUUID(), 1, "w")).limit(number).toList();
    for (Lease lease : leases) {
      queue.add(new AttemptEnd.Cancelled(lease), null, SlotTurn.begins(), recorded -> {});
    }
    return leases;
  }

  private void keep(List<EndedAttempt> batch) {
    batch.forEach(attempt -> taken.add(attempt.lease()));
  }

  private void keepOneBatch(List<EndedAttempt> batch) {
    if (!taken.isEmpty()) {
      throw new OutOfMemoryError("as if");
    }
    keep(batch);
  }

  @Test
  void eachOutcomeIsTakenOnceAlthoughMemoryRunsOutWhileTheyAreTaken() {
    List<Lease> leases = add(MANY);
    assertThatThrownBy(() -> queue.takeEnded(Set.of(), this::keepOneBatch))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(taken).hasSizeBetween(1, MANY - 1);
    assertThat(queue.isEmpty()).isFalse();

    queue.takeEnded(Set.of(), this::keep);
    assertThat(taken).isEqualTo(leases);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void outcomesWaitForTheLinesAndCursorsOfTheirOwnAttempts() {
    List<Lease> leases = add(4);
    queue.cursor(new NewCursor(leases.get(2), 1, "{}"));
    queue.takeEnded(Set.of(leases.get(0)), this::keep);
    assertThat(taken).containsExactly(leases.get(1), leases.get(3));

    taken.clear();
    queue.takeCursors(cursors -> assertThat(cursors).hasSize(1));
    queue.takeEnded(Set.of(), this::keep);
    assertThat(taken).containsExactly(leases.get(0), leases.get(2));
  }

  @Test
  void cursorsAndProgressLeaveTheQueueWhenTheyHaveBeenTaken() {
    Lease lease = new Lease(UUID.randomUUID(), 1, "w");
    NewCursor first = new NewCursor(lease, 1, "1");
    NewCursor second = new NewCursor(lease, 1, "2");
    ProgressReport half = new ProgressReport(lease, 50, null);
    ProgressReport most = new ProgressReport(lease, 90, null);
    queue.cursor(first);
    queue.progress(half);
    assertThatThrownBy(() -> queue.takeCursors(ReportQueueTest::fail))
        .isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> queue.takeProgress(ReportQueueTest::fail))
        .isInstanceOf(OutOfMemoryError.class);

    List<Object> reports = new ArrayList<>();
    queue.takeCursors(
        cursors -> {
          reports.addAll(cursors);
          queue.cursor(second);
        });
    queue.takeProgress(
        progress -> {
          reports.addAll(progress);
          queue.progress(most);
        });
    queue.takeCursors(reports::addAll);
    queue.takeProgress(reports::addAll);
    queue.takeCursors(reports::addAll);
    queue.takeProgress(reports::addAll);
    assertThat(reports).containsExactly(first, half, second, most);
  }

  private static void fail(List<?> reports) {
    throw new OutOfMemoryError("as if");
  }
}
