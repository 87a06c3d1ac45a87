package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers have a name, a type and bounds. */
class HeadersTest {

  private enum Region {
    EU,
    US
  }

  private static final Header<String> SOURCE = Header.ofString("order-source");

  @Test
  void valuesOfEachTypeAreReadAsTheyWereWritten() {
    UUID id = UUID.randomUUID();
    Header<UUID> uuid = Header.ofUuid("tenant");
    Header<Long> number = Header.ofLong("shop.number");
    Header<Boolean> flag = Header.ofBoolean("is-test");
    Header<Instant> time = Header.ofInstant("since");
    Header<Region> region = Header.ofEnum("region", Region.class);
    Header<Integer> hex =
        Header.of("hex", Integer::toHexString, text -> Integer.parseInt(text, 16));
    Headers headers =
        Headers.of(SOURCE, "web é 😀")
            .with(uuid, id)
            .with(number, -7L)
            .with(flag, true)
            .with(time, Instant.EPOCH)
            .with(region, Region.EU)
            .with(hex, 255);

    assertThat(headers.get(SOURCE)).contains("web é 😀");
    assertThat(headers.get(uuid)).contains(id);
    assertThat(headers.get(number)).contains(-7L);
    assertThat(headers.get(flag)).contains(true);
    assertThat(headers.get(time)).contains(Instant.EPOCH);
    assertThat(headers.get(region)).contains(Region.EU);
    assertThat(headers.get(hex)).contains(255);
    assertThat(headers.asMap()).containsEntry("hex", "ff").containsEntry("region", "EU");
    assertThat(headers.get(Header.ofString("other"))).isEqualTo(Optional.empty());
    assertThat(Headers.ofMap(headers.asMap())).isEqualTo(headers);
  }

  @Test
  void laterHeadersReplaceEarlierOnes() {
    Header<String> other = Header.ofString("a");
    Headers first = Headers.of(SOURCE, "web").with(other, "1");
    Headers both = first.withAll(Headers.of(SOURCE, "app"));

    assertThat(both.get(SOURCE)).contains("app");
    assertThat(both.get(other)).contains("1");
    assertThat(both.containsAll(Headers.of(other, "1"))).isTrue();
    assertThat(both.containsAll(Headers.of(other, "2"))).isFalse();
    assertThat(both.without(SOURCE).asMap()).containsOnlyKeys("a");
    assertThat(both.without(SOURCE).without(other)).isEqualTo(Headers.none());
    assertThat(both).hasToString("{a=1, order-source=app}");
  }

  @Test
  void aValueOfAnotherTypeSaysWhatItShouldBe() {
    Headers headers = Headers.of(SOURCE, "web");

    assertThatThrownBy(() -> headers.get(Header.ofUuid("order-source")))
        .isInstanceOf(JobsException.class)
        .hasMessage(
            "The header 'order-source' has the value 'web', which is not a UUID. Read it with the type that it was written with.");
    assertThatThrownBy(() -> headers.get(Header.ofEnum("order-source", Region.class)))
        .hasMessageContaining("which is not one of EU, US.");
    assertThatThrownBy(() -> Header.ofUuid("a").read("1-1-1-1-1"))
        .hasMessageContaining("not a UUID");
    assertThatThrownBy(() -> Header.ofBoolean("a").read("yes"))
        .hasMessageContaining("not true or false");
    assertThatThrownBy(() -> Header.ofInstant("a").read("yesterday"))
        .hasMessageContaining("not a time like");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Tenant", "1a", "a..b", "a-", ".a", "a b", "a_b", "é", "a\n"})
  void aNameHasLowerCasePartsOnly(String name) {
    assertThatThrownBy(() -> Header.ofString(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The name of a header is '"
                + name.replace('\n', '?')
                + "'; it must consist of lower-case letters and digits, in parts that are separated by dots or hyphens and begin with a letter, such as 'tenant' or 'shop.order-source'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tenon", "tenon.id", "tenon-id"})
  void namesOfTenonAreReserved(String name) {
    assertThatThrownBy(() -> Header.ofString(name))
        .hasMessage(
            "The name of a header is '"
                + name
                + "', but names whose first part is 'tenon' are reserved. Begin it with the name of your application.");
    assertThat(Header.ofString("tenonic").name()).isEqualTo("tenonic");
  }

  @Test
  void namesAndValuesAreBounded() {
    assertThat(Header.ofString("a".repeat(64)).name()).hasSize(64);
    assertThatThrownBy(() -> Header.ofString("a".repeat(65)))
        .hasMessage(
            "The name of a header has 65 characters, from 'aaaaaaaaaaaaaaaaaaaa…' on; it may have up to 64. Shorten it.");
    assertThat(Headers.of(SOURCE, "é".repeat(500)).get(SOURCE)).isPresent();
    assertThatThrownBy(() -> Headers.of(SOURCE, "é".repeat(501)))
        .hasMessage(
            "The value of the header 'order-source' has 1,002 bytes; it may have up to 1,000. Use an id, and keep long strings in the payload.");
    assertThatThrownBy(() -> Headers.of(SOURCE, "a\nb"))
        .hasMessage(
            "The value of the header 'order-source' has the control character U+000A at index 1. Headers are shown in one line: remove it.");
    assertThatThrownBy(() -> Headers.of(SOURCE, "a" + "😀".charAt(0)))
        .hasMessageContaining("a surrogate without its partner at index 1");
    assertThatThrownBy(() -> Headers.ofMap(Map.of("Bad", "x")))
        .hasMessageContaining("The name of a header is 'Bad'");
  }

  @Test
  void allHeadersTogetherAreBounded() {
    Headers headers = Headers.none();
    for (int i = 0; i < Headers.MAX_HEADERS; i++) {
      headers = headers.with(Header.ofString("h" + i), "x");
    }
    Headers most = headers;
    assertThatThrownBy(() -> most.with(SOURCE, "x"))
        .hasMessage(
            "There are 33 headers; a job may have up to 32. Put what belongs to the work itself into the payload.");
    Headers large = Headers.none();
    for (int i = 0; i < 8; i++) {
      large = large.with(Header.ofString("h" + i), "x".repeat(1_000));
    }
    Headers largest = large;
    assertThatThrownBy(() -> largest.with(SOURCE, "x".repeat(200)))
        .hasMessage(
            "The headers have 8,228 bytes together; the limit is 8,192. Put what belongs to the work itself into the payload.");
  }

  @Test
  void aQueryNamesItsHeaders() {
    JobQuery query = JobQuery.all().withHeader(SOURCE, "web").withHeader(Header.ofLong("n"), 1L);

    assertThat(query.describe()).isEqualTo("jobs with header n=1, with header order-source=web");
    assertThat(query.asksForAll()).isFalse();
  }
}
