package dev.tenon.jobs.internal.attempt;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A claiming thread fills the two {@link Slots} of a worker, and claims one job ahead. One attempt
 * is ended by a timer, at any moment, although its handler continues: it leaves its slot.
 */
final class SlotsSchedule {

  private static final int SLOTS = 2;
  private static final int JOBS = 4;

  private final Threads threads = new Threads();
  private final Slots slots = new Slots(SLOTS, work -> threads.start(work::run));
  private final List<Call> calls = new ArrayList<>();

  void run() throws InterruptedException {
    for (int i = 0; i < JOBS; i++) {
      calls.add(new Call(slots));
    }
    Threads others = new Threads();
    others.start(this::claim);
    others.start(calls.get(0)::leaveSlot);
    others.join();
    check(slots.awaitFree(Duration.ofMinutes(10)), "no slot is lost");
    threads.join();
    check(slots.used() == 0, "no slot is free twice");
    check(calls.stream().allMatch(call -> call.runs == 1), "each job runs once");
  }

  private void claim() throws InterruptedException {
    int next = 0;
    while (next < JOBS) {
      Room room = slots.awaitRoom(Duration.ofMinutes(10));
      check(room.atMost() > 0, "a slot that becomes free ends the wait for it");
      for (int i = 0; i < room.atMost() + 1 && next < JOBS; i++) {
        slots.start(calls.get(next++), 1);
      }
    }
  }

  /** The call of a handler, which other threads may end. */
  private final class Call extends HandlerCall implements SlotWork {

    private int runs;

    Call(Slots slots) {
      super(slots);
    }

    @Override
    public boolean run() {
      return runInSlot(
          () -> {
            runs++;
            int used = slots.used();
            check(used >= 0 && used <= SLOTS, "no more slots are used than there are");
          });
    }

    @Override
    public boolean isNextTask() {
      return false;
    }

    @Override
    public boolean isSuspect() {
      return false;
    }

    @Override
    public List<Attempt<?, ?>> attempts() {
      return List.of();
    }
  }
}
