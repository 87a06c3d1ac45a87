package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessageSharesTest {

  private static final MessagePointers.Kind MAILS =
      new MessagePointers.Kind("jobs.mail", "mail.send", JobPriority.NORMAL, false);
  private static final MessagePointers.Kind URGENT_MAILS =
      new MessagePointers.Kind("jobs.mail", "mail.send", JobPriority.HIGH, false);

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final MessageShares shares = new MessageShares(nanoTime::get);

  private void pass(long millis) {
    nanoTime.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void fewJobsHaveAMessageEach() {
    assertThat(shares.pointersPerMessage(MAILS, 39)).isEqualTo(1);
    pass(250);
    assertThat(shares.pointersPerMessage(MAILS, 39)).isEqualTo(1);
  }

  @Test
  void aLargeBatchIsSharedByTwentyMessagesAtLeast() {
    assertThat(shares.pointersPerMessage(MAILS, 400)).isEqualTo(20);
    assertThat(shares.pointersPerMessage(MAILS, 100_000)).isEqualTo(50);
    assertThat(shares.pointersPerMessage(MAILS, Integer.MAX_VALUE)).isEqualTo(50);
  }

  @Test
  void manySmallBatchesInAShortTimeAreLikeALargeOne() {
    for (int i = 1; i <= 40; i++) {
      int size = shares.pointersPerMessage(MAILS, 10);
      assertThat(size).isEqualTo(Math.max(1, i * 10 / 20));
      pass(2);
    }
    assertThat(shares.pointersPerMessage(URGENT_MAILS, 10)).as("another kind").isEqualTo(1);
  }

  @Test
  void aRateThatLastsCountsFromOnePeriodToTheNext() {
    assertThat(shares.pointersPerMessage(MAILS, 200)).isEqualTo(10);
    pass(120);
    assertThat(shares.pointersPerMessage(MAILS, 10)).isEqualTo(10);
    pass(120);
    assertThat(shares.pointersPerMessage(MAILS, 10)).as("only ten lately").isEqualTo(1);
  }

  @Test
  void whatWasLongAgoDoesNotCount() {
    assertThat(shares.pointersPerMessage(MAILS, 1000)).isEqualTo(50);
    pass(250);
    assertThat(shares.pointersPerMessage(MAILS, 10)).isEqualTo(1);
  }
}
