package dev.tenon.jobs.spring.boot3;

import dev.tenon.jobs.spring.RabbitMqConnection;
import dev.tenon.jobs.spring.RabbitMqUri;
import dev.tenon.jobs.spring.TenonAutoConfiguration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.amqp.RabbitProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.context.annotation.Bean;

/**
 * Tells Tenon where Boot knows RabbitMQ to be: from {@code spring.rabbitmq.*}, or from a service
 * connection.
 */
@AutoConfiguration(after = RabbitAutoConfiguration.class, before = TenonAutoConfiguration.class)
@ConditionalOnClass(RabbitConnectionDetails.class)
@ConditionalOnBean(RabbitConnectionDetails.class)
public class TenonRabbitMqAutoConfiguration {

  /** Called by Spring. */
  public TenonRabbitMqAutoConfiguration() {}

  /** The connection to RabbitMQ. */
  @Bean
  @ConditionalOnMissingBean
  public RabbitMqConnection tenonRabbitMqConnection(
      RabbitConnectionDetails details, ObjectProvider<RabbitProperties> properties) {
    SslBundle bundle = details.getSslBundle();
    // As Boot does: without a bundle, the properties say whether and how TLS is spoken
    RabbitProperties.@Nullable Ssl ssl =
        bundle == null
            ? properties.stream().map(RabbitProperties::getSsl).findFirst().orElse(null)
            : null;
    boolean tls = bundle != null || (ssl != null && ssl.determineEnabled());
    List<String> uris =
        details.getAddresses().stream()
            .map(
                address ->
                    RabbitMqUri.of(
                        tls,
                        address.host(),
                        address.port(),
                        details.getUsername(),
                        details.getPassword(),
                        details.getVirtualHost()))
            .toList();
    RabbitMqConnection connection = RabbitMqConnection.of(uris);
    if (bundle != null) {
      return connection.withSslContext(bundle.createSslContext());
    }
    SSLContext context = tls && ssl != null ? sslContext(ssl) : null;
    return context == null ? connection : connection.withSslContext(context);
  }

  private static @Nullable SSLContext sslContext(RabbitProperties.Ssl ssl) {
    if (ssl.getKeyStore() == null && ssl.getTrustStore() == null) {
      return null;
    }
    JksSslStoreBundle stores =
        new JksSslStoreBundle(
            new JksSslStoreDetails(
                ssl.getKeyStoreType(), null, ssl.getKeyStore(), ssl.getKeyStorePassword()),
            new JksSslStoreDetails(
                ssl.getTrustStoreType(), null, ssl.getTrustStore(), ssl.getTrustStorePassword()));
    return SslBundle.of(stores, SslBundleKey.NONE, SslOptions.NONE, ssl.getAlgorithm())
        .createSslContext();
  }
}
