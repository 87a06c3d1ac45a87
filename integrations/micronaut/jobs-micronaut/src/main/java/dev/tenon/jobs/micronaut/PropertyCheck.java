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
import io.micronaut.inject.BeanDefinition;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Finds properties whose values Micronaut cannot convert, such as {@code soon} for a duration.
 * Micronaut itself takes the default then, and false for a boolean, without a word.
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
          TenonProperties.Metrics.class,
          TenonProperties.Tracing.class,
          TenonDashboardProperties.class);

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
    String value = environment.getProperty(property, String.class).orElse("");
    Argument<?> type =
        argument.isOptional() ? argument.getFirstTypeVariable().orElse(argument) : argument;
    ArgumentConversionContext<?> conversion = ConversionContext.of(argument);
    boolean isConverted;
    if (type.getType() == boolean.class || type.getType() == Boolean.class) {
      isConverted = value.matches(Switch.ON) || value.matches(Switch.OFF);
    } else {
      isConverted =
          argument.isOptional() || environment.getProperty(property, conversion).isPresent();
    }
    if (!isConverted) {
      throw new ConfigurationException(
          "The property %s has \"%s\", which is not a %s. Correct it in the configuration of the application."
              .formatted(property, value, type.getType().getSimpleName()),
          conversion.getLastError().map(ConversionError::getCause).orElse(null));
    }
  }
}
