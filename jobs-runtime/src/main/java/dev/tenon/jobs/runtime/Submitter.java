package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.store.NewJob;
import dev.tenon.jobs.store.Recorded;
import dev.tenon.jobs.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Submits jobs: validates them, and records them in a way that is given. Thread-safe. */
final class Submitter implements JobSubmitter {

  private final NewJobs newJobs;
  private final Function<List<NewJob>, List<Recorded>> insert;

  Submitter(NewJobs newJobs, Function<List<NewJob>, List<Recorded>> insert) {
    this.newJobs = newJobs;
    this.insert = insert;
  }

  @Override
  public <P, R> UUID submit(
      JobDefinition<P, R> definition,
      P payload,
      @Nullable String submittedBy,
      SubmitOptions options) {
    return submitUnique(definition, payload, submittedBy, options).jobId();
  }

  @Override
  public <P, R> Submitted submitUnique(
      JobDefinition<P, R> definition,
      P payload,
      @Nullable String submittedBy,
      SubmitOptions options) {
    NewJob job = newJobs.of(definition, payload, -1, submittedBy, options);
    return insert(definition, List.of(job)).get(0);
  }

  @Override
  public <P, R> List<UUID> submitAll(
      JobDefinition<P, R> definition,
      List<? extends P> payloads,
      @Nullable String submittedBy,
      SubmitOptions options) {
    return submitAllUnique(definition, payloads, submittedBy, options).stream()
        .map(Submitted::jobId)
        .toList();
  }

  @Override
  public <P, R> List<Submitted> submitAllUnique(
      JobDefinition<P, R> definition,
      List<? extends P> payloads,
      @Nullable String submittedBy,
      SubmitOptions options) {
    List<NewJob> jobs = new ArrayList<>(payloads.size());
    for (P payload : payloads) {
      jobs.add(newJobs.of(definition, payload, jobs.size(), submittedBy, options));
    }
    return jobs.isEmpty() ? List.of() : insert(definition, jobs);
  }

  private List<Submitted> insert(JobDefinition<?, ?> definition, List<NewJob> jobs) {
    try {
      return insert.apply(jobs).stream()
          .map(recorded -> new Submitted(recorded.jobId(), recorded.created()))
          .toList();
    } catch (StoreException e) {
      throw StoreFailures.of(
          "%d job(s) of type '%s' were not submitted".formatted(jobs.size(), definition.type()),
          definition.type(),
          e);
    }
  }
}
