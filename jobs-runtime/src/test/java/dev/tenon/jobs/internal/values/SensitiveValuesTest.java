package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.SensitivePaths;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is hidden where an application quotes sensitive values. */
class SensitiveValuesTest {

  private static SensitiveValues values(String prefix, int count) {
    String json =
        IntStream.range(0, count)
            .mapToObj(n -> "\"%s-%04d\"".formatted(prefix, n))
            .collect(Collectors.joining(",", "[", "]"));
    return SensitiveValues.of(json, SensitivePaths.ALL);
  }

  @Test
  void thoseOfSeveralSourcesAreHidden() {
    SensitiveValues both = values("payload", 2).and(values("result", 2));
    assertThat(both.hiddenIn("payload-0001 and result-0001 and result-0002"))
        .isEqualTo("MASK and MASK and result-0002".replace("MASK", SensitivePaths.MASK));
  }

  /** Each line of a log is searched for all of them, and an attempt may read signals for days. */
  @Test
  void onlyTheFirstThousandAreHiddenWhereverTheyComeFrom() {
    SensitiveValues all = values("payload", 400);
    for (int i = 0; i < 10; i++) {
      all = all.and(values("signal" + i, 300));
    }
    assertThat(all.count()).isEqualTo(1_000);
    assertThat(all.hiddenIn("payload-0399 signal0-0299 signal1-0299 signal2-0000"))
        .isEqualTo("MASK MASK MASK signal2-0000".replace("MASK", SensitivePaths.MASK));
  }
}
