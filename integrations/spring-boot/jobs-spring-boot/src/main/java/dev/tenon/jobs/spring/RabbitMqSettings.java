package dev.tenon.jobs.spring;

import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.options.RabbitMqOptions;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * Decides how RabbitMQ is used: as a bean of the application says, else as {@code tenon.rabbitmq}
 * does, else where Spring Boot knows it to be; else not at all.
 */
record RabbitMqSettings(TenonProperties.RabbitMq properties, Environment environment) {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitMqSettings.class);
  private static final List<String> BOOT_PROPERTIES =
      List.of("spring.rabbitmq.host", "spring.rabbitmq.addresses", "spring.rabbitmq.addresses[0]");

  Optional<RabbitMqOptions> choose(
      ObjectProvider<RabbitMqOptions> own,
      ObjectProvider<RabbitMqConnection> boot,
      ObjectProvider<SslBundles> sslBundles) {
    if (!properties.enabled()) {
      return Optional.empty();
    }
    RabbitMqOptions options = own.getIfAvailable();
    if (options != null) {
      return Optional.of(options);
    }
    if (!properties.uris().isEmpty()) {
      RabbitMqOptions there =
          use("tenon.rabbitmq.uris", properties.uris().toArray(String[]::new), RabbitMqOptions::of);
      return Optional.of(options(there, bundle(sslBundles)));
    }
    RabbitMqConnection connection = boot.getIfAvailable();
    if (connection != null) {
      SSLContext bundle = bundle(sslBundles);
      return Optional.of(
          options(
              RabbitMqOptions.of(connection.uris().toArray(String[]::new)),
              bundle == null ? connection.sslContext().orElse(null) : bundle));
    }
    BOOT_PROPERTIES.stream()
        .filter(environment::containsProperty)
        .findFirst()
        .ifPresent(
            property ->
                LOG.warn(
                    "{} is set, but without spring-boot-starter-amqp nothing reads it, so Tenon"
                        + " works without RabbitMQ. Add that starter, or set tenon.rabbitmq.uris.",
                    property));
    return Optional.empty();
  }

  private RabbitMqOptions options(RabbitMqOptions there, @Nullable SSLContext sslContext) {
    RabbitMqOptions options =
        use("tenon.rabbitmq.name-prefix", properties.namePrefix(), there::withNamePrefix)
            .withQueueKind(properties.queueKind());
    if (sslContext == null) {
      return options;
    }
    String bundle = properties.sslBundle();
    return bundle == null
        ? options.withSslContext(sslContext)
        : use("tenon.rabbitmq.ssl-bundle", sslContext, options::withSslContext);
  }

  private @Nullable SSLContext bundle(ObjectProvider<SslBundles> sslBundles) {
    String name = properties.sslBundle();
    return name == null ? null : sslBundles.getObject().getBundle(name).createSslContext();
  }
}
