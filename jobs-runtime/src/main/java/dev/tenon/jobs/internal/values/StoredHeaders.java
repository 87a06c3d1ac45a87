package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.SensitivePaths;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers as the tables have them: a JSON object of strings, or null if there are none. */
public final class StoredHeaders {

  private StoredHeaders() {}

  /** Returns the JSON of headers; null if there are none. */
  public static @Nullable String write(Headers headers) {
    return headers.isEmpty() ? null : LogData.write(headers.asMap());
  }

  /** Returns the headers in a column. */
  public static Headers read(@Nullable String json) {
    if (json == null) {
      return Headers.none();
    }
    JacksonReader reader = new JacksonReader(json, SensitivePaths.NONE);
    Map<String, String> values = JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.STRING).read(reader);
    reader.end();
    return Headers.ofMap(values);
  }
}
