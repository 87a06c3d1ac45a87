package dev.tenon.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a measured process is to do; handed over as system properties.
 *
 * @param contender which system
 * @param scenario what it does
 * @param jobs how many jobs are measured
 * @param backlog how many more jobs wait while a backlog is drained
 * @param history how many jobs have ended before
 * @param minutes the duration of measurements whose length can be chosen
 * @param role what the process is there for
 * @param place its servers
 */
record RunSettings(
    Contender contender,
    Scenario scenario,
    int jobs,
    int backlog,
    int history,
    int minutes,
    Role role,
    Place place) {

  /** What a process is there for. */
  enum Role {
    /** It measures. */
    MEASURES,
    /** It submits to one that measures. */
    SUBMITS,
    /** It works until it is killed, while another process measures. */
    WORKS
  }

  private static final String PREFIX = "bench.";

  /** The same for another process. */
  RunSettings as(Role other) {
    return new RunSettings(contender, scenario, jobs, backlog, history, minutes, other, place);
  }

  /** The system properties for the process. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(PREFIX + "contender", contender.name());
    properties.put(PREFIX + "scenario", scenario.name());
    properties.put(PREFIX + "jobs", Integer.toString(jobs));
    properties.put(PREFIX + "backlog", Integer.toString(backlog));
    properties.put(PREFIX + "history", Integer.toString(history));
    properties.put(PREFIX + "minutes", Integer.toString(minutes));
    properties.put(PREFIX + "role", role.name());
    properties.put(PREFIX + "url", place.url());
    properties.put(PREFIX + "user", place.user());
    properties.put(PREFIX + "password", place.password());
    properties.put(PREFIX + "amqp", place.amqpUri());
    return properties;
  }

  /** Reads them in the process. */
  static RunSettings read() {
    Contender contender = Contender.valueOf(text("contender"));
    return new RunSettings(
        contender,
        Scenario.valueOf(text("scenario")),
        Integer.parseInt(text("jobs")),
        Integer.parseInt(text("backlog")),
        Integer.parseInt(text("history")),
        Integer.parseInt(text("minutes")),
        Role.valueOf(text("role")),
        new Place(text("url"), text("user"), text("password"), text("amqp"), contender.slots()));
  }

  private static String text(String name) {
    String value = System.getProperty(PREFIX + name);
    if (value == null) {
      throw new IllegalStateException("The system property " + PREFIX + name + " is not set.");
    }
    return value;
  }
}
