package dev.tenon.jobs.faults;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobStep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the world has to do for durable jobs whose producers have died: it sends the signals that
 * nobody has sent, and decides what became of steps, as a person does.
 */
final class DurableHelp {

  static final Actor PERSON = Actor.of("ann");

  private static final Duration POLL = Duration.ofMillis(200);

  private static final String WITHOUT_SIGNAL =
      """
      SELECT s.job_id, s.step_key FROM tenon.job_steps s JOIN tenon.live_jobs j ON j.id = s.job_id
      WHERE s.kind = 'wait' AND s.name = 'go' AND s.state = 'waiting' AND NOT EXISTS (
        SELECT FROM tenon.job_signals g WHERE (g.job_id, g.name, g.step_key) = (s.job_id, 'fault.go', s.step_key))
      """;

  private final Site site;
  private final Ledger answered;
  private final Ledger sent;

  DurableHelp(Site site) {
    this.site = site;
    this.answered = Ledger.open(site.folder(), "answered");
    this.sent = Ledger.open(site.folder(), "sent");
  }

  /** Helps until every job has ended. */
  void until(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end && site.unfinished() > 0) {
      sendMissing();
      decide();
      Site.sleep(POLL);
    }
  }

  /** Sends what jobs wait for without end, and nobody has sent. */
  void sendMissing() {
    List<String[]> waits = new ArrayList<>();
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(WITHOUT_SIGNAL)) {
      while (rows.next()) {
        waits.add(new String[] {rows.getString(1), rows.getString(2)});
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    waits.forEach(wait -> send(UUID.fromString(wait[0]), wait[1]));
  }

  /** Sends what a job waits for. */
  void send(UUID job, String key) {
    String id = DurableSubmits.deliver(site.jobs(), job, DurableJobs.GO, key);
    sent.write(String.join("\t", id, job.toString(), key));
  }

  /** Decides about all steps that only a person knows of. */
  void decide() {
    for (JobStep step : inDoubt()) {
      if (step.state() == JobStep.State.IN_DOUBT) {
        try {
          decide(step, charge(site.folder(), step.jobId()));
        } catch (JobStateException | JobStoreException e) {
          System.out.println("Nothing was decided: " + e.getMessage());
        }
      }
    }
  }

  /** All steps that are in doubt. */
  List<JobStep> inDoubt() {
    List<JobStep> steps = new ArrayList<>();
    Page<JobStep> page = site.jobs().steps().inDoubt(InDoubtQuery.all());
    steps.addAll(page.items());
    while (page.next().isPresent()) {
      page = site.jobs().steps().inDoubt(InDoubtQuery.all().withCursor(page.next().get()));
      steps.addAll(page.items());
    }
    return steps;
  }

  /** Says what became of a step: it was done, with this value, or not. */
  void decide(JobStep step, Optional<String> value) {
    if (value.isPresent()) {
      site.jobs()
          .steps()
          .markDone(step.jobId(), step.name(), step.key(), '"' + value.get() + '"', PERSON);
    } else {
      // First this: the step may run as soon as that is committed
      answered.write(String.join("\t", step.jobId().toString(), "person", "NotDone"));
      site.jobs().steps().markNotDone(step.jobId(), step.name(), step.key(), PERSON);
    }
  }

  /** What the world outside has charged for a job. */
  static Optional<String> charge(Path folder, UUID job) {
    return Ledger.read(folder, "charged").stream()
        .map(line -> line.split("\t", -1))
        .filter(line -> line[1].equals(job.toString()))
        .map(line -> line[2])
        .findFirst();
  }
}
