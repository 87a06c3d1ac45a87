package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClaimsInProgressTest {

  private final ClaimsInProgress claims = new ClaimsInProgress();

  @Test
  void theNumberChangesEachTimeWhileNoClaimIsInProgress() {
    long first = claims.look();

    assertThat(claims.look()).isNotEqualTo(first);
  }

  @Test
  void theNumberStaysUntilEveryClaimHasEndedThatWasInProgress() {
    long ofClaimer = claims.begins();
    long ofRecorder = claims.begins();
    long seen = claims.look();
    long later = claims.begins();

    assertThat(claims.look()).isEqualTo(seen);
    claims.ended(ofClaimer);
    assertThat(claims.look()).isEqualTo(seen);
    claims.ended(later);
    assertThat(claims.look()).isEqualTo(seen);
    claims.ended(ofRecorder);
    assertThat(claims.look()).isNotEqualTo(seen);
  }

  @Test
  void aClaimThatBeginsAfterALookDoesNotHoldItUp() {
    long seen = claims.look();
    long later = claims.begins();

    long next = claims.look();
    assertThat(next).isNotEqualTo(seen);
    assertThat(claims.look()).as("while the later one is in progress").isEqualTo(next);
    claims.ended(later);
    assertThat(claims.look()).isNotEqualTo(next);
  }
}
