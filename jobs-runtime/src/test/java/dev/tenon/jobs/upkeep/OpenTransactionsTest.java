package dev.tenon.jobs.upkeep;

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
    long now = START;
    int looks = 0;
    Duration longest = Duration.ZERO;
    while (now - START < Duration.ofSeconds(10).toNanos()) {
      Duration pause = transactions.untilNextLook(now);
      assertThat(pause).isPositive();
      longest = pause.compareTo(longest) > 0 ? pause : longest;
      now += pause.toNanos();
      if (looks == 0) {
        assertThat(pause).isEqualTo(Duration.ofMillis(5));
      }
      assertThat(transactions.due(now)).hasSizeLessThanOrEqualTo(1);
      assertThat(transactions.take(Set.of(), now)).isEmpty();
      if (transactions.isEmpty()) {
        break;
      }
      looks++;
    }

    assertThat(looks).isBetween(40, 80);
    assertThat(longest).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void oneJobTellsThatAllOfItsTransactionAreCommitted() {
    transactions.add(some, START);
    transactions.add(others, START);
    long now = START + transactions.untilNextLook(START).toNanos();
    assertThat(transactions.due(now)).containsExactly(some.get(0), others.get(0));

    assertThat(transactions.take(Set.of(others.get(0)), now)).isEqualTo(others);

    assertThat(transactions.due(now)).isEmpty();
    long later = now + transactions.untilNextLook(now).toNanos();
    assertThat(transactions.due(later)).containsExactly(some.get(0));
    assertThat(transactions.take(Set.of(some.get(0)), later)).isEqualTo(some);
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

  private static List<UUID> ids(int count) {
    return Stream.generate(UUID::randomUUID).limit(count).toList();
  }
}
