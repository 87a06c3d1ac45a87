package dev.tenon.jobs.spring.boot4;

import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.TenonAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Adds the health of Tenon to that of the application; {@code management.health.tenon.enabled}. */
@AutoConfiguration(after = TenonAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(JobsRuntime.class)
@ConditionalOnEnabledHealthIndicator("tenon")
public class TenonHealthAutoConfiguration {

  /** Called by Spring. */
  public TenonHealthAutoConfiguration() {}

  /** The health of the runtime. */
  @Bean
  @ConditionalOnMissingBean(name = "tenonHealthIndicator")
  public HealthIndicator tenonHealthIndicator(JobsRuntime runtime) {
    return new TenonHealthIndicator(runtime);
  }
}
