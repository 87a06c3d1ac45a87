package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpenTransactionsTest {

  private static final long START = Long.MAX_VALUE - 1_000;

  private final OpenTransactions transactions = new OpenTransactions();
  private final List<UUID> some = ids(1_000);
  private final List<UUID> others = ids(3);

  @Test
  void aYoungTransactionIsLookedForSoonAndAnOldOneSeldom() {
    transactions.add(some, START);
    assertThat(transactions.untilNextLook(START)).isBetween(millis(5), millis(25));
    long now = START;
    Duration pause = Duration.ZERO;
    int looks = 0;
    while (now - START < Duration.ofSeconds(10).toNanos() - pause.toNanos()) {
      pause = transactions.untilNextLook(now);
      now += pause.toNanos();
      assertThat(transactions.due(now)).containsExactly(some.get(0));
      transactions.looked(Set.of(), now);
      looks++;
    }

    assertThat(looks).isBetween(40, 80);
    assertThat(pause).isBetween(millis(250), millis(270));
  }

  @Test
  void manyTransactionsShareTheirLooks() {
    int count = 50;
    long millisBetween = 7;
    long end = START + Duration.ofSeconds(3).toNanos();
    int added = 0;
    int looks = 0;
    for (long now = START; now - end < 0; ) {
      long next = START + millis(added * millisBetween).toNanos();
      if (added < count && (transactions.isEmpty() || next - now <= 0)) {
        transactions.add(ids(1), now);
        added++;
        continue;
      }
      long look = now + transactions.untilNextLook(now).toNanos();
      now = added < count && next - look < 0 ? next : look;
      if (!transactions.due(now).isEmpty()) {
        transactions.looked(Set.of(), now);
        looks++;
      }
    }

    assertThat(added).isEqualTo(count);
    assertThat(looks).isBetween(20, 3_000 / 20 + 1);
  }

  @Test
  void oneJobTellsThatAllThatWereRecordedWithItAreCommitted() {
    transactions.add(some, START);
    transactions.add(others, START);
    long now = START + transactions.untilNextLook(START).toNanos();
    assertThat(transactions.due(now)).containsExactly(some.get(0), others.get(0));

    assertThat(transactions.recordedWith(Set.of(others.get(0)))).isEqualTo(others);
    transactions.looked(Set.of(others.get(0)), now);

    assertThat(transactions.due(now)).isEmpty();
    long later = now + transactions.untilNextLook(now).toNanos();
    assertThat(transactions.due(later)).containsExactly(some.get(0));
    assertThat(transactions.recordedWith(Set.of(some.get(0)))).isEqualTo(some);
    transactions.looked(Set.of(some.get(0)), later);
    assertThat(transactions.isEmpty()).isTrue();
  }

  @Test
  void whatIsNotCommittedForLongIsForgotten() {
    transactions.add(some, START);

    assertThat(transactions.due(START + Duration.ofSeconds(10).toNanos()))
        .containsExactly(some.get(0));
    assertThat(transactions.due(START + Duration.ofSeconds(10).toNanos() + 1)).isEmpty();
    assertThat(transactions.isEmpty()).isTrue();
  }

  @Test
  void nothingIsRememberedOfNoJobs() {
    transactions.add(List.of(), START);

    assertThat(transactions.isEmpty()).isTrue();
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static List<UUID> ids(int count) {
    return Stream.generate(UUID::randomUUID).limit(count).toList();
  }
}
