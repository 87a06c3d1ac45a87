package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.SensitivePaths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SensitiveJsonTest {

  private static final JsonCodec<Map<String, Integer>> COUNTS =
      JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.INT);

  private static SensitivePaths paths(String... paths) {
    return SensitivePaths.of(List.of(paths));
  }

  private static String masked(String json, String... paths) {
    return SensitiveJson.masked(json, paths(paths));
  }

  @Test
  void aMaskStandsInPlaceOfEachValue() {
    assertThat(masked("{\"a\":\"secret\",\"b\":\"open\"}", "/a"))
        .isEqualTo("{\"a\":\"••••\",\"b\":\"open\"}");
    assertThat(masked("{\"a\":{\"b\":1,\"c\":2}}", "/a/b"))
        .isEqualTo("{\"a\":{\"b\":\"••••\",\"c\":2}}");
    assertThat(masked("[{\"a\":1,\"b\":2},[{\"a\":true}],3]", "/a"))
        .isEqualTo("[{\"a\":\"••••\",\"b\":2},[{\"a\":\"••••\"}],3]");
    assertThat(masked("{\"m\":{\"x\":{\"a\":1},\"y\":{\"b\":2}}}", "/m/*/a"))
        .isEqualTo("{\"m\":{\"x\":{\"a\":\"••••\"},\"y\":{\"b\":2}}}");
  }

  @Test
  void nothingIsLeftOfWhatIsInAValue() {
    assertThat(masked("{\"a\":{\"secret\":[1,{\"b\":2}]},\"c\":[4]}", "/a"))
        .isEqualTo("{\"a\":\"••••\",\"c\":[4]}");
    assertThat(masked("{\"a\":[1,2],\"a\":{\"x\":3}}", "/a"))
        .isEqualTo("{\"a\":\"••••\",\"a\":\"••••\"}");
    assertThat(masked("{\"a\":1}", "")).isEqualTo("\"••••\"");
  }

  @Test
  void nullStaysNull() {
    assertThat(masked("{\"a\":null,\"b\":[null,1]}", "/a", "/b"))
        .isEqualTo("{\"a\":null,\"b\":\"••••\"}");
    assertThat(masked("null", "")).isEqualTo("null");
  }

  @Test
  void everythingElseStaysAsItIs() {
    String json =
        "{\"d\":1.0E400,\"e\":0.10,\"f\":12345678901234567890,\"g\":[true,false,null],\"h\":\"ä\\n\"}";

    assertThat(masked(json, "/x")).isEqualTo(json);
    assertThat(masked(json)).isSameAs(json);
  }

  @Test
  void ofWhatIsNotJsonNothingIsLeft() {
    assertThat(masked("{\"a\":\"secret", "/a")).isEqualTo("\"••••\"");
    assertThat(masked("", "/a")).isEqualTo("\"••••\"");
  }

  @Test
  void valuesAreTheTextsAndNumbers() {
    List<String> values = new ArrayList<>();
    SensitiveJson.values(
        "{\"a\":[\"one\",2,null,true,{\"b\":\"three\"}],\"c\":\"four\",\"d\":{\"e\":5.50}}",
        paths("/a", "/d/e"),
        values::add);

    assertThat(values).containsExactly("one", "2", "three", "5.50");
  }

  @Test
  void textsAreReplacedInNamesAndValues() {
    assertThat(
            SensitiveJson.replaced(
                "{\"a 123456\":123456,\"b\":[\"x123456\",1,1.50]}",
                text -> text.replace("123456", "•")))
        .isEqualTo("{\"a •\":\"•\",\"b\":[\"x•\",1,1.50]}");
  }

  @Test
  void whatCannotBeReadIsNamedWithoutTheKeysOfASensitiveMap() {
    JsonCodec<Map<String, Map<String, Integer>>> codec = JsonCodecs.map(JsonCodecs.STRING, COUNTS);
    String json = "{\"open\":{},\"hidden\":{\"secret\":\"x\"}}";

    assertThatThrownBy(() -> StoredJson.read(json, codec, paths("/hidden"), Map.class, "it"))
        .isInstanceOf(JobsException.class)
        .hasMessageStartingWith("It cannot be read as Map: at hidden, ");
    assertThatThrownBy(() -> StoredJson.read(json, codec, paths("/open"), Map.class, "it"))
        .hasMessageStartingWith("It cannot be read as Map: at hidden.secret, ");
  }

  @Test
  void whatCannotBeWrittenIsNamedWithoutTheKeysOfASensitiveMap() {
    Map<String, @Nullable Integer> hidden = new HashMap<>();
    hidden.put("secret", null);
    @SuppressWarnings({"unchecked", "NullAway"})
    Map<String, Map<String, Integer>> value =
        Map.of("hidden", (Map<String, Integer>) (Map<String, ?>) hidden);
    JsonCodec<Map<String, Map<String, Integer>>> codec = JsonCodecs.map(JsonCodecs.STRING, COUNTS);

    assertThatThrownBy(
            () ->
                StoredJson.write(
                    value,
                    codec,
                    paths("/hidden"),
                    "it",
                    100,
                    bytes -> new JobsException("", null, null, null)))
        .isInstanceOf(JobsException.class)
        .hasMessage("It cannot be written as JSON at hidden (NullPointerException).");
  }
}
