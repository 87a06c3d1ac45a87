package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.operate.JobCatalog;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The job types of a runtime's modules. */
final class DefaultJobCatalog implements JobCatalog {

  private final Collection<ModuleDefinition> modules;
  private final JobSubmitter submitter;
  private final Function<ChangeByHand, JobSubmitter> byHand;

  /**
   * The entries by the names of the types; null until they are needed, because most processes never
   * need them.
   */
  private @Nullable Map<String, Entry> entries;

  /**
   * Creates a catalog of the job types of these modules.
   *
   * @param submitter submits jobs of programs
   * @param byHand gives a submitter that also records the change by hand
   */
  DefaultJobCatalog(
      Collection<ModuleDefinition> modules,
      JobSubmitter submitter,
      Function<ChangeByHand, JobSubmitter> byHand) {
    this.modules = List.copyOf(modules);
    this.submitter = submitter;
    this.byHand = byHand;
  }

  @Override
  public List<Entry> entries() {
    return List.copyOf(byName().values());
  }

  @Override
  public Optional<Entry> find(String type) {
    Map<String, Entry> all = byName();
    return Optional.ofNullable(all.get(type))
        .or(
            () ->
                all.values().stream()
                    .filter(entry -> entry.definition().isNamed(type))
                    .findFirst());
  }

  @Override
  public Entry get(String type) {
    return find(type)
        .orElseThrow(() -> JobTypeNotFoundException.inThisProcess(type, byName().keySet()));
  }

  @Override
  public Submitted submit(String type, String payload, SubmitOptions options) {
    return submit(submitter, get(type).definition(), payload, options);
  }

  @Override
  public Submitted submit(String type, String payload, SubmitOptions options, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    JobDefinition<?, ?> definition = get(type).definition();
    return submit(
        byHand.apply(ChangeByHand.of("submit job", definition.type(), actor)),
        definition,
        payload,
        options.withSubmittedBy(actor.name()));
  }

  private static <P, R> Submitted submit(
      JobSubmitter submitter,
      JobDefinition<P, R> definition,
      String payload,
      SubmitOptions options) {
    return submitter.submit(definition, StoredJson.submitted(definition, payload), options);
  }

  private record DeclaredType(
      JobDefinition<?, ?> definition,
      String module,
      Optional<String> payloadSchema,
      Optional<String> resultSchema)
      implements Entry {}

  private synchronized Map<String, Entry> byName() {
    Map<String, Entry> read = entries;
    if (read == null) {
      read = new TreeMap<>();
      for (ModuleDefinition module : JobModules.withIncluded(modules)) {
        Map<String, String> schemas = ModuleSchemas.read(module);
        for (JobDefinition<?, ?> definition : module.definitions()) {
          String type = definition.type();
          read.put(
              type,
              new DeclaredType(
                  definition,
                  module.name(),
                  Optional.ofNullable(schemas.get(type + ".payload")),
                  Optional.ofNullable(schemas.get(type + ".result"))));
        }
      }
      entries = read;
    }
    return read;
  }
}
