package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Jobs in memory keep the order of their keys. */
class InMemoryLinesTest {

  private static final SubmitOptions OPTIONS = SubmitOptions.by("test");

  private final List<String> ran = new ArrayList<>();
  private final InMemoryJobs jobs =
      InMemoryJobs.of(
          new KitJobsHandlers(
              new OrderFulfil.Handler(),
              new ParcelSend.Handler(),
              new PartIndex.Handler(),
              new StockCount.Handler(context -> {}),
              new Echo.Handler(),
              new AccountEvent.Handler(ran),
              new PartEvent.Handler(ran)));
  private final KitJobs lines = new KitJobs(jobs);

  private UUID account(String key, int number, boolean fails) {
    return lines.accountEvent().submit(new AccountEvent(key, number, fails), OPTIONS).jobId();
  }

  @Test
  void aJobThatIsRetriedHoldsBackItsFollowers() {
    UUID first = account("a", 1, true);
    UUID second = account("a", 2, false);
    account("b", 1, false);

    assertThat(jobs.drain()).isEqualTo(2);

    assertThat(ran).containsExactly("a1", "b1");
    assertThat(jobs.whyWaiting(second))
        .hasValueSatisfying(
            reason -> {
              assertThat(((WaitReason.InLine) reason).first()).contains(first);
              assertThat(reason.describe()).contains("the key 'a'", "which is due at");
            });
    assertThat(jobs.advance(Duration.ofMinutes(1))).isEqualTo(2);
    assertThat(ran).containsExactly("a1", "b1", "a1", "a2");
  }

  @Test
  void laterJobsPassOneThatWaitsIfThatIsDeclared() {
    lines.partEvent().submit(new PartEvent("a", 1, true), OPTIONS);
    lines.partEvent().submit(new PartEvent("a", 2, false), OPTIONS);
    lines
        .partEvent()
        .submit(new PartEvent("a", 3, false), OPTIONS.withDelay(Duration.ofMinutes(2)));

    jobs.drain();
    assertThat(ran).containsExactly("a1", "a2");
    jobs.advance(Duration.ofMinutes(2));
    assertThat(ran).containsExactly("a1", "a2", "a1", "a3");
  }

  @Test
  void aRetriedJobGoesToTheEndOfItsLine() {
    UUID first = account("a", 1, false);
    jobs.cancel(first, Actor.of("test"));
    account("a", 2, true);
    jobs.retry(first, Actor.of("test"));

    jobs.drain();
    jobs.advance(Duration.ofMinutes(1));

    assertThat(ran).containsExactly("a2", "a2", "a1");
  }

  @Test
  void thePagesOfLinesAreOnPostgresql() {
    assertThatThrownBy(jobs::lines).isInstanceOf(UnsupportedOperationException.class);
  }
}
