package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogDataTest {

  private record Item(String sku, int quantity, @Nullable Item inner) {}

  @Test
  void writesTheTypesThatJobLogNames() {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("text", CharBuffer.wrap("a\"b"));
    data.put("character", 'c');
    data.put("numbers", List.of((byte) 1, 2L, 0.1f, 0.1, new BigDecimal("1.10"), Double.NaN));
    data.put("flag", true);
    data.put("nothing", null);
    data.put("unit", TimeUnit.DAYS);
    data.put("id", new UUID(0, 1));
    data.put("uri", URI.create("a:b"));
    data.put("at", Instant.EPOCH);
    data.put("took", Duration.ofSeconds(1));
    data.put("map", Map.of(1, List.of()));
    data.put("item", new Item("x", 1, new Item("y", 2, null)));

    assertThat(LogData.write(data))
        .isEqualTo(
            "{\"text\":\"a\\\"b\",\"character\":\"c\",\"numbers\":[1,2,0.1,0.1,1.10,\"NaN\"],"
                + "\"flag\":true,\"nothing\":null,\"unit\":\"DAYS\","
                + "\"id\":\"00000000-0000-0000-0000-000000000001\",\"uri\":\"a:b\","
                + "\"at\":\"1970-01-01T00:00:00Z\",\"took\":\"PT1S\",\"map\":{\"1\":[]},"
                + "\"item\":{\"sku\":\"x\",\"quantity\":1,\"inner\":{\"sku\":\"y\",\"quantity\":2,"
                + "\"inner\":null}}}");
  }

  @Test
  void refusesOtherTypesAndSaysWhere() {
    assertThatThrownBy(() -> LogData.write(Map.of("a", List.of(1, new Object()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The data of a log line has a java.lang.Object at a[1], which cannot be written as JSON."
                + " Pass a string or a Map.");
  }

  @Test
  void refusesWhatHoldsItself() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("self", data);
    assertThatThrownBy(() -> LogData.write(data)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void dataThatIsTooLargeIsMeasuredAndNotKept() {
    String half = "x".repeat(10_000) + "é€😀".repeat(1_000);
    String json = LogData.write(Map.of("a", half));
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    assertThat(LogData.write(Map.of("a", half), bytes)).isEqualTo(json);
    assertThat(LogData.write(Map.of("a", half), bytes - 1))
        .isEqualTo("{\"leftOut\":\"19,008 bytes of data; the limit is 19,007\"}");
    // More than fits into a String
    List<String> endless = Collections.nCopies(120_000, "x".repeat(20_000));
    assertThat(LogData.write(Map.of("a", endless), 100))
        .isEqualTo("{\"leftOut\":\"2,400,360,007 bytes of data; the limit is 100\"}");
  }
}
