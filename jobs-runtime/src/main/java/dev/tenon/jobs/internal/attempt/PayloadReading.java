package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.util.List;

/** Reads and validates the payload of one job. Not thread-safe. */
final class PayloadReading<P> {

  private final ClaimedJob job;
  private final JobDefinition<P, ?> definition;
  private final ValueStorage storage;
  private SensitiveValues sensitive = SensitiveValues.NONE;

  PayloadReading(ClaimedJob job, JobDefinition<P, ?> definition, ValueStorage storage) {
    this.job = job;
    this.definition = definition;
    this.storage = storage;
  }

  /** Returns the values to hide, as far as they are known, even if reading has failed. */
  SensitiveValues sensitive() {
    return sensitive;
  }

  P read(String stored) {
    String json = storage.encryption().readablePayload(definition, job.id(), stored);
    boolean isMoved =
        definition.payloadUpcaster(job.version()).isPresent()
            && !definition.sensitivePayload().isNone();
    // It is unknown where an upcaster finds the values
    sensitive =
        SensitiveValues.of(json, isMoved ? SensitivePaths.ALL : definition.sensitivePayload());
    P payload =
        StoredValues.payload(
            definition, job.id(), job.version(), json, "of job type '" + job.type() + "'");
    List<Violation> violations = definition.validatePayload(payload);
    if (!violations.isEmpty()) {
      throw new InvalidPayloadException(job.type(), job.id(), -1, violations);
    }
    if (isMoved) {
      String upcast =
          StoredJson.write(
              payload, definition.payloadCodec(), "the payload of job type '" + job.type() + "'");
      sensitive =
          SensitiveValues.of(json, definition.sensitivePayload())
              .and(SensitiveValues.of(upcast, definition.sensitivePayload()));
    }
    return payload;
  }
}
