package dev.tenon.examples.quickstart;

import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;

/**
 * The addresses of PostgreSQL and RabbitMQ for worker and submitter, from environment variables.
 */
final class Servers {

  private Servers() {}

  static JobsRuntimeBuilder runtime() {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(
                variable("TENON_DB_URL", "jdbc:postgresql://localhost:5432/postgres"),
                variable("TENON_DB_USER", "postgres"),
                variable("TENON_DB_PASSWORD", ""));
    String rabbitMq = variable("TENON_AMQP_URI", "");
    return rabbitMq.isEmpty() ? builder : builder.rabbitMq(rabbitMq);
  }

  private static String variable(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : value;
  }
}
