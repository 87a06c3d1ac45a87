package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** The health of the runtime. */
@JStache(path = "health")
record HealthView(Frame frame, String verdict, String state, List<Check> checks) {

  /** A line of the report. */
  record Check(String name, String state, String message, boolean isFailing) {}
}
