package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.attempt.Slots;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NextTaskSlotsTest {

  private static final Duration MOMENT = Duration.ofMillis(20);

  private final Slots slots =
      new Slots(
          4,
          task -> {
            throw new AssertionError("nothing starts here");
          });

  @Test
  void freeSlotsAreKeptForTheNextTasksThatAreAboutToCome() throws Exception {
    assertThat(slots.awaitRoom(MOMENT).ofOthers()).isEqualTo(4);

    slots.tasksFollowed(1000, 1000);
    slots.taskEnded();
    slots.taskEnded();
    slots.taskEnded();
    assertThat(slots.awaitRoom(MOMENT).ofOthers()).isEqualTo(1);

    slots.taskEnded();
    assertThat(slots.awaitRoom(MOMENT).ofOthers()).isZero();
  }

  @Test
  void noSlotIsKeptForWorkflowsWhoseJobsHaveNoNextTasks() throws Exception {
    slots.tasksFollowed(1000, 0);
    for (int i = 0; i < 100; i++) {
      slots.taskEnded();
    }

    assertThat(slots.awaitRoom(MOMENT).ofOthers()).isEqualTo(4);
  }

  @Test
  void whoeverWaitsForRoomHearsThatJobsAreRecordedAndNothingFollows() throws Exception {
    slots.tasksFollowed(1000, 1000);
    for (int i = 0; i < 4; i++) {
      slots.taskEnded();
    }
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Integer> room =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return slots.awaitRoom(Duration.ofMinutes(1)).ofOthers();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              executor);

      slots.tasksRecorded(4);

      assertThat(room.get(10, TimeUnit.SECONDS)).isEqualTo(4);
    } finally {
      executor.shutdownNow();
    }
  }
}
