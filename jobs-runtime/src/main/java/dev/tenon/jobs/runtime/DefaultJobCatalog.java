package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
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

/** The job types and signals of a runtime's modules. */
final class DefaultJobCatalog implements JobCatalog {

  private final Collection<ModuleDefinition> modules;
  private final JobSubmitter submitter;
  private final Function<ChangeByHand, JobSubmitter> byHand;

  /** The declarations of the modules; null until first used, as most processes never use them. */
  private @Nullable Declared declared;

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

  @Override
  public List<SignalEntry> signals() {
    return List.copyOf(declared().signals.values());
  }

  @Override
  public Optional<SignalEntry> findSignal(String name) {
    return Optional.ofNullable(declared().signals.get(name));
  }

  private record DeclaredType(
      JobDefinition<?, ?> definition,
      String module,
      Optional<String> payloadSchema,
      Optional<String> resultSchema)
      implements Entry {}

  private record DeclaredSignal(
      SignalDefinition<?> definition, String module, Optional<String> schema)
      implements SignalEntry {}

  /** The job types and signals, by their names. */
  private record Declared(Map<String, Entry> types, Map<String, SignalEntry> signals) {

    void add(ModuleDefinition module) {
      Map<String, String> schemas = ModuleSchemas.read(module);
      for (JobDefinition<?, ?> definition : module.definitions()) {
        String type = definition.type();
        types.put(
            type,
            new DeclaredType(
                definition,
                module.name(),
                Optional.ofNullable(schemas.get(type + ".payload")),
                Optional.ofNullable(schemas.get(type + ".result"))));
      }
      for (SignalDefinition<?> definition : module.signals()) {
        String name = definition.name();
        signals.put(
            name,
            new DeclaredSignal(
                definition, module.name(), Optional.ofNullable(schemas.get(name + ".signal"))));
      }
    }
  }

  private Map<String, Entry> byName() {
    return declared().types;
  }

  private synchronized Declared declared() {
    Declared read = declared;
    if (read == null) {
      read = new Declared(new TreeMap<>(), new TreeMap<>());
      JobModules.withIncluded(modules).forEach(read::add);
      declared = read;
    }
    return read;
  }
}
