package dev.tenon.examples.springboot;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.dashboard.JobEventServlet;
import dev.tenon.jobs.dashboard.JobEventStreams;
import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Serves the events of a job to whoever has the token of this job. */
@Configuration(proxyBeanMethods = false)
class JobEventsConfiguration {

  /** All processes of the application have the same secret, so each can serve any token. */
  @Bean
  JobEventStreams jobEventStreams(
      JobService jobs, @Value("${shop.job-events.secret}") String secret) {
    return JobEventStreams.builder(jobs, secret.getBytes(StandardCharsets.UTF_8)).build();
  }

  @Bean
  ServletRegistrationBean<JobEventServlet> jobEvents(JobEventStreams streams) {
    ServletRegistrationBean<JobEventServlet> servlet =
        new ServletRegistrationBean<>(new JobEventServlet(streams), "/job-events");
    servlet.setAsyncSupported(true);
    return servlet;
  }
}
