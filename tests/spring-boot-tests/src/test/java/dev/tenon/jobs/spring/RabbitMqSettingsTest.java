package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which RabbitMQ is used, and how what Boot knows of it becomes a URI. */
@ExtendWith(OutputCaptureExtension.class)
class RabbitMqSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(TenonProperties.class)
  static class Settings {}

  @Configuration(proxyBeanMethods = false)
  static class KnownToBoot {

    @Bean
    RabbitMqConnection connection() {
      return RabbitMqConnection.of(List.of("amqp://boot:secret@boot:5672"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {

    @Bean
    RabbitMqOptions options() {
      return RabbitMqOptions.of("amqp://own");
    }
  }

  private static final ApplicationContextRunner RUNNER =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  private static Optional<RabbitMqOptions> choose(ApplicationContext context) {
    return new RabbitMqSettings(
            context.getBean(TenonProperties.class).rabbitmq(), context.getEnvironment())
        .choose(
            context.getBeanProvider(RabbitMqOptions.class),
            context.getBeanProvider(RabbitMqConnection.class),
            context.getBeanProvider(SslBundles.class));
  }

  @Test
  void whatBootKnowsIsUsedWithTenonsNamesAndQueues() {
    RUNNER
        .withUserConfiguration(KnownToBoot.class)
        .withPropertyValues("tenon.rabbitmq.name-prefix=shop.", "tenon.rabbitmq.queue-kind=quorum")
        .run(
            context ->
                assertThat(choose(context))
                    .contains(
                        RabbitMqOptions.of("amqp://boot:secret@boot:5672")
                            .withNamePrefix("shop.")
                            .withQueueKind(QueueKind.QUORUM)));
  }

  @Test
  void tenonsPropertyIsStrongerThanBootAndABeanThanBoth() {
    RUNNER
        .withUserConfiguration(KnownToBoot.class)
        .withPropertyValues("tenon.rabbitmq.uris=amqp://a,amqp://b")
        .run(
            context ->
                assertThat(choose(context).orElseThrow().uris())
                    .containsExactly("amqp://a", "amqp://b"));
    RUNNER
        .withUserConfiguration(KnownToBoot.class, Own.class)
        .withPropertyValues("tenon.rabbitmq.uris=amqp://a")
        .run(
            context ->
                assertThat(choose(context).orElseThrow().uris()).containsExactly("amqp://own"));
  }

  @Test
  void noneIsUsedWhereItIsSwitchedOff() {
    RUNNER
        .withUserConfiguration(Own.class)
        .withPropertyValues("tenon.rabbitmq.enabled=false")
        .run(context -> assertThat(choose(context)).isEmpty());
  }

  @Test
  void propertiesThatNothingReadsAreReported(CapturedOutput output) {
    RUNNER
        .withPropertyValues("spring.rabbitmq.host=broker")
        .run(context -> assertThat(choose(context)).isEmpty());

    assertThat(output)
        .contains(
            "spring.rabbitmq.host is set, but without spring-boot-starter-amqp nothing reads it");
  }

  @Test
  void anyUserPasswordAndVirtualHostFitIntoAUri() throws Exception {
    String uri = RabbitMqUri.of(true, "::1", 5671, "o:@/", "p+ %?#", "/shop a");

    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri.replace("amqps:", "amqp:"));

    assertThat(factory.getUsername()).isEqualTo("o:@/");
    assertThat(factory.getPassword()).isEqualTo("p+ %?#");
    assertThat(factory.getVirtualHost()).isEqualTo("/shop a");
    assertThat(factory.getPort()).isEqualTo(5671);
    assertThat(RabbitMqOptions.of(uri).toString()).contains("[::1]:5671").doesNotContain("%2B");
    assertThat(RabbitMqUri.of(false, "rabbit", 5672, null, null, null))
        .isEqualTo("amqp://rabbit:5672");
  }

  @Test
  void passwordsAreNotShown() {
    RUNNER
        .withUserConfiguration(KnownToBoot.class)
        .withPropertyValues("tenon.rabbitmq.uris=amqp://user:secret@host")
        .run(
            context -> {
              assertThat(context.getBean(TenonProperties.class).toString())
                  .doesNotContain("secret");
              assertThat(context.getBean(RabbitMqConnection.class).toString())
                  .doesNotContain("secret");
            });
  }
}
