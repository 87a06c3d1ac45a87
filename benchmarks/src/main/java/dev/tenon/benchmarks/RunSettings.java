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
 * @param submits whether the process is the one that submits to another one, which measures
 * @param place its servers
 */
record RunSettings(
    Contender contender,
    Scenario scenario,
    int jobs,
    int backlog,
    int history,
    boolean submits,
    Place place) {

  private static final String PREFIX = "bench.";

  /** The same for the process that submits to the one that measures. */
  RunSettings forSubmitter() {
    return new RunSettings(contender, scenario, jobs, backlog, history, true, place);
  }

  /** The system properties for the process. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(PREFIX + "contender", contender.name());
    properties.put(PREFIX + "scenario", scenario.name());
    properties.put(PREFIX + "jobs", Integer.toString(jobs));
    properties.put(PREFIX + "backlog", Integer.toString(backlog));
    properties.put(PREFIX + "history", Integer.toString(history));
    properties.put(PREFIX + "submits", Boolean.toString(submits));
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
        Boolean.parseBoolean(text("submits")),
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
