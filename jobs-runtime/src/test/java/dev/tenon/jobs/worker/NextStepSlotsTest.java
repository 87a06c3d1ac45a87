package dev.tenon.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NextStepSlotsTest {

  private static final Duration MOMENT = Duration.ofMillis(20);

  private final Slots slots =
      new Slots(
          4,
          task -> {
            throw new AssertionError("nothing starts here");
          });

  @Test
  void freeSlotsAreKeptForTheNextStepsThatAreAboutToCome() throws Exception {
    assertThat(slots.awaitRoom(MOMENT)).isEqualTo(4);

    slots.stepsFollowed(1000, 1000);
    slots.stepEnded();
    slots.stepEnded();
    slots.stepEnded();
    assertThat(slots.awaitRoom(MOMENT)).isEqualTo(1);

    slots.stepEnded();
    assertThat(slots.awaitRoom(MOMENT)).isZero();
  }

  @Test
  void noSlotIsKeptForWorkflowsWhoseJobsHaveNoNextSteps() throws Exception {
    slots.stepsFollowed(1000, 0);
    for (int i = 0; i < 100; i++) {
      slots.stepEnded();
    }

    assertThat(slots.awaitRoom(MOMENT)).isEqualTo(4);
  }

  @Test
  void whoeverWaitsForRoomHearsThatJobsAreRecordedAndNothingFollows() throws Exception {
    slots.stepsFollowed(1000, 1000);
    for (int i = 0; i < 4; i++) {
      slots.stepEnded();
    }
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Integer> room =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return slots.awaitRoom(Duration.ofMinutes(1));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              executor);

      slots.stepsRecorded(4);

      assertThat(room.get(10, TimeUnit.SECONDS)).isEqualTo(4);
    } finally {
      executor.shutdownNow();
    }
  }
}
