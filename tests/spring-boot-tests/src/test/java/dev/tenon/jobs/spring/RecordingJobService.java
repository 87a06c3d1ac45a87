package dev.tenon.jobs.spring;

import dev.tenon.jobs.DelegatingJobService;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSubmitter;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The service of a runtime, and what was asked of it in which order. */
final class RecordingJobService extends DelegatingJobService {

  final List<String> events = new ArrayList<>();

  RecordingJobService(JobService service) {
    super(service);
  }

  @Override
  protected <T> T submitting(Function<JobSubmitter, T> submit) {
    events.add("submitted alone");
    return submit.apply(service());
  }

  @Override
  public JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    events.add("submitted in a transaction");
    return super.in(
        connection,
        task ->
            afterCommit.accept(
                () -> {
                  events.add("committed");
                  task.run();
                }));
  }

  @Override
  public JobSubmitter in(Connection connection) {
    events.add("submitted on a connection");
    return super.in(connection);
  }
}
