package dev.tenon.jobs.micronaut;

import static dev.tenon.jobs.runtime.ConfiguredValues.bytes;
import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.micronaut.context.env.Environment;
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
  private final Environment environment;

  RuntimeSettings(
      PropertyCheck check,
      TenonProperties properties,
      TenonProperties.Limits limits,
      TenonProperties.Encryption encryption,
      TenonProperties.RabbitMq rabbitMq,
      Environment environment) {
    this.check = check;
    this.properties = properties;
    this.limits = limits;
    this.encryption = encryption;
    this.rabbitMq = rabbitMq;
    this.environment = environment;
  }

  /**
   * A builder with what the properties say of the runtime itself.
   *
   * @throws dev.tenon.jobs.JobsStartException if Tenon refuses a value
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
                encryption.unencryptedTypes().orElse(List.of()).toArray(String[]::new))
            // Micronaut closes the runtime when the process is asked to end
            .closeOnShutdown(false);
    builder = use("tenon.schema", properties.schema(), builder::schema);
    builder =
        use("tenon.heartbeat-interval", properties.heartbeatInterval(), builder::heartbeatInterval);
    builder = use("tenon.start-timeout", properties.startTimeout(), builder::startTimeout);
    builder = use("tenon.max-crashes", properties.maxCrashes(), builder::maxCrashes);
    return setSubmitter(builder, builder::submittedBy);
  }

  /** Sets who submits jobs: as the property says, or else the name of the application. */
  <B> B setSubmitter(B builder, Function<String, B> setter) {
    if (properties.submittedBy().isPresent()) {
      return use("tenon.submitted-by", properties.submittedBy().get(), setter);
    }
    String property = "micronaut.application.name";
    return environment
        .getProperty(property, String.class)
        .filter(name -> !name.isBlank())
        .map(name -> use(property, name, setter))
        .orElse(builder);
  }

  private SizeLimits sizeLimits() {
    SizeLimits all = SizeLimits.defaults();
    all = use("tenon.limits.payload", limits.payload(), bytes(all::withPayloadBytes));
    all = use("tenon.limits.result", limits.result(), bytes(all::withResultBytes));
    all = use("tenon.limits.log-data", limits.logData(), bytes(all::withLogDataBytes));
    all = use("tenon.limits.log-lines", limits.logLines(), all::withLogLines);
    return use("tenon.limits.steps", limits.steps(), all::withSteps);
  }

  /** The keys that the properties have. */
  Optional<EncryptionKeys> encryptionKeys() {
    return encryption.keys().map(keys -> use("tenon.encryption.keys", keys, EncryptionKeys::parse));
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
                        use(
                            "tenon.rabbitmq.uris",
                            uris.toArray(String[]::new),
                            RabbitMqOptions::of))
                .map(this::options));
  }

  private RabbitMqOptions options(RabbitMqOptions there) {
    return use(
            "tenon.rabbitmq.name-prefix", rabbitMq.namePrefix().orElse(""), there::withNamePrefix)
        .withQueueKind(rabbitMq.queueKind());
  }
}
