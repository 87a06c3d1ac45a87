package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/**
 * The signals that can be sent to a job.
 *
 * @param id the id of the job
 * @param type its type
 * @param href where the job is
 * @param awaited the signals that it may wait for
 */
@JStache(path = "signalchoice")
record SignalChoiceView(Frame frame, String id, String type, String href, List<Awaited> awaited) {

  boolean hasAwaited() {
    return !awaited.isEmpty();
  }
}
