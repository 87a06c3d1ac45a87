package dev.tenon.jobs.internal.store;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.internal.sql.StoreRefusedException;
import dev.tenon.schedules.Threads;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Four threads submit a row each by {@link SharedStatements}. One of the rows is refused. */
final class SharedInsertsSchedule {

  private static final int REFUSED = 3;

  private final List<Integer> committed = new ArrayList<>();
  private final Set<Integer> accepted = new HashSet<>();
  private final SharedStatements<Integer, Integer> statements =
      new SharedStatements<>(row -> 1, this::insert);
  private int running;

  void run() throws InterruptedException {
    Threads threads = new Threads();
    threads.start(() -> submit(1));
    threads.start(() -> submit(2));
    threads.start(() -> submit(REFUSED));
    submit(4);
    threads.join();
    check(accepted.equals(Set.of(1, 2, 4)), "only the row at fault is refused");
    check(committed.size() == accepted.size(), "each row is committed once");
    check(statements.waiting() == 0, "nobody waits for a statement");
    // Both places are free again: if one were lost, this would wait forever
    submit(5);
    check(running == 0, "every statement has ended");
  }

  private void submit(int row) {
    try {
      int unused = statements.write(List.of(row));
      accepted.add(row);
      check(committed.contains(row), "a row is committed before its thread continues");
    } catch (StoreRefusedException e) {
      check(row == REFUSED, "no row is refused because of another one");
    }
  }

  /** Stands in for the statement, and its transaction: all rows or none. */
  private Integer insert(List<Integer> rows) {
    running++;
    check(running <= 2, "at most two statements run at a time");
    Threads.pause();
    try {
      if (rows.contains(REFUSED)) {
        throw new StoreRefusedException("refused", "22003", true, new SQLException("refused"));
      }
      committed.addAll(rows);
      return rows.size();
    } finally {
      running--;
    }
  }
}
