package dev.tenon.jobs.testservers;

import java.util.Optional;

/** The environment variables that say which shared servers the tests use. */
final class Settings {

  static final String PG_URL = "TENON_TEST_PG_URL";
  static final String PG_USER = "TENON_TEST_PG_USER";
  static final String PG_PASSWORD = "TENON_TEST_PG_PASSWORD";
  static final String AMQP_URI = "TENON_TEST_AMQP_URI";
  static final String RABBITMQCTL = "TENON_TEST_RABBITMQCTL";

  private Settings() {}

  /** The value of a variable; empty if it is not set or blank. */
  static Optional<String> get(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
