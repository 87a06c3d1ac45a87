package dev.tenon.examples.quickstart.demo;

import dev.tenon.jobs.Job;
import java.util.List;

/** Shows jobs while they change. */
interface JobView {

  /**
   * A job and what it is called.
   *
   * @param name the name
   * @param job the job as it was read last
   */
  record Row(String name, Job job) {}

  /** Shows the jobs as they stand now. */
  void show(List<Row> rows);

  /** Ends the view; its output stays. */
  void end();
}
