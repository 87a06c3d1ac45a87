package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.operate.AppliedSettings;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job types of a runtime. */
final class DefaultJobTypes implements JobTypes {

  private static final Logger LOG = LoggerFactory.getLogger(DefaultJobTypes.class);
  private static final int PAGE = 1000;
  private static final int MAX_WEIGHT = 100;

  /** Each claim of the type reads them. */
  private static final int MAX_WEIGHTS = 1000;

  /** The largest number of pages to adjust in one call. Maintenance does the rest. */
  private static final int MAX_PAGES = 10;

  private final OperatorStore store;
  private final AppliedSettings appliedSettings;
  private final LimitKeyStore keys;
  private final Runnable mayHaveBecomeClaimable;

  /**
   * Creates the job types.
   *
   * @param mayHaveBecomeClaimable is called when workers should look for jobs
   */
  DefaultJobTypes(
      OperatorStore store,
      AppliedSettings appliedSettings,
      LimitKeyStore keys,
      Runnable mayHaveBecomeClaimable) {
    this.store = store;
    this.appliedSettings = appliedSettings;
    this.keys = keys;
    this.mayHaveBecomeClaimable = mayHaveBecomeClaimable;
  }

  @Override
  public List<JobTypeState> list() {
    return reading(store::list);
  }

  @Override
  public Optional<JobTypeState> find(String type) {
    SubmittedValues.name("type", type);
    return reading(() -> store.find(type));
  }

  @Override
  public JobTypeState get(String type) {
    return find(type)
        .orElseThrow(
            () ->
                new JobTypeNotFoundException(
                    type, list().stream().map(JobTypeState::type).toList()));
  }

  @Override
  public JobTypeState pause(String type, Actor actor) {
    Actor checked = SubmittedValues.withReason("A pause", actor);
    return changing("pause", type, found -> store.pause(found.type(), checked));
  }

  @Override
  public JobTypeState resume(String type, Actor actor) {
    Actor checked = Objects.requireNonNull(actor, "actor");
    return changing(
        "resume",
        type,
        found -> {
          if (store.resume(found.type(), checked)) {
            LOG.info(
                "{} has resumed job type '{}'.",
                LogText.escape(checked.name()),
                LogText.escape(found.type()));
            mayHaveBecomeClaimable.run();
          }
        });
  }

  @Override
  public JobTypeState override(String type, JobTypeOverrides overrides, Actor actor) {
    Actor checked = SubmittedValues.withReason("An override", actor);
    return changing(
        "override",
        type,
        found -> {
          checkCosts(found, overrides);
          if (store.override(found.type(), overrides, checked)) {
            LOG.info(
                "{} has set overrides of job type '{}': {}.",
                LogText.escape(checked.name()),
                LogText.escape(found.type()),
                overrides);
            adjustKeys();
          }
        });
  }

  /** Checks that rates count what jobs have stored as their costs. */
  private static void checkCosts(JobTypeState type, JobTypeOverrides overrides) {
    Optional<String> costBy = type.declared().costBy();
    Stream.concat(overrides.rates().stream(), overrides.ratesPerKey().stream())
        .flatMap(List::stream)
        .filter(rate -> rate.component().isPresent() && !rate.component().equals(costBy))
        .findFirst()
        .ifPresent(
            rate -> {
              throw new IllegalArgumentException(
                  "The rate %s does not fit job type '%s', %s. Only a deployment can change what its rates count."
                      .formatted(
                          rate,
                          type.type(),
                          costBy
                              .map("whose rates can count jobs, and the component '%s'"::formatted)
                              .orElse("whose rates can only count jobs")));
            });
  }

  @Override
  public JobTypeState clearOverrides(String type, Actor actor) {
    Actor checked = Objects.requireNonNull(actor, "actor");
    return changing(
        "clear the overrides of",
        type,
        found -> {
          if (store.override(found.type(), JobTypeOverrides.none(), checked)) {
            LOG.info(
                "{} has cleared the overrides of job type '{}'.",
                LogText.escape(checked.name()),
                LogText.escape(found.type()));
            adjustKeys();
          }
        });
  }

  @Override
  public JobTypeState setKeyWeight(String type, String key, int weight, Actor actor) {
    Actor checked = SubmittedValues.withReason("The weight of a key", actor);
    String name = SubmittedValues.name("key", key);
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "The weight is %d; it must be from 1 to %d.".formatted(weight, MAX_WEIGHT));
    }
    return changing(
        "weigh a key of",
        type,
        found -> {
          if (weight > 1
              && found.keyWeights().size() >= MAX_WEIGHTS
              && !found.keyWeights().containsKey(name)) {
            throw new IllegalArgumentException(
                "%d keys of job type '%s' have a weight; there cannot be more. Set that of another key to 1 first."
                    .formatted(MAX_WEIGHTS, found.type()));
          }
          store.weigh(found.type(), name, weight, checked);
        });
  }

  private void adjustKeys() {
    for (int i = 0; i < MAX_PAGES && keys.adjust(PAGE) >= PAGE; i++) {
      // There are more
    }
    mayHaveBecomeClaimable.run();
  }

  @Override
  public long applyToWaiting(String type, Actor actor) {
    JobTypeState found = get(type);
    ChangeByHand change =
        ChangeByHand.inSteps(
            "apply settings to waiting jobs", found.type(), Objects.requireNonNull(actor, "actor"));
    List<String> names = new ArrayList<>(found.aliases());
    names.add(found.type());
    return reading(
        () -> {
          long changed = 0;
          for (String name : names) {
            @Nullable UUID last = null;
            do {
              AppliedSettings.Page page =
                  appliedSettings.apply(name, found.effective(), last, PAGE, change);
              changed += page.changed();
              last = page.last();
            } while (last != null);
          }
          return changed;
        });
  }

  @FunctionalInterface
  private interface Change {
    void of(JobTypeState found);
  }

  private JobTypeState changing(String what, String type, Change change) {
    JobTypeState found = get(type);
    try {
      change.of(found);
    } catch (StoreException e) {
      throw StoreFailures.of("Could not %s job type '%s'".formatted(what, type), type, e);
    }
    return get(found.type());
  }

  private static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException e) {
      throw StoreFailures.of("The job types cannot be read", null, e);
    }
  }
}
