package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** JSON is one line of ASCII, whatever the values are. */
class JsonTest {

  @Test
  void textHasEscapesForAllThatAnyTerminalMightChange() {
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    value.put("n\u00e4me", "M\u00fcller \ud83d\ude00 \u202e \u009b \u007f \"\\\n\r\t\u0000");
    value.put("all", Arrays.asList(1, true, null));
    assertThat(Json.write(value))
        .isEqualTo(
            "{\"n\\u00e4me\":\"M\\u00fcller \\ud83d\\ude00 \\u202e \\u009b \\u007f \\\"\\\\\\n\\r\\t\\u0000\","
                + "\"all\":[1,true,null]}");
  }

  @Test
  void whatIsJsonAlreadyIsOnOneLineAsWell() {
    assertThat(Json.write(Json.Raw.of("{\r\n\t\"a\\n\": \"\u00fc\u009b\"\n}")))
        .isEqualTo("{   \"a\\n\": \"\\u00fc\\u009b\" }");
  }
}
