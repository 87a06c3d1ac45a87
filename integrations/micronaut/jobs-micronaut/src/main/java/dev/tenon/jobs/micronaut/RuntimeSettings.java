package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns the properties into settings of the runtime. */
@Singleton
final class RuntimeSettings {

  private final PropertyCheck check;
  private final TenonProperties properties;
  private final TenonProperties.Limits limits;
  private final TenonProperties.Encryption encryption;
  private final TenonProperties.RabbitMq rabbitMq;

  RuntimeSettings(
      PropertyCheck check,
      TenonProperties properties,
      TenonProperties.Limits limits,
      TenonProperties.Encryption encryption,
      TenonProperties.RabbitMq rabbitMq) {
    this.check = check;
    this.properties = properties;
    this.limits = limits;
    this.encryption = encryption;
    this.rabbitMq = rabbitMq;
  }

  /**
   * A builder with what the properties say of the runtime itself.
   *
   * @throws io.micronaut.context.exceptions.ConfigurationException if Tenon refuses a value
   */
  JobsRuntimeBuilder builder() {
    check.run();
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .migrate(properties.migrate())
            .maintenance(properties.maintenance())
            .fastRescue(properties.fastRescue())
            .sizeLimits(sizeLimits())
            .unencryptedTypes(
                encryption.unencryptedTypes().orElse(List.of()).toArray(String[]::new));
    set("tenon.schema", properties.schema(), builder::schema);
    set("tenon.heartbeat-interval", properties.heartbeatInterval(), builder::heartbeatInterval);
    set("tenon.start-timeout", properties.startTimeout(), builder::startTimeout);
    set("tenon.max-crashes", properties.maxCrashes(), builder::maxCrashes);
    return builder;
  }

  private static <V> void set(String property, V value, Function<V, JobsRuntimeBuilder> setter) {
    JobsRuntimeBuilder unused = WrongProperty.use(property, value, () -> setter.apply(value));
  }

  private SizeLimits sizeLimits() {
    SizeLimits bytes =
        SizeLimits.defaults()
            .withPayloadBytes(bytes("tenon.limits.payload", limits.payload()))
            .withResultBytes(bytes("tenon.limits.result", limits.result()))
            .withLogDataBytes(bytes("tenon.limits.log-data", limits.logData()));
    SizeLimits lines =
        WrongProperty.use(
            "tenon.limits.log-lines",
            limits.logLines(),
            () -> bytes.withLogLines(limits.logLines()));
    return WrongProperty.use(
        "tenon.limits.steps", limits.steps(), () -> lines.withSteps(limits.steps()));
  }

  private static int bytes(String property, long size) {
    return WrongProperty.use(
        property,
        size,
        () -> {
          if (size < 1 || size > SizeLimits.MAX_BYTES) {
            throw new IllegalArgumentException(
                "It must be from 1 to %d bytes (%dMB)."
                    .formatted(SizeLimits.MAX_BYTES, SizeLimits.MAX_BYTES / (1024 * 1024)));
          }
          return (int) size;
        });
  }

  /** The keys that the properties have. */
  Optional<EncryptionKeys> encryptionKeys() {
    return encryption
        .keys()
        .map(
            keys ->
                WrongProperty.useSecret("tenon.encryption.keys", () -> EncryptionKeys.parse(keys)));
  }

  /**
   * The options of RabbitMQ: those of the application's bean, or else those of the properties;
   * empty if it is not used.
   */
  Optional<RabbitMqOptions> rabbitMq(Optional<RabbitMqOptions> own) {
    if (!rabbitMq.enabled()) {
      return Optional.empty();
    }
    return own.or(
        () ->
            rabbitMq
                .uris()
                .filter(uris -> !uris.isEmpty())
                .map(
                    uris ->
                        WrongProperty.useSecret(
                            "tenon.rabbitmq.uris",
                            () -> RabbitMqOptions.of(uris.toArray(String[]::new))))
                .map(this::options));
  }

  private RabbitMqOptions options(RabbitMqOptions there) {
    String prefix = rabbitMq.namePrefix().orElse("");
    return WrongProperty.use(
            "tenon.rabbitmq.name-prefix", prefix, () -> there.withNamePrefix(prefix))
        .withQueueKind(rabbitMq.queueKind());
  }
}
