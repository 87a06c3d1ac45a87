package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.Work;

/** {@link Work} as JSON, written and read by hand as a program with one payload might do it. */
final class WorkJson {

  private static final String TEXT = "{\"number\":%d,\"sentAtMicros\":%d,\"customer\":\"%s\"}";

  private WorkJson() {}

  static String write(Work work) {
    return TEXT.formatted(work.number(), work.sentAtMicros(), work.customer());
  }

  /** Reads what PostgreSQL makes of it: names in another order, and blanks. */
  static Work read(String json) {
    return new Work(
        Integer.parseInt(value(json, "number")),
        Long.parseLong(value(json, "sentAtMicros")),
        value(json, "customer"));
  }

  private static String value(String json, String name) {
    int start = json.indexOf("\"" + name + "\"") + name.length() + 3;
    while (json.charAt(start) == ' ') {
      start++;
    }
    if (json.charAt(start) == '"') {
      return json.substring(start + 1, json.indexOf('"', start + 1));
    }
    int end = start;
    while (json.charAt(end) != ',' && json.charAt(end) != '}') {
      end++;
    }
    return json.substring(start, end);
  }
}
