package dev.tenon.jobs.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationReader;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.ConversionError;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import io.micronaut.core.util.StringUtils;
import io.micronaut.inject.BeanDefinition;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Finds properties whose values Micronaut cannot convert, such as {@code soon} for a duration.
 * Micronaut itself takes the default then, without a word. It takes whatever it does not know for
 * {@code false}, while a condition takes it for {@code true}.
 */
@Singleton
final class PropertyCheck {

  private static final List<Class<?>> PROPERTIES =
      List.of(
          TenonProperties.class,
          TenonProperties.Limits.class,
          TenonProperties.Encryption.class,
          TenonProperties.Worker.class,
          TenonProperties.RabbitMq.class,
          TenonDashboardProperties.class);

  /** Those that only conditions and single beans read. */
  private static final List<String> FLAGS =
      List.of(
          "tenon.enabled",
          "tenon.in-memory",
          "tenon.dashboard.enabled",
          "tenon.metrics.enabled",
          "tenon.tracing.enabled",
          "tenon.tracing.continue-traces");

  private final ApplicationContext context;

  PropertyCheck(ApplicationContext context) {
    this.context = context;
  }

  /**
   * Checks all properties.
   *
   * @throws ConfigurationException if one of them cannot be converted
   */
  void run() {
    FLAGS.forEach(this::checkFlag);
    // Its path is checked when it is made
    var unused = context.getBean(TenonDashboardProperties.class);
    for (Class<?> type : PROPERTIES) {
      BeanDefinition<?> definition = context.getBeanDefinition(type);
      String prefix =
          definition
              .stringValue(ConfigurationReader.class, ConfigurationReader.PREFIX)
              .orElseThrow();
      for (Argument<?> argument : definition.getConstructor().getArguments()) {
        check(prefix + "." + NameUtils.hyphenate(argument.getName()), argument);
      }
    }
  }

  private void check(String property, Argument<?> argument) {
    Environment environment = context.getEnvironment();
    if (!environment.containsProperty(property)) {
      return;
    }
    if (argument.getType() == boolean.class) {
      checkFlag(property);
    }
    ArgumentConversionContext<?> conversion = ConversionContext.of(argument);
    if (environment.getProperty(property, conversion).isEmpty() && !argument.isOptional()) {
      throw new ConfigurationException(
          "The property %s has \"%s\", which is not a %s. Correct it in the configuration of the application."
              .formatted(
                  property,
                  environment.getProperty(property, String.class).orElse(""),
                  argument.getType().getSimpleName()),
          conversion.getLastError().map(ConversionError::getCause).orElse(null));
    }
  }

  private void checkFlag(String property) {
    String value =
        context.getEnvironment().getProperty(property, String.class).orElse(StringUtils.TRUE);
    if (!value.equals(StringUtils.TRUE) && !value.equals(StringUtils.FALSE)) {
      throw new ConfigurationException(
          "The property %s has \"%s\", which is neither true nor false. Correct it in the configuration of the application."
              .formatted(property, value));
    }
  }
}
