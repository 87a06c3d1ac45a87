package dev.tenon.jobs.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.recording.ClaimsInProgress.Claim;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ClaimsInProgressTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ClaimsInProgress claims = new ClaimsInProgress();

  @Test
  void withoutClaimsAllHaveEnded() {
    assertThat(claims.haveEnded(claims.last())).isTrue();
  }

  @Test
  void allClaimsUpToANumberMustEndAndLaterOnesDoNotMatter() {
    Claim first = claims.begin();
    Claim second = claims.begin();
    long last = claims.last();
    Claim third = claims.begin();

    claims.end(second);
    assertThat(claims.haveEnded(last)).as("the first one is in progress").isFalse();
    claims.end(first);
    assertThat(claims.haveEnded(last)).isTrue();
    assertThat(claims.haveEnded(claims.last())).as("the third one is in progress").isFalse();
    claims.end(third);
    assertThat(claims.haveEnded(claims.last())).isTrue();
  }

  @Test
  void whoWaitsForOthersDoesNotWaitForItsOwnClaimNorForLaterOnes() throws Exception {
    Claim other = claims.begin();
    Claim own = claims.begin();
    FutureTask<Void> waiting =
        new FutureTask<>(
            () -> {
              claims.awaitOthers(own);
              return null;
            });
    Thread thread = new Thread(waiting);
    thread.start();
    await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);

    Claim later = claims.begin();
    claims.end(other);
    assertThatCode(waiting::get).doesNotThrowAnyException();
    claims.end(later);
  }
}
